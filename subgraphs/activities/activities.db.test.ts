import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { subscribe, parse, type ExecutionResult } from 'graphql';
import { z } from 'zod';
import { createActor, systemActor, type Actor } from '#kernel/access';
import { append, defineEvents, type Aggregate, type Backbone } from '#kernel/events';
import {
  contextFor,
  createTestDatabase,
  eventually,
  querySubgraph,
  testBackbone,
  testClock,
} from '#kernel/testing';
import type { TestDatabase } from '#kernel/testing';
import { createLogger } from '#kernel/telemetry';
import type { LeadEvent } from '#events/leads';
import type { CommunicationEvent } from '#events/communication';
import { logActivity } from './commands.ts';
import { activities } from './index.ts';

/** Logs of other contexts, with nothing in them but what a test writes. */
const anyFact = (aggregate: string) => ({ version: 1, aggregate, data: z.any() });
const leadTypes = ['lead.registered', 'lead.assigned', 'lead.status_changed', 'lead.clock.stopped'];
const foreign = (module: string, aggregate: string, types: readonly string[]) =>
  defineEvents({
    module,
    facts: Object.fromEntries(types.map((type) => [type, anyFact(aggregate)])),
  });
const listened = activities.reactions.flatMap(({ on }) => Object.keys(on));
const of = (prefix: string) => listened.filter((type) => type.startsWith(prefix));
const leadCatalog = foreign('leads', 'lead', [
  ...new Set([...of('lead.'), ...leadTypes, 'lead.territory.transferred']),
]);
const adminCatalog = foreign('admin', 'backbone_operation', of('admin.'));
const mailCatalog = foreign('communication', 'message', of('communication.'));

const clock = testClock('2025-09-26T09:00:00.000Z');
const log = createLogger({ level: 'error' });
let db: TestDatabase;
let backbone: Backbone;

const person = (role: string, ...territories: string[]): Actor =>
  createActor({ userId: randomUUID(), roles: [role], territories });
const owner = person('sales', 'DE');
const assistant = person('sales', 'DE');
const viewer = person('sales', 'DE');
const stranger = person('sales', 'DE');
const foreigner = person('manager', 'AT');
const manager = person('manager', 'DE');
const auditor = person('auditor', 'DE');
const admin = person('admin');
const job = systemActor('test', ['DE', 'AT', 'CH']);

beforeAll(async () => {
  const modules = [
    { name: 'leads', events: leadCatalog },
    { name: 'communication', events: mailCatalog },
    { name: 'admin', events: adminCatalog },
    activities,
  ];
  db = await createTestDatabase({ modules });
  backbone = testBackbone(db, { modules, clock, log });
  await backbone.start();
});
afterAll(async () => {
  await backbone.stop();
  await db.close();
});

/** What a fact causes is logged after it: each round reaches one log further. */
const settled = async (): Promise<void> => {
  for (let logs = 0; logs < 3; logs += 1) await backbone.settled();
};

const foundations = () => ({ database: db.database, feed: backbone.feed, clock, log });
const ask = (actor: Actor, query: string, variables: Record<string, unknown> = {}) =>
  querySubgraph(activities, foundations(), actor, query, variables);

async function record(
  type: 'lead' | 'message',
  id: string,
  event: LeadEvent | CommunicationEvent,
  ownerId: string | null = owner.userId,
): Promise<void> {
  const aggregate: Aggregate<object> = {
    type,
    initial: {},
    evolve: (state) => state,
    territoryOf: () => 'DE',
    events: type === 'lead' ? leadCatalog : mailCatalog,
    ownerOf: () => ownerId,
  };
  await db.database.transaction(job, (tx) =>
    append(tx, {
      aggregate,
      id,
      state: {},
      expectedVersion: null,
      events: [event],
      context: { clock, newId: randomUUID, correlationId: 'test' },
    }),
  );
}

const collaborators = [
  { userId: assistant.userId, role: 'COLLABORATOR', level: 'ASSIST', contactFocus: ['CHEF'] },
  { userId: viewer.userId, role: 'COLLABORATOR', level: 'VIEW', contactFocus: [] },
] as const;

const reassigned = (leadId: string): LeadEvent => ({
  type: 'lead.assigned',
  data: {
    leadId,
    ownerUserId: stranger.userId,
    previousOwnerUserId: owner.userId,
    collaborators: [],
    assignedAt: clock.now().toISOString(),
    cause: 'REASSIGNMENT',
  },
});

