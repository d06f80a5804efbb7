import { randomUUID } from 'node:crypto';
import { parse, subscribe, type ExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createActor, type Actor } from '#kernel/access';
import {
  createBackbone,
  defineProjection,
  type AnyEvent,
  type Backbone,
  type Recorded,
} from '#kernel/events';
import { createLogger, createMetrics } from '#kernel/telemetry';
import {
  added,
  contextFor,
  count,
  counters,
  createTestDatabase,
  eventually,
  noted,
  opened,
  querySubgraph,
  tallies,
  testClock,
  type CounterEvent,
  type TestDatabase,
} from '#kernel/testing';
import { adminAlone } from './admin.fixture.ts';

const admin = adminAlone();
const clock = testClock('2025-01-15T09:00:00.000Z');
const log = createLogger({ level: 'silent' });
const actor = (role: string, ...territories: string[]): Actor =>
  createActor({ userId: randomUUID(), roles: [role], territories });
const boss = actor('admin');
const managerDe = actor('manager', 'DE');
const managerAt = actor('manager', 'AT');
const auditorDe = actor('auditor', 'DE');
const sales = actor('sales', 'DE');
const POISON = 13;
const reason = 'Wartung am Montagmorgen';

let db: TestDatabase;
let backbone: Backbone;
let isPoisoned = true;
let handled = 0;

const picky = defineProjection<CounterEvent>({
  name: 'tallies.picky',
  tables: [],
  on: {
    'counter.added': async ({ data }) => {
      if (isPoisoned && data.amount === POISON) throw new Error('Poison of thirteen');
      handled += 1;
    },
  },
});
const modules = [admin, counters, { ...tallies, projections: [...tallies.projections, picky] }];

beforeAll(async () => {
  db = await createTestDatabase({ modules: [admin, counters, tallies] });
  backbone = createBackbone({
    database: db.database,
    modules,
    territories: ['DE', 'AT', 'CH'],
    clock,
    log,
    metrics: createMetrics(),
    keyring: db.keyring,
    attemptsMax: 1,
  });
  await backbone.start();
});
afterAll(async () => {
  await backbone.stop();
  await db.close();
});

