import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '#kernel/testing';
import { startDistributed, type Distributed } from '../stories/distributed.ts';
import type { SseEvent } from '../../gateway/event-stream.fixture.ts';
import { collect, registerLead, standing, type Answer } from '../stories/system.ts';
import { leadInput } from './process.ts';
import { openLine, type SubgraphLine, type Trouble } from './subgraph-line.ts';

/** A subgraph that is down, slow or wrong: its part of an answer is missing, the rest is there. */

const PATIENT = { timeoutMs: 60_000, intervalMs: 100 };
const LOGIN = 'sales-de';

let system: Distributed;
let leads: SubgraphLine;
let communication: SubgraphLine;
let leadId: string;

beforeAll(async () => {
  leads = await openLine();
  communication = await openLine();
  const lines = new Map([
    ['leads', leads],
    ['communication', communication],
  ]);
  system = await startDistributed({
    route(name, origin) {
      const line = lines.get(name);
      line?.leadTo(origin);
      return line?.origin ?? origin;
    },
  });
  ({ id: leadId } = await registerLead(system, LOGIN));
  await system.settled();
}, 180_000);
afterAll(async () => {
  await system?.stop();
  await Promise.all([leads?.close(), communication?.close()]);
});

type Partial = Answer<{ lead: { companyName: string; messages: unknown[] | null } | null }>;

const LEAD = 'query L($id: ID!) { lead(id: $id) { companyName messages { id } } }';
const askLead = (): Promise<Partial> => system.ask(LOGIN, LEAD, { id: leadId });

/** Nothing of the inside: neither address nor place in the code, nor what the network said. */
function expectDiscreet(answer: object): void {
  expect(JSON.stringify(answer)).not.toMatch(
    /127\.0\.0\.1|localhost|ECONN|socket|\.ts\b|Status \d/i,
  );
}

function expectPartial(answer: Partial, code: string): void {
  expect(answer.status).toBe(200);
  expect(answer.data?.lead?.companyName).toMatch(/^Betrieb/);
  expect(answer.data?.lead?.messages).toBeNull();
  expect(answer.errors).toHaveLength(1);
  expect(answer.errors?.[0]).toMatchObject({ path: ['lead'], extensions: { code } });
  expectDiscreet(answer);
}

const metric = async (name: string, subgraph: string): Promise<number> => {
  const text = await (await fetch(`${system.url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name}{subgraph="${subgraph}"}`));
  return Number(line?.split(' ').at(-1));
};

const isWhole = async (): Promise<void> => {
  const answer = await askLead();
  expect(answer.errors).toBeUndefined();
  expect(answer.data?.lead?.messages).toEqual([]);
};

describe('F-19: a subgraph that', () => {
  it('is down takes with it what may not be null', async () => {
    await eventually(isWhole, PATIENT);
    communication.trouble = 'cut';
    const answer = await system.ask(
      LOGIN,
      'query M($id: ID!) { mailbox(first: 1) { edges { node { id } } } lead(id: $id) { id } }',
      { id: leadId },
    );
    communication.trouble = 'none';
    expect(answer.data ?? null).toBeNull();
    expect(answer.errors?.map(({ extensions }) => extensions?.code)).toEqual([
      'SUBGRAPH_UNAVAILABLE',
    ]);
    expectDiscreet(answer);
  });

  it.each<[Trouble, string]>([
    ['hangs', 'SUBGRAPH_TIMEOUT'],
    ['fails', 'SUBGRAPH_UNAVAILABLE'],
    ['broken', 'SUBGRAPH_UNAVAILABLE'],
    ['huge', 'SUBGRAPH_UNAVAILABLE'],
    ['cut', 'SUBGRAPH_UNAVAILABLE'],
  ])('is in trouble (%s) costs its own part of an answer', async (trouble, code) => {
    await eventually(isWhole, PATIENT);
    communication.trouble = trouble;
    try {
      const answers = [askLead(), askLead()];
      // Whoever does not need it does not wait for it.
      const others = await system.ask(
        LOGIN,
        '{ me { territories } leads(first: 1) { totalCount } }',
      );
      expect(others.errors).toBeUndefined();
      for (const answer of await Promise.all(answers)) expectPartial(answer, code);
    } finally {
      communication.trouble = 'none';
    }
  });

  it('keeps failing is left alone, then tried again, and no connection is left over', async () => {
    await eventually(isWhole, PATIENT);
    communication.trouble = 'fails';
    await eventually(
      async () => {
        await Promise.all(Array.from({ length: 10 }, askLead));
        expect(await metric('freshplan_subgraph_breaker_open', 'communication')).toBe(1);
      },
      { timeoutMs: 30_000, intervalMs: 10 },
    );
    expect(await metric('freshplan_subgraph_retries_total', 'communication')).toBeGreaterThan(0);
    const asked = communication.asked;
    expectPartial(await askLead(), 'SUBGRAPH_UNAVAILABLE');
    expect(communication.asked).toBe(asked);
    communication.trouble = 'none';
    await eventually(isWhole, PATIENT);
    expect(await metric('freshplan_subgraph_breaker_open', 'communication')).toBe(0);
    // The pool keeps some open for the next question, and no more than it may.
    expect(communication.open()).toBeLessThanOrEqual(64);
  });
});

