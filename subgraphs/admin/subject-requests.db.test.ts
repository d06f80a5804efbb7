import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Refusal, createActor, systemActor, type Actor } from '#kernel/access';
import { jobContext, type Backbone } from '#kernel/events';
import { createLogger } from '#kernel/telemetry';
import {
  counters,
  createTestDatabase,
  querySubgraph,
  testBackbone,
  testClock,
  type TestDatabase,
} from '#kernel/testing';
import { adminAlone, notedPerson } from './admin.fixture.ts';
import { subjectRequestTimer } from './subject-requests.ts';
import { eraseSubjectData } from './subject-rights.ts';

const person = (role: string) =>
  createActor({ userId: randomUUID(), roles: [role], territories: ['DE'] });
const anna = person('admin');
const bert = person('admin');
const berlin = person('sales');
const admin = adminAlone();
const log = createLogger({ level: 'silent' });
const clock = testClock('2025-01-15T09:00:00.000Z');
const reason = 'Antrag der Person vom Montag';
const MINUTE_MS = 60_000;
let db: TestDatabase;
let backbone: Backbone;

beforeAll(async () => {
  db = await createTestDatabase({ modules: [admin, counters] });
  backbone = testBackbone(db, { modules: [admin, counters], clock });
  await backbone.start();
});
afterAll(async () => {
  await backbone.stop();
  await db.close();
});

const known = (): Promise<string> => notedPerson(db);

const foundations = () => ({
  database: db.database,
  feed: backbone.feed,
  backbone: backbone.operations,
  clock,
  log,
});

interface Answer {
  subjectRequest: { id: string; status: string; approval: string; executeAt: string | null } | null;
  userErrors: { code: string }[];
}

async function act(who: Actor, field: string, input: object) {
  const type =
    {
      subjectErasureRequest: 'SubjectErasureRequest',
      subjectErasureApprove: 'SubjectRequestDecision',
    }[field] ?? (field.startsWith('subjectErasure') ? 'SubjectRequestReason' : 'Subject');
  const payload = field.startsWith('subjectErasure')
    ? 'subjectRequest { id status approval executeAt }'
    : 'subjectId';
  const { data, errors } = await querySubgraph(
    admin,
    foundations(),
    who,
    `mutation M($input: ${type}Input!) { ${field}(input: $input) { ${payload} userErrors { code } } }`,
    { input },
  );
  const answer = data?.[field] as Answer | undefined;
  const code = answer?.userErrors[0]?.code ?? errors?.[0]?.extensions['code'];
  return { request: answer?.subjectRequest, code };
}

const ask = async (subjectId: string) => {
  const { request, code } = await act(anna, 'subjectErasureRequest', { subjectId, reason });
  expect(code).toBeUndefined();
  return request?.id ?? '';
};

const timerContext = () => ({
  ...jobContext(
    { database: db.database, clock, log },
    { actor: systemActor('admin.subject-requests', ['DE']) },
  ),
  backbone: backbone.operations,
});

async function runTimer(): Promise<void> {
  for (let run = 0; run < 2; run += 1) {
    await subjectRequestTimer.run(timerContext());
    await backbone.settled();
  }
}

const isErased = async (subjectId: string): Promise<boolean> =>
  (await db.admin('select from keys.erased where subject_id = $1', [subjectId])).length > 0;

async function requestOf(id: string) {
  const { data } = await querySubgraph(
    admin,
    foundations(),
    bert,
    `{ subjectRequests(first: 100) { edges { node {
         id status approval failure requestedBy { id } decidedBy { id } } } } }`,
  );
  const { edges } = data?.['subjectRequests'] as { edges: { node: { id: string } }[] };
  return edges.find(({ node }) => node.id === id)?.node;
}