async function lead(): Promise<string> {
  const leadId = randomUUID();
  const at = clock.now().toISOString();
  const ownerUserId = owner.userId;
  await record('lead', leadId, {
    type: 'lead.registered',
    data: {
      leadId,
      companyName: 'Adler',
      territory: 'DE',
      source: 'MESSE',
      ownerUserId,
      registeredAt: at,
    },
  });
  await record('lead', leadId, {
    type: 'lead.assigned',
    data: { leadId, ownerUserId, collaborators, assignedAt: at, cause: 'REGISTRATION' },
  });
  await settled();
  return leadId;
}

const FIELDS = `activity { id version kind isEvidenced note outcome createdBy { id } }
  userErrors { code field }`;

async function logged(actor: Actor, input: Record<string, unknown>) {
  const { data, errors } = await ask(
    actor,
    `mutation M($input: ActivityLogInput!) { activityLog(input: $input) { ${FIELDS} } }`,
    { input },
  );
  if (errors) throw errors[0];
  return data?.['activityLog'] as {
    activity: { id: string; version: number; isEvidenced: boolean; note: string | null } | null;
    userErrors: { code: string }[];
  };
}

async function corrected(actor: Actor, input: Record<string, unknown>) {
  const { data, errors } = await ask(
    actor,
    `mutation M($input: ActivityCorrectInput!) { activityCorrect(input: $input) { ${FIELDS} } }`,
    { input },
  );
  if (errors) throw errors[0];
  return data?.['activityCorrect'];
}

interface Entity {
  activities: { edges: { node: { note: string | null } }[] };
}
const notesOf = async (actor: Actor, leadId: string): Promise<unknown> => {
  const { data, errors } = await ask(
    actor,
    `query Q($id: ID!) { _entities(representations: [{ __typename: "Lead", id: $id }]) {
      ... on Lead { activities(first: 10) { edges { node { note } } } } } }`,
    { id: leadId },
  );
  if (errors) throw errors[0];
  const [found] = (data?.['_entities'] ?? []) as Entity[];
  return found?.activities.edges.map(({ node }) => node.note);
};

const timelineOf = async (actor: Actor, leadId: string, page = 'first: 50'): Promise<Line[]> => {
  const { data, errors } = await ask(
    actor,
    `query Q($id: ID!) { timeline(entityType: LEAD, entityId: $id, ${page}) {
      edges { cursor node { kind title text category icon colour performedBy { id } territory } } } }`,
    { id: leadId },
  );
  if (errors) throw errors[0];
  const { edges } = (data ?? {})['timeline'] as { edges: { cursor: string; node: Line }[] };
  return edges.map(({ cursor, node }) => Object.assign(node, { cursor }));
};
interface Line {
  kind: string;
  title: string;
  text: string | null;
  cursor: string;
  [field: string]: unknown;
}

describe('logging an activity', () => {
  it.each([
    ['the owner', owner, undefined],
    ['an assistant', assistant, undefined],
    ["the territory's manager", manager, undefined],
    ['an admin', admin, undefined],
    ['a viewer', viewer, 'FORBIDDEN'],
    ['an auditor', auditor, 'FORBIDDEN'],
    ['a colleague who has nothing to do with the lead', stranger, 'NOT_FOUND'],
    ["another territory's manager", foreigner, 'NOT_FOUND'],
  ])('is open to %s as it should be', async (_, actor, refusal) => {
    const answer = await logged(actor, { leadId: await lead(), kind: 'CALL' }).catch(
      (error: { extensions: { code: string } }) => ({
        activity: null,
        userErrors: [{ code: error.extensions.code }],
      }),
    );
    expect(answer.userErrors[0]?.code).toBe(refusal);
    expect(answer.activity === null).toBe(refusal !== undefined);
  });

  it('is for the server to weigh', async () => {
    const leadId = await lead();
    const { activity } = await logged(owner, { leadId, kind: 'ROI_PRESENTATION' });
    expect(activity).toMatchObject({ isEvidenced: true, version: 2 });
    expect((await logged(owner, { leadId, kind: 'NOTE' })).activity?.isEvidenced).toBe(false);
    const announced = await db.admin<{ type: string; n: number }>(
      `select type, count(*)::int as n from activities.event
       where data ->> 'leadId' = $1 group by type order by type`,
      [leadId],
    );
    expect(announced).toEqual([
      { type: 'activity.created', n: 1 },
      { type: 'activity.logged', n: 2 },
    ]);
  });

  it('happens once, however often it is sent', async () => {
    const leadId = await lead();
    const input = { leadId, kind: 'NOTE', note: 'Einmal', idempotencyKey: randomUUID() };
    const first = await logged(owner, input);
    expect(await logged(owner, input)).toEqual(first);
    expect(await notesOf(owner, leadId)).toEqual(['Einmal']);
    const other = await logged(owner, { ...input, note: 'Anders' });
    expect(other.userErrors[0]?.code).toBe('CONFLICT');
  });

  it('leaves no word of the note anywhere at rest', async () => {
    const leadId = await lead();
    await logged(owner, { leadId, kind: 'NOTE', note: 'Kanarivermerk 4711' });
    const found = await db.admin(
      `select 1 from activities.event where data::text || meta::text ilike '%kanari%'
       union all select 1 from activities.activity a where a::text ilike '%kanari%'
       union all select 1 from activities.mutation_key m where m::text ilike '%kanari%'`,
    );
    expect(found).toEqual([]);
    expect(await notesOf(owner, leadId)).toEqual(['Kanarivermerk 4711']);
  });

  it('leaves an entry for the audit trail', async () => {
    const { activity } = await logged(owner, { leadId: await lead(), kind: 'DEMO' });
    const [fact] = await db.admin<{ meta: unknown }>(
      `select meta from activities.event where aggregate_id = $1 and version = 1`,
      [activity?.id],
    );
    expect(fact?.meta).toMatchObject({ audit: { action: 'activityLog', after: { kind: 'DEMO' } } });
  });
});