const foundations = () => ({
  database: db.database,
  feed: backbone.feed,
  backbone: backbone.operations,
  clock,
  log,
});
type Asked = ExecutionResult<Record<string, never>>;
const ask = async (
  who: Actor,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Asked> => (await querySubgraph(admin, foundations(), who, query, variables)) as Asked;
const act = (name: string, input: Record<string, unknown>, who = boss) => {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  const fields: Record<string, string> = {
    consumerPause: 'eventSubscriptions { consumer status }',
    consumerResume: 'eventSubscriptions { consumer status }',
    consumerSplit: 'eventSubscriptions { consumer shard shards }',
    projectionRebuild: 'replayJob { id status isDryRun }',
    projectionRebuildCancel: 'replayJob { id status }',
    deadLetterRetry: 'resolved failedAggregateIds',
    deadLetterDiscard: 'eventId',
  };
  const selection = `${fields[name]} userErrors { code field }`;
  return ask(
    who,
    `mutation M($input: ${type}!) { answer: ${name}(input: $input) { ${selection} } }`,
    {
      input,
    },
  );
};
const answerOf = async (asked: Promise<Asked>): Promise<Record<string, unknown>> => {
  const { data, errors } = await asked;
  expect(errors).toBeUndefined();
  return data?.['answer'] ?? {};
};
const codeOf = async (asked: Promise<Asked>): Promise<unknown> =>
  (await asked).errors?.[0]?.extensions['code'];
const write = (id: string, ...events: CounterEvent[]) =>
  db.database.transaction(sales, (tx) => count(tx, id, events));
const auditOf = async (action: string) => {
  await backbone.settled();
  const rows = await db.admin<{
    id: string;
    reason: object;
    risk_tier: string;
    actor_user_id: string;
  }>(
    'select id, reason, risk_tier, actor_user_id from admin.audit_entry where action = $1 order by position',
    [action],
  );
  return Promise.all(
    rows.map(async ({ id, reason, ...row }) => {
      const sealed = { id, data: {}, meta: { reason } } as unknown as Recorded<AnyEvent>;
      return { ...row, ...(await db.keyring.open(sealed)).meta };
    }),
  );
};

interface Edges {
  edges: { cursor: string; node: Record<string, unknown> }[];
}

describe('the history of one thing', () => {
  const EVENTS = `query E($id: ID!, $first: Int! = 10, $after: String) {
    events(aggregateId: $id, first: $first, after: $after) {
      edges { cursor node { module type version data position actor { id } } } } }`;
  const history = async (who: Actor, id: string, page: Record<string, unknown> = {}) => {
    const { data } = await ask(who, EVENTS, { id, ...page });
    return (data?.['events'] as Edges | undefined)?.edges ?? [];
  };

  it('is told in order to people of its territory, masked for those who may not read contacts', async () => {
    const id = randomUUID();
    await write(id, opened(), noted(randomUUID(), 'Kanarivermerk'));
    const told = await history(managerDe, id);
    expect(told.map(({ node }) => [node['version'], node['type']])).toEqual([
      [1, 'counter.opened'],
      [2, 'counter.noted'],
    ]);
    expect(told[1]?.node).toMatchObject({
      module: 'counters',
      actor: { id: sales.userId },
      data: { note: 'Kanarivermerk' },
    });
    expect((await history(auditorDe, id))[1]?.node).toMatchObject({ data: { note: '***' } });
    expect(await history(managerAt, id)).toEqual([]);
    expect(await codeOf(ask(sales, EVENTS, { id }))).toBe('FORBIDDEN');
  });

  it('goes on behind its cursor and refuses that of another thing', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    await write(one, opened(), added(), added());
    const [first] = await history(managerDe, one, { first: 1 });
    const rest = await history(managerDe, one, { after: first?.cursor });
    expect(rest.map(({ node }) => node['version'])).toEqual([2, 3]);
    const foreign = { id: other, after: first?.cursor };
    expect(await codeOf(ask(managerDe, EVENTS, foreign))).toBe('BAD_USER_INPUT');
    expect(await codeOf(ask(managerDe, EVENTS, { id: 'x' }))).toBe('BAD_USER_INPUT');
  });
});

describe('consumers', () => {
  it('are paused and resumed with a reason, on the record, once per key', async () => {
    const input = { consumer: 'tallies.seen', reason, idempotencyKey: randomUUID() };
    const paused = { consumer: 'tallies.seen', status: 'PAUSED' };
    expect(await answerOf(act('consumerPause', input))).toEqual({
      eventSubscriptions: [paused],
      userErrors: [],
    });
    await answerOf(act('consumerPause', input));
    await answerOf(act('consumerPause', { consumer: 'tallies.seen', reason }));
    expect(await auditOf('consumerPause')).toEqual([
      { reason, risk_tier: 'TIER2', actor_user_id: boss.userId },
    ]);
    const reused = { ...input, consumer: 'tallies.tally' };
    expect(await answerOf(act('consumerPause', reused))).toMatchObject({
      userErrors: [{ code: 'CONFLICT' }],
    });
    const resumed = await answerOf(act('consumerResume', { consumer: 'tallies.seen' }));
    expect(resumed['eventSubscriptions']).toMatchObject([{ status: 'ACTIVE' }]);
    expect(await auditOf('consumerResume')).toHaveLength(1);
  });

  it.each([
    ['UNKNOWN_CONSUMER', 'consumer', { consumer: 'tallies.none', reason }],
    ['REASON_TOO_SHORT', 'reason', { consumer: 'tallies.seen', reason: 'weil' }],
  ])('are left alone with %s', async (code, field, input) => {
    const before = await auditOf('consumerPause');
    const { userErrors } = await answerOf(act('consumerPause', input));
    expect(userErrors).toEqual([{ code, field }]);
    expect(await auditOf('consumerPause')).toEqual(before);
  });

  it('are listed with position and what they are behind', async () => {
    const { data } = await ask(
      boss,
      '{ eventSubscriptions { consumer source status position lagEvents deadLetters lastError } }',
    );
    expect(data?.['eventSubscriptions']).toContainEqual(
      expect.objectContaining({
        consumer: 'admin.audit_trail',
        source: 'counters',
        status: 'ACTIVE',
      }),
    );
  });

  it.each([managerDe, auditorDe, sales])(
    'are nothing for anybody but administrators',
    async (who) => {
      expect(await codeOf(ask(who, '{ eventSubscriptions { consumer } }'))).toBe('FORBIDDEN');
      expect(await codeOf(ask(who, '{ eventStatistics { totalEvents } }'))).toBe('FORBIDDEN');
      const input = { consumer: 'tallies.seen', reason };
      expect(await codeOf(act('consumerPause', input, who))).toBe('FORBIDDEN');
      const all = { consumer: 'tallies.picky', all: true };
      expect(await codeOf(act('deadLetterRetry', all, who))).toBe('FORBIDDEN');
      const rebuild = { projection: 'tallies.tally', reason };
      expect(await codeOf(act('projectionRebuild', rebuild, who))).toBe('FORBIDDEN');
    },
  );
});