test('somebody is erased half an hour after a second administrator approved, and told so once', async () => {
  const subjectId = await known();
  const id = await ask(subjectId);
  expect(await act(anna, 'subjectErasureRequest', { subjectId, reason })).toMatchObject({
    code: 'CONFLICT',
  });
  clock.advance(60 * MINUTE_MS);
  await runTimer();
  expect(await isErased(subjectId)).toBe(false);

  expect((await act(anna, 'subjectErasureApprove', { id })).code).toBe('APPROVER_IS_REQUESTER');
  expect((await act(anna, 'subjectErasureReject', { id, reason })).code).toBe(
    'APPROVER_IS_REQUESTER',
  );
  const { request } = await act(bert, 'subjectErasureApprove', { id });
  const executeAt = new Date(clock.now().getTime() + 30 * MINUTE_MS).toISOString();
  expect(request).toMatchObject({ status: 'QUEUED', approval: 'SCHEDULED', executeAt });
  expect((await act(bert, 'subjectErasureApprove', { id })).code).toBe('CONFLICT');

  clock.advance(30 * MINUTE_MS - 1);
  await runTimer();
  expect(await isErased(subjectId)).toBe(false);
  clock.advance(1);
  await runTimer();
  expect(await isErased(subjectId)).toBe(true);
  expect(await requestOf(id)).toEqual({
    id,
    status: 'DONE',
    approval: 'EXECUTED',
    failure: null,
    requestedBy: { id: anna.userId },
    decidedBy: { id: bert.userId },
  });
  await runTimer();
  const facts = await db.admin(
    `select from admin.event where type = 'admin.subject.erased' and data -> 'subjectIds' ? $1`,
    [subjectId],
  );
  expect(facts).toHaveLength(1);
  const trail = await db.admin<{ action: string; actor: string; reason: object | null }>(
    `select action, actor_user_id as actor, reason from admin.audit_entry
     where resource_id = $1 and action like 'subjectErasure%' order by position`,
    [id],
  );
  expect(trail.map(({ action, actor }) => [action, actor])).toEqual([
    ['subjectErasureRequest', anna.userId],
    ['subjectErasureApprove', bert.userId],
  ]);
  expect(JSON.stringify(trail)).not.toContain('Montag');
});

test('nobody but administrators asks, decides or looks, and nobody who is not known is asked for', async () => {
  const id = await ask(await known());
  for (const who of [berlin, person('manager'), person('auditor')]) {
    const subjectId = await known();
    expect((await act(who, 'subjectErasureRequest', { subjectId, reason })).code).toBe('FORBIDDEN');
    expect((await act(who, 'subjectErasureApprove', { id })).code).toBe('FORBIDDEN');
    const query = '{ subjectRequests(first: 1) { edges { node { id } } } }';
    const { errors } = await querySubgraph(admin, foundations(), who, query);
    expect(errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
  }
  const stranger = { subjectId: randomUUID(), reason };
  expect((await act(anna, 'subjectErasureRequest', stranger)).code).toBe('NOT_FOUND');
  expect((await act(bert, 'subjectErasureApprove', { id: randomUUID() })).code).toBe('NOT_FOUND');
  const short = { subjectId: await known(), reason: 'kurz' };
  expect((await act(anna, 'subjectErasureRequest', short)).code).toBe('REASON_TOO_SHORT');
});

test('what is refused, taken back or left alone for a week erases nobody', async () => {
  const [refused, takenBack, left] = [await known(), await known(), await known()];
  const ids = [await ask(refused), await ask(takenBack), await ask(left)] as const;
  await act(bert, 'subjectErasureReject', { id: ids[0], reason });
  await act(bert, 'subjectErasureApprove', { id: ids[1] });
  expect((await act(anna, 'subjectErasureCancel', { id: ids[1], reason })).code).toBeUndefined();
  clock.advance(7 * 24 * 60 * MINUTE_MS);
  expect((await act(bert, 'subjectErasureApprove', { id: ids[2] })).code).toBe('CONFLICT');
  await runTimer();
  expect(await Promise.all([refused, takenBack, left].map(isErased))).toEqual([
    false,
    false,
    false,
  ]);
  const ends = await Promise.all(ids.map(requestOf));
  expect(ends).toEqual([
    expect.objectContaining({ status: 'CANCELLED', approval: 'REJECTED' }),
    expect.objectContaining({ status: 'CANCELLED', approval: 'CANCELLED' }),
    expect.objectContaining({ status: 'CANCELLED', approval: 'EXPIRED' }),
  ]);
  await ask(left);
});

test('a hold that comes between approval and erasure keeps the person and fails the request', async () => {
  const subjectId = await known();
  const id = await ask(subjectId);
  await act(bert, 'subjectErasureApprove', { id });
  await act(anna, 'subjectHold', { subjectId, reason });
  clock.advance(30 * MINUTE_MS);
  await runTimer();
  expect(await isErased(subjectId)).toBe(false);
  expect(await requestOf(id)).toMatchObject({ status: 'FAILED', failure: 'LEGAL_HOLD' });
  expect((await act(anna, 'subjectErasureRequest', { subjectId, reason })).code).toBe('LEGAL_HOLD');
});

test('a request taken back while its erasure runs takes the erasure back with it', async () => {
  const subjectId = await known();
  const erasing = eraseSubjectData(timerContext(), { subjectId, reason }, async () => {
    throw new Refusal('CONFLICT', 'Der Antrag wurde zurückgezogen.');
  });
  await expect(erasing).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await isErased(subjectId)).toBe(false);
});
