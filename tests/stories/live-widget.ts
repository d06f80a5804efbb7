import { beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '#kernel/testing';
import { collect, registerLead, standing, type Stage } from './system.ts';

const WIDGET = `subscription Live { leadWidgetChanged {
  isManagerView leadStats { total byStatus { status count } } } }`;

interface Live {
  data: {
    leadWidgetChanged: {
      isManagerView: boolean;
      leadStats: { total: number; byStatus: { status: string; count: number }[] };
    };
  };
}

/** Over several processes on a busy machine. */
const PATIENT = { timeoutMs: 10_000 };

let test: Stage;

const qualified = ({ data }: Live): number =>
  data.leadWidgetChanged.leadStats.byStatus.find((each) => each.status === 'QUALIFIED')?.count ?? 0;

export function liveWidgetStories(stage: () => Promise<Stage>): void {
  beforeAll(async () => {
    test = await stage();
  }, 180_000);

  describe('a lead that its owner registers and qualifies', () => {
    it('moves the widget of the manager over socket and event stream, and of nobody else', async () => {
      const abort = new AbortController();
      const clients = await Promise.all(
        ['manager-de', 'sales-at', 'sales-de-2'].map((login) => test.socket(login)),
      );
      const [manager, austrian, colleague] = clients.map((client) =>
        collect(client.iterate({ query: WIDGET }) as unknown as AsyncIterable<Live>),
      );
      const stream = collect(await test.events('manager-de', WIDGET, abort.signal));
      await standing(test, [manager ?? { values: [] }, stream]);
      const before = Date.now();
      const { id, version } = await registerLead(test, 'sales-de');
      const { data } = await test.ask<{ leadQualify: { lead: { status: string } } }>(
        'sales-de',
        `mutation Q($input: LeadQualifyInput!) { leadQualify(input: $input) { lead { status } userErrors { code } } }`,
        { input: { leadId: id, version } },
      );
      expect(data?.leadQualify.lead.status).toBe('QUALIFIED');
      await eventually(
        () => expect(manager?.values.some((live) => qualified(live) === 1)).toBe(true),
        PATIENT,
      );
      await eventually(() => {
        const lives = stream.values
          .filter((event) => event.event === 'next')
          .map((event) => JSON.parse(event.data) as Live);
        expect(lives.some((live) => qualified(live) === 1)).toBe(true);
      }, PATIENT);
      expect(Date.now() - before).toBeGreaterThan(0);
      expect(stream.values.find((event) => event.event === 'next')?.id).toBeTruthy();
      await test.settled();
      expect(austrian?.values).toEqual([]);
      expect(colleague?.values).toEqual([]);
      abort.abort();
      for (const client of clients) await client.dispose();
    });

    it('cannot be read by a foreign sales person by any field', async () => {
      const { id } = await registerLead(test, 'sales-de', {
        companyName: 'Geheimer Gasthof',
        city: 'Verborgen',
      });
      await test.settled();
      const questions = [
        `{ lead(id: "${id}") { id companyName } }`,
        `{ leads(first: 100, filter: { search: "geheim" }) { totalCount edges { node { id } } } }`,
        `{ timeline(entityType: LEAD, entityId: "${id}") { edges { node { id title } } } }`,
        `{ mailbox(leadId: "${id}") { edges { node { id } } } }`,
        '{ leadWidget { leadStats { total } recentActivities { id } recentFollowUps { id } } }',
      ];
      for (const login of ['sales-at', 'sales-de-2']) {
        for (const question of questions) {
          const answer = await test.ask(login, question);
          expect(JSON.stringify(answer)).not.toMatch(new RegExp(`${id}|Geheim|Verborgen`, 'i'));
        }
      }
    });
  });

  describe('a stream', () => {
    it('goes on behind the position it is given and misses nothing', async () => {
      const first = new AbortController();
      const seen = collect(await test.events('manager-de', WIDGET, first.signal));
      await standing(test, [seen]);
      const id = await eventually(() => {
        const next = seen.values.findLast((event) => event.event === 'next');
        expect(next?.id).toBeTruthy();
        return next?.id ?? '';
      });
      first.abort();
      await registerLead(test, 'sales-de');
      await test.settled();
      const second = new AbortController();
      const resumed = collect(await test.events('manager-de', WIDGET, second.signal, id));
      await eventually(() => {
        expect(resumed.values.some((event) => event.event === 'next' && event.id !== id)).toBe(
          true,
        );
      });
      second.abort();
    });

    it('of a person ends when he loses his territory', async () => {
      const client = await test.socket('sales-ch');
      const stream = collect(client.iterate({ query: WIDGET }) as unknown as AsyncIterable<Live>);
      const { data } = await test.ask<{
        users: { edges: { node: { id: string; login: string; version: number } }[] };
      }>('admin', '{ users(first: 50) { edges { node { id login version } } } }');
      const person = data?.users.edges
        .map((edge) => edge.node)
        .find((node) => node.login === 'sales-ch');
      await standing(test, [stream], { login: 'sales-ch', countryCode: 'CH' });
      const lead = await registerLead(test, 'sales-ch', { countryCode: 'CH' });
      await test.ask(
        'admin',
        'mutation T($input: UserTerritoriesSetInput!) { userTerritoriesSet(input: $input) { userErrors { code } } }',
        {
          input: {
            userId: person?.id,
            version: person?.version,
            territories: [],
            reason: 'Wechselt in ein anderes Gebiet',
          },
        },
      );
      await stream.done;
      const after = await test.ask('sales-ch', `{ lead(id: "${lead.id}") { id } }`);
      expect(after.data?.['lead'] ?? null).toBeNull();
      await client.dispose();
    });
  });
}