describe('a note', () => {
  it('is read by whom category, focus and visibility let', async () => {
    const leadId = await lead();
    await logged(owner, { leadId, kind: 'NOTE', note: 'Preis', category: 'COMMERCIAL' });
    expect(await notesOf(manager, leadId)).toEqual(['Preis']);
    expect(await notesOf(assistant, leadId)).toEqual([null]);
    expect(await notesOf(auditor, leadId)).toEqual([null]);
    expect(await notesOf(stranger, leadId)).toEqual([]);
    expect(await notesOf(foreigner, leadId)).toEqual([]);
  });

  it('is corrected by its author, with the version it was read in', async () => {
    const leadId = await lead();
    const { activity } = await logged(owner, { leadId, kind: 'NOTE', note: 'Alt' });
    const input = { activityId: activity?.id, version: 1, note: 'Neu' };
    expect(await corrected(manager, input)).toMatchObject({ userErrors: [{ code: 'FORBIDDEN' }] });
    expect(await corrected(owner, { ...input, version: 2 })).toMatchObject({
      userErrors: [{ code: 'CONFLICT' }],
    });
    expect(await corrected(owner, input)).toMatchObject({ activity: { note: 'Neu', version: 2 } });
    expect(await notesOf(owner, leadId)).toEqual(['Neu']);
    const lines = await timelineOf(owner, leadId);
    expect(lines.map(({ text }) => text)).toContain('Neu');
  });
});

const allRows = () =>
  db.admin<{ rows: string }>(
    `select json_agg(a order by a.id)::text as rows from activities.activity a union all
     select json_agg(t order by t.id)::text from activities.timeline_entry t union all
     select json_agg(l order by l.lead_id)::text from activities.lead_access l`,
  );

describe('rights', () => {
  it('end with the assignment, on every row about the lead', async () => {
    const leadId = await lead();
    await logged(assistant, { leadId, kind: 'CALL', note: 'Meins' });
    await record('lead', leadId, reassigned(leadId), stranger.userId);
    await settled();
    expect(await notesOf(owner, leadId)).toEqual([]);
    expect(await notesOf(assistant, leadId)).toEqual([]);
    expect(await notesOf(stranger, leadId)).toEqual(['Meins']);
    await expect(timelineOf(owner, leadId)).rejects.toMatchObject({ message: 'Nicht gefunden.' });
    expect((await timelineOf(stranger, leadId)).map(({ title }) => title)).toContain(
      'Neu zugeteilt',
    );
  });

  it('reach a row that was being written while they changed', async () => {
    const leadId = await lead();
    const hold = Promise.withResolvers<void>();
    const written = Promise.withResolvers<void>();
    const slow = {
      em: (actor: Actor) => db.database.em(actor),
      transaction: (actor: Actor, work: (tx: never) => Promise<unknown>) =>
        db.database.transaction(actor, async (tx) => {
          const answer = await work(tx as never);
          written.resolve();
          await hold.promise;
          return answer;
        }),
    } as unknown as TestDatabase['database'];
    const writing = logActivity(contextFor({ ...foundations(), database: slow }, owner), {
      leadId,
      kind: 'CALL',
    });
    await written.promise;
    await record('lead', leadId, reassigned(leadId), stranger.userId);
    await eventually(async () => {
      const waiting = await db.admin(
        `select from pg_locks where locktype = 'advisory' and not granted`,
      );
      expect(waiting).toHaveLength(1);
    });
    hold.resolve();
    const { activityId } = await writing;
    await settled();
    const [row] = await db.admin('select owner_id from activities.activity where id = $1', [
      activityId,
    ]);
    expect(row).toEqual({ owner_id: stranger.userId });
  });

  it('are none without a context', async () => {
    const nobody = await db.database.transaction({ ...stranger, territories: [] }, (tx) =>
      tx.query('select from activities.activity union all select from activities.lead_access'),
    );
    expect(nobody).toEqual([]);
  });

  it('survive a rebuild of every projection', async () => {
    const leadId = await lead();
    await logged(assistant, { leadId, kind: 'CALL', note: 'Bleibt' });
    const lived = await allRows();
    await backbone.rebuild('activities.activities');
    await backbone.rebuild('activities.lead_access');
    expect(await allRows()).toEqual(lived);
    expect(await notesOf(assistant, leadId)).toEqual(['Bleibt']);
  });
});