describe('splitting a consumer', () => {
  it('is refused for one that is not made for it, and is nothing for others', async () => {
    const input = { consumer: 'tallies.seen', shards: 2, reason };
    expect(await answerOf(act('consumerSplit', input))).toMatchObject({
      userErrors: [{ code: 'SHARDS_INVALID' }],
    });
    expect(await codeOf(act('consumerSplit', input, sales))).toBe('FORBIDDEN');
  });
});

describe('dead letters', () => {
  const LETTERS = `query D($consumer: String!, $first: Int! = 10, $after: String) {
    deadLetters(consumer: $consumer, first: $first, after: $after) {
      edges { cursor node { eventId eventType aggregateId version attempts error status
        timeline { at error } } } } }`;
  const letters = async (page: Record<string, unknown> = {}) => {
    const { data } = await ask(boss, LETTERS, { consumer: 'tallies.picky', ...page });
    return (data?.['deadLetters'] as unknown as Edges).edges;
  };
  const park = async () => {
    isPoisoned = true;
    for (const id of [randomUUID(), randomUUID()])
      await write(id, opened(), added(POISON), added());
    await backbone.settled();
  };

  it('are listed page by page, and a cursor of another consumer is refused', async () => {
    await park();
    const all = await letters();
    expect(all).toHaveLength(4);
    const [failed, waiting] = all.map(({ node }) => node['timeline']);
    expect(failed).toMatchObject([{ error: expect.stringContaining('thirteen') as string }]);
    expect(waiting).toEqual([]);
    expect(all[0]?.node).toMatchObject({ eventType: 'counter.added', version: 2, attempts: 1 });
    expect((await letters({ first: 1, after: all[0]?.cursor }))[0]).toEqual(all[1]);
    const foreign = { consumer: 'tallies.seen', after: all[0]?.cursor };
    expect(await codeOf(ask(boss, LETTERS, foreign))).toBe('BAD_USER_INPUT');
    expect(await codeOf(ask(boss, LETTERS, { consumer: 'x' }))).toBe('UNKNOWN_CONSUMER');
  });

  it('are retried once per key, and the outcome is told again', async () => {
    const [first] = await letters();
    const input = {
      consumer: 'tallies.picky',
      eventIds: [first?.node['eventId']],
      idempotencyKey: randomUUID(),
    };
    isPoisoned = false;
    handled = 0;
    const outcome = { resolved: 2, failedAggregateIds: [], userErrors: [] };
    expect(await answerOf(act('deadLetterRetry', input))).toEqual(outcome);
    expect(await answerOf(act('deadLetterRetry', input))).toEqual(outcome);
    expect(handled).toBe(2);
    expect(await auditOf('deadLetterRetry')).toHaveLength(1);
  });

  it('that fail again stay, and all matching an error go at last', async () => {
    isPoisoned = true;
    const [first] = await letters();
    const matching = { consumer: 'tallies.picky', error: 'thirteen' };
    expect(await answerOf(act('deadLetterRetry', matching))).toMatchObject({
      resolved: 0,
      failedAggregateIds: [first?.node['aggregateId']],
    });
    isPoisoned = false;
    expect(await answerOf(act('deadLetterRetry', matching))).toMatchObject({ resolved: 2 });
    expect(await letters()).toEqual([]);
  });

  it.each([
    ['nothing', {}],
    ['two things', { all: true, error: 'x' }],
    ['no letter', { eventIds: [] }],
    ['what is no id', { eventIds: ['x'] }],
  ])('are left alone when %s is selected', async (_, selection) => {
    const { userErrors } = await answerOf(
      act('deadLetterRetry', { consumer: 'tallies.picky', ...selection }),
    );
    expect(userErrors).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
  });

  it('are given up with a reason that lies in clear nowhere but in the trail', async () => {
    await park();
    const eventId = (await letters())[0]?.node['eventId'];
    const input = { consumer: 'tallies.picky', eventId, reason };
    const short = await answerOf(act('deadLetterDiscard', { ...input, reason: 'weil' }));
    expect(short).toMatchObject({ userErrors: [{ code: 'REASON_TOO_SHORT' }] });
    expect(await answerOf(act('deadLetterDiscard', input))).toEqual({ eventId, userErrors: [] });
    expect(await answerOf(act('deadLetterDiscard', input))).toMatchObject({
      userErrors: [{ code: 'NOT_FOUND' }],
    });
    expect(await auditOf('deadLetterDiscard')).toMatchObject([{ reason }]);
    const facts = await db.admin<{ text: string }>(
      "select string_agg(data::text || meta::text, '') as text from admin.event",
    );
    expect(facts[0]?.text).not.toContain(reason);
  });
});