describe('F-02: a subgraph that dies between commit and answer', () => {
  const REGISTER = `mutation R($input: LeadRegisterInput!) {
    leadRegister(input: $input) { lead { id } userErrors { code } } }`;

  it('is asked a mutation once; with the same key the answer is the same, of one fact', async () => {
    const idempotencyKey = randomUUID();
    const input = { ...leadInput(), idempotencyKey };
    leads.trouble = 'swallowed';
    const before = leads.asked;
    const lost = await system.ask(LOGIN, REGISTER, { input });
    leads.trouble = 'none';
    expect(leads.asked).toBe(before + 1);
    expect(lost.errors?.[0]?.extensions?.code).toBe('SUBGRAPH_UNAVAILABLE');
    expectDiscreet(lost);
    type Registered = { leadRegister: { lead: { id: string } | null } };
    const again = await system.ask<Registered>(LOGIN, REGISTER, { input });
    expect(again.errors).toBeUndefined();
    const id = again.data?.leadRegister.lead?.id ?? '';
    const facts = await system.db.admin<{ n: number }>(
      `select count(*)::int as n from leads.event where type = 'lead.registered' and aggregate_id = $1`,
      [id],
    );
    expect(facts).toEqual([{ n: 1 }]);
    const same = await system.ask<Registered>(LOGIN, REGISTER, { input });
    expect(same.data?.leadRegister.lead?.id).toBe(id);
  });

  it('leaves the fields of others as they are', async () => {
    leads.trouble = 'cut';
    const answer = await system.ask<{ me: { territories: string[] } | null; lead: object | null }>(
      LOGIN,
      'query B($id: ID!) { me { territories } lead(id: $id) { id } }',
      { id: leadId },
    );
    leads.trouble = 'none';
    expect(answer.data?.me?.territories).toEqual(['DE']);
    expect(answer.data?.lead).toBeNull();
    expect(answer.errors).toMatchObject([
      { path: ['lead'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
    ]);
  });
});

describe('a subgraph process', () => {
  const statusOf = async (name: string): Promise<string | undefined> => {
    const [, { checks }] = await system.health('/q/health');
    return checks.find((check) => check.name === `subgraph-${name}`)?.status;
  };

  it('that was killed is named by the health of the gateway, which stays ready without it', async () => {
    await eventually(isWhole, PATIENT);
    await system.kill('communication');
    expectPartial(await askLead(), 'SUBGRAPH_UNAVAILABLE');
    await eventually(async () => expect(await statusOf('communication')).toBe('DOWN'), PATIENT);
    expect(await system.health('/health/ready')).toMatchObject([200, { status: 'UP' }]);
    expect(await metric('freshplan_subgraph_up', 'communication')).toBe(0);
    await system.start('communication');
    await eventually(async () => expect(await statusOf('communication')).toBe('UP'), PATIENT);
    await eventually(isWhole, PATIENT);
  });

  it('that dies under a stream is waited for; the stream goes on and nothing is lost', async () => {
    const WIDGET = 'subscription { leadWidgetChanged { leadStats { total } } }';
    const abort = new AbortController();
    const totals = (values: readonly SseEvent[]): number[] =>
      values
        .filter(({ event, data }) => event === 'next' && data !== '')
        .flatMap(({ data }) => {
          const { data: live } = JSON.parse(data) as {
            data: { leadWidgetChanged: { leadStats: { total: number } } } | null;
          };
          return live === null ? [] : [live.leadWidgetChanged.leadStats.total];
        });
    const stream = collect(await system.events('manager-de', WIDGET, abort.signal));
    await standing(system, [stream]);
    const before = await eventually(() => {
      const [last] = totals(stream.values).slice(-1);
      expect(last).toBeDefined();
      return last ?? 0;
    });
    await system.kill('cockpit');
    await registerLead(system, LOGIN);
    await system.start('cockpit');
    await eventually(() => expect(totals(stream.values)).toContain(before + 1), PATIENT);
    const answers = stream.values.map(({ data }) => data).join();
    expect(answers).not.toContain('errors');
    expectDiscreet(stream.values);
    abort.abort();
  });

  it('told to stop ends in order, and so does the gateway', async () => {
    await system.kill('communication', 'SIGTERM');
    expect(await system.processes.get('communication')?.exited).toEqual({ code: 0, signal: null });
    expect(await system.gateway.end('SIGTERM')).toEqual({ code: 0, signal: null });
  });
});