describe('the timeline', () => {
  it('tells in German what happened in every context, newest first', async () => {
    const leadId = await lead();
    clock.advance(1_000);
    await logged(owner, { leadId, kind: 'QUALIFIED_CALL', outcome: 'NO_ANSWER' });
    clock.advance(1_000);
    await record('lead', leadId, {
      type: 'lead.clock.stopped',
      data: { leadId, kind: 'FFZ_SUPPLY_ISSUE', at: clock.now().toISOString(), reason: 'geheim' },
    });
    clock.advance(1_000);
    await record('message', randomUUID(), {
      type: 'communication.message.sent',
      data: {
        messageId: randomUUID(),
        purpose: 'T3_FOLLOWUP',
        leadId,
        at: clock.now().toISOString(),
      },
    });
    await settled();
    const lines = await timelineOf(owner, leadId);
    expect(lines.map(({ kind, title, text, colour }) => [kind, title, text, colour])).toEqual([
      ['email_sent', 'E-Mail versandt', 'Nachfassen T+3', 'info'],
      ['clock_stopped', 'Uhr angehalten', 'Lieferengpass', 'info'],
      ['call_logged', 'Qualifiziertes Telefonat', 'Nicht erreicht', 'primary'],
      ['lead_created', 'Lead registriert', 'Quelle: Messe', 'primary'],
    ]);
    expect(lines[2]?.['performedBy']).toEqual({ id: owner.userId });
    const [first] = await timelineOf(owner, leadId, 'first: 1');
    const [second] = await timelineOf(owner, leadId, `first: 1, after: "${first?.cursor}"`);
    expect([first?.kind, second?.kind]).toEqual(['email_sent', 'clock_stopped']);
    expect(JSON.stringify(await db.admin('select * from activities.timeline_entry'))).not.toContain(
      'geheim',
    );
  });

  it('keeps to the days asked for, 1 to 365', async () => {
    const leadId = await lead();
    await logged(owner, { leadId, kind: 'CALL', at: '2025-09-01T09:00:00.000Z' });
    expect(await timelineOf(owner, leadId, 'days: 30')).toHaveLength(2);
    expect(await timelineOf(owner, leadId, 'days: 1')).toHaveLength(1);
    await expect(timelineOf(owner, leadId, 'days: 366')).rejects.toThrow('days');
  });

  it('is not for auditors, and of a foreign lead does not exist', async () => {
    const leadId = await lead();
    await expect(timelineOf(auditor, leadId)).rejects.toMatchObject({
      extensions: { code: 'FORBIDDEN' },
    });
    await expect(timelineOf(foreigner, leadId)).rejects.toThrow('Nicht gefunden.');
    await expect(timelineOf(owner, randomUUID())).rejects.toThrow('Nicht gefunden.');
  });

  it('goes on live for who may read it, and for nobody else', async () => {
    const leadId = await lead();
    const source = `subscription S($id: ID!) {
      timelineChanged(entityType: LEAD, entityId: $id) { title } }`;
    const stop = new AbortController();
    const follow = (actor: Actor) =>
      subscribe({
        schema: activities.schema,
        document: parse(source),
        variableValues: { id: leadId },
        contextValue: { ...contextFor(foundations(), actor), signal: stop.signal },
      }) as Promise<AsyncGenerator<ExecutionResult>>;
    const [mine, theirs] = [await follow(owner), await follow(foreigner)];
    const next = mine.next();
    await expect(theirs.next()).rejects.toThrow('Nicht gefunden.');
    await logged(owner, { leadId: await lead(), kind: 'DEMO' });
    await logged(owner, { leadId, kind: 'MEETING' });
    expect((await next).value).toEqual({ data: { timelineChanged: { title: 'Termin' } } });
    const later = mine.next();
    await record('lead', leadId, {
      type: 'lead.clock.stopped',
      data: { leadId, kind: 'OTHER', at: clock.now().toISOString() },
    });
    expect((await later).value).toEqual({ data: { timelineChanged: { title: 'Uhr angehalten' } } });
    stop.abort();
  });
});