describe('a rebuild', () => {
  const JOBS = `query J($first: Int! = 10, $after: String) { replayJobs(first: $first, after: $after) {
    edges { cursor node { id projection status isDryRun events resumedEvents total rate etaSeconds
      upToTime upToPosition tables { table rows rowsRebuilt } requestedBy { id } } } } }`;
  const jobs = async (page: Record<string, unknown> = {}) => {
    const { data } = await ask(boss, JOBS, page);
    return (data?.['replayJobs'] as unknown as Edges).edges;
  };

  it('answers at once with a job that can be watched, once per key', async () => {
    const input = { projection: 'tallies.tally', isDryRun: true, reason, idempotencyKey: 'once' };
    const { replayJob } = await answerOf(act('projectionRebuild', input));
    const { id } = replayJob as { id: string };
    expect((await answerOf(act('projectionRebuild', input)))['replayJob']).toMatchObject({ id });
    await eventually(async () => {
      const [job] = await jobs();
      expect(job?.node).toMatchObject({ id, status: 'DONE', requestedBy: { id: boss.userId } });
      expect(job?.node['events']).toBe(job?.node['total']);
    });
    expect(await auditOf('projectionRebuild')).toMatchObject([{ reason, risk_tier: 'TIER1' }]);
    const over = await answerOf(act('projectionRebuildCancel', { id }));
    expect(over).toMatchObject({ userErrors: [{ code: 'NOT_FOUND' }] });
  });

  it('up to a time or a position counts what would be there, and never what serves', async () => {
    const bounds = { upToTime: '2020-01-01T00:00:00.000Z', upToPosition: 'counters:3' };
    const input = { projection: 'tallies.tally', reason, ...bounds };
    expect(await answerOf(act('projectionRebuild', input))).toMatchObject({
      userErrors: [{ code: 'UP_TO_NEEDS_DRY_RUN', field: 'upTo' }],
    });
    const elsewhere = { ...input, isDryRun: true, upToPosition: 'nowhere:3' };
    expect(await answerOf(act('projectionRebuild', elsewhere))).toMatchObject({
      userErrors: [{ code: 'POSITION_INVALID', field: 'upToPosition' }],
    });
    await answerOf(act('projectionRebuild', { ...input, isDryRun: true }));
    const rows = await db.admin('select from tallies.tally');
    await eventually(async () => {
      const [job] = await jobs();
      expect(job?.node).toMatchObject({
        ...bounds,
        status: 'DONE',
        events: 0,
        resumedEvents: 0,
        tables: [{ table: 'tallies.tally', rows: rows.length, rowsRebuilt: 0 }],
      });
    });
  });

  it('of something unknown leaves no job behind', async () => {
    const before = await jobs();
    const answer = await answerOf(act('projectionRebuild', { projection: 'x.y', reason }));
    expect(answer).toMatchObject({ userErrors: [{ code: 'UNKNOWN_PROJECTION' }] });
    expect(await jobs()).toEqual(before);
    expect(await codeOf(ask(boss, JOBS, { after: 'bm90IG91cnM' }))).toBe('BAD_USER_INPUT');
  });
});

