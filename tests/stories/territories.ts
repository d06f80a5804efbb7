import { beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '#kernel/testing';
import { demoLogin } from '../../gateway/demo-logins.ts';
import { collect, registerLead, standing, type Stage } from './system.ts';

/** A person moves from one country to another while he is at work. */

const LOGIN = 'sales-de';
const userId = demoLogin(LOGIN)?.userId ?? '';
const REASON = 'Wechsel in das Gebiet Österreich zum Monatsende';
/** By the event: without it rights are read again after five seconds only. */
const SOON = { timeoutMs: 2_000 };
const WIDGET = 'subscription Live { leadWidgetChanged { userId leadStats { total } } }';
const LEADS = 'subscription Leads { leadChanged { leadId type } }';

let test: Stage;

async function setTerritories(territories: string[], reason = REASON) {
  const { data } = await test.ask<{
    users: { edges: { node: { id: string; version: number } }[] };
  }>('admin', '{ users(first: 50) { edges { node { id version } } } }');
  const version = data?.users.edges.find(({ node }) => node.id === userId)?.node.version;
  return test.ask<{ userTerritoriesSet: { userErrors: { code: string }[] } }>(
    'admin',
    `mutation T($input: UserTerritoriesSetInput!) {
       userTerritoriesSet(input: $input) { userErrors { code } } }`,
    { input: { userId, version, territories, reason } },
  );
}

const total = async (login: string): Promise<number | undefined> => {
  const { data } = await test.ask<{ leadWidget: { leadStats: { total: number } } }>(
    login,
    '{ leadWidget { leadStats { total } } }',
  );
  return data?.leadWidget.leadStats.total;
};

const myTerritories = async (): Promise<string[] | undefined> => {
  const { data } = await test.ask<{ me: { territories: string[] } }>(
    LOGIN,
    '{ me { territories } }',
  );
  return data?.me.territories;
};

async function versionOf(id: string): Promise<number | undefined> {
  const { data } = await test.ask<{ lead: { version: number } }>(
    'manager-de',
    `{ lead(id: "${id}") { version } }`,
  );
  return data?.lead.version;
}

export function territoryStories(stage: () => Promise<Stage>): void {
  beforeAll(async () => {
    test = await stage();
  }, 180_000);

  describe('a person whose territory is changed', () => {
    it('loses the old one at once, in queries, caches and open streams, and his leads there', async () => {
      const [own, all, others] = await Promise.all([LOGIN, 'manager-de', 'sales-de-2'].map(total));
      const { id } = await registerLead(test, LOGIN);
      await test.settled();
      expect(await total(LOGIN)).toBe(Number(own) + 1);
      expect(await total('manager-de')).toBe(Number(all) + 1);

      const client = await test.socket(LOGIN);
      const abort = new AbortController();
      const socket = collect(client.iterate({ query: LEADS }) as unknown as AsyncIterable<unknown>);
      const stream = collect(await test.events(LOGIN, WIDGET, abort.signal));
      await standing(test, [socket, stream]);
      const second = await registerLead(test, LOGIN);
      await test.settled();
      const leads = await total(LOGIN);

      const { data } = await setTerritories(['AT']);
      expect(data?.userTerritoriesSet.userErrors).toEqual([]);
      await eventually(async () => expect(await myTerritories()).toEqual(['AT']), SOON);
      const lead = await test.ask<{ lead: unknown }>(LOGIN, `{ lead(id: "${id}") { id } }`);
      expect(lead.data?.lead ?? null).toBeNull();
      expect(await total(LOGIN)).toBe(0);
      await Promise.all([socket.done, stream.done]);

      await test.settled();
      const seen = socket.values.length + stream.values.length;
      const manager = await test.ask<{ lead: { owner: unknown; territory: string } }>(
        'manager-de',
        `{ lead(id: "${id}") { owner { id } territory } }`,
      );
      expect(manager.data?.lead).toEqual({ owner: null, territory: 'DE' });
      expect(await total('manager-de')).toBe(Number(all) - Number(own) + Number(leads));
      await test.ask(
        'manager-de',
        'mutation R($input: LeadReassignInput!) { leadReassign(input: $input) { userErrors { code } } }',
        {
          input: {
            leadId: second.id,
            version: await versionOf(second.id),
            ownerUserId: demoLogin('sales-de-2')?.userId,
            reason: 'Übernahme nach dem Gebietswechsel',
          },
        },
      );
      await test.settled();
      expect(await total('sales-de-2')).toBe(Number(others) + 1);
      expect(socket.values.length + stream.values.length).toBe(seen);
      abort.abort();
      await client.dispose();
    });

    it('works in the new one at once', async () => {
      const { id } = await registerLead(test, LOGIN, { countryCode: 'AT' });
      await test.settled();
      expect(await total(LOGIN)).toBe(1);
      const elsewhere = await test.ask<{ leadRegister: { lead: unknown } | null }>(
        LOGIN,
        `mutation { leadRegister(input: { companyName: "Fremd", city: "Fremd", source: WEB_FORMULAR, confirmSimilar: true }) {
         lead { id } userErrors { code } } }`,
      );
      expect(elsewhere.data?.leadRegister?.lead ?? null).toBeNull();
      const colleague = await test.ask<{ lead: { id: string } }>(
        'manager-at-ch',
        `{ lead(id: "${id}") { id } }`,
      );
      expect(colleague.data?.lead.id).toBe(id);
    });

    it('finds a stream he opens now filled from the new territory alone', async () => {
      const client = await test.socket(LOGIN);
      const stream = collect(client.iterate({ query: LEADS }) as unknown as AsyncIterable<{ data: { leadChanged: { leadId: string } } }>); // prettier-ignore
      await new Promise((resolve) => client.on('connected', resolve));
      const german = await registerLead(test, 'sales-de-2');
      const own = await eventually(
        async () => {
          const lead = await registerLead(test, LOGIN, { countryCode: 'AT' });
          await test.settled();
          expect(stream.values.length).toBeGreaterThan(0);
          return lead;
        },
        { intervalMs: 200 },
      );
      const ids = stream.values.map(({ data }) => data.leadChanged.leadId);
      expect(ids).toContain(own.id);
      expect(ids).not.toContain(german.id);
      await client.dispose();
    });
  });

  describe('the audit trail', () => {
    it('shows who took which territory from whom, and why', async () => {
      const { data } = await test.ask<{
        auditTrail: {
          edges: {
            node: {
              action: string;
              resourceId: string;
              reason: string;
              actor: { id: string };
              before: { territories: string[] };
            };
          }[];
        };
      }>(
        'admin',
        `{ auditTrail(first: 20, filter: { resourceId: "${userId}" }) { edges { node {
          action resourceId reason actor { id } before after } } } }`,
      );
      const [entry] = data?.auditTrail.edges.map(({ node }) => node) ?? [];
      expect(entry).toMatchObject({
        action: 'userTerritoriesSet',
        resourceId: userId,
        reason: REASON,
        actor: { id: demoLogin('admin')?.userId },
        before: { territories: ['DE'] },
      });
    });

    it('has no entry for a change that was refused for want of a reason', async () => {
      const { data } = await setTerritories(['DE', 'AT'], 'zu kurz');
      expect(data?.userTerritoriesSet.userErrors.map(({ code }) => code)).toEqual([
        'REASON_TOO_SHORT',
      ]);
      expect(await myTerritories()).toEqual(['AT']);
    });
  });
}