describe('the stream of events', () => {
  const STREAM = `subscription S($name: EventStreamName!, $from: String) {
    eventStream(name: $name, from: $from) { position event { type module aggregateId data position } } }`;
  interface Value {
    position: string;
    event: { type: string; aggregateId: string; data: unknown };
  }
  async function open(who: Actor, variableValues: Record<string, unknown>, resumeAt?: string) {
    const contextValue = {
      ...contextFor(foundations(), who),
      ...(resumeAt === undefined ? {} : { resumeAt }),
    };
    const document = parse(STREAM);
    const source = await subscribe({
      schema: admin.schema,
      document,
      variableValues,
      contextValue,
    });
    if (!(Symbol.asyncIterator in source)) throw new Error(JSON.stringify(source));
    const next = async (): Promise<Value> => {
      const { value } = (await source.next()) as { value: { data: { eventStream: Value } } };
      return value.data.eventStream;
    };
    return { next, end: () => source.return(undefined) };
  }
  const refusal = async (who: Actor, variables: Record<string, unknown>, resumeAt?: string) => {
    const stream = await open(who, variables, resumeAt);
    return stream.next().catch((error: unknown) => error);
  };

  it('brings facts of all contexts and resumes where it was', async () => {
    const stream = await open(boss, { name: 'ALL' });
    const first = stream.next();
    const id = randomUUID();
    await eventually(() => expect(backbone.feed.position('counters')).toBeGreaterThan(0));
    await write(id, opened(), noted(randomUUID(), 'im Klartext'));
    const one = await first;
    expect(one.event).toMatchObject({ type: 'counter.opened', aggregateId: id });
    expect(one.position).toMatch(/^admin:\d+,counters:\d+$/);
    await stream.end();
    const again = await open(boss, { name: 'ALL', from: one.position });
    expect((await again.next()).event).toMatchObject({ data: { note: 'im Klartext' } });
    await again.end();
    const resumed = await open(boss, { name: 'ALL' }, one.position);
    expect((await resumed.next()).event.type).toBe('counter.noted');
    await resumed.end();
  });

  it('SYSTEM has what belongs to no business stream', async () => {
    const stream = await open(boss, { name: 'SYSTEM', from: 'admin:0' });
    expect((await stream.next()).event.type).toMatch(/^admin\./);
    await stream.end();
  });

  it.each([
    ['POSITION_INVALID', 'leads:1'],
    ['POSITION_INVALID', 'admin:-1'],
    ['POSITION_INVALID', 'rubbish'],
    ['POSITION_AHEAD', 'admin:999999999'],
  ])('refuses with %s the position %s', async (code, from) => {
    const error = await refusal(boss, { name: 'SYSTEM', from });
    expect(error).toMatchObject({ extensions: { code } });
    expect(await refusal(boss, { name: 'SYSTEM' }, from)).toMatchObject({ extensions: { code } });
  });

  it.each([managerDe, auditorDe, sales])(
    'is nothing for anybody but administrators',
    async (who) => {
      expect(await refusal(who, { name: 'ALL' })).toMatchObject({
        extensions: { code: 'FORBIDDEN' },
      });
    },
  );
});

it('statistics name types and people', async () => {
  const { data, errors } = await ask(
    boss,
    '{ eventStatistics { totalEvents eventsToday eventsThisWeek eventsByType { type count } topUsers { user { id } count } } }',
  );
  expect(errors).toBeUndefined();
  const told = data?.['eventStatistics'] as unknown as Record<string, unknown>;
  expect(told['totalEvents']).toBe(told['eventsToday']);
  expect(told['topUsers']).toContainEqual(expect.objectContaining({ user: { id: sales.userId } }));
});
