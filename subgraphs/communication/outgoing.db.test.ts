import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createActor, systemActor } from '#kernel/access';
import { createTestDatabase, testClock, type TestDatabase } from '#kernel/testing';
import { communication } from './index.ts';
import {
  HEARTBEAT_MAX_MS,
  beat,
  claimOutgoing,
  prepareOutgoing,
  recordOutcome,
  releaseOutgoing,
  verdictOn,
  type Outgoing,
} from './outgoing.ts';

let db: TestDatabase;
const clock = testClock();
const job = systemActor('test', ['DE']);

beforeAll(async () => {
  db = await createTestDatabase({ modules: [communication] });
});
afterAll(() => db.close());
beforeEach(() => db.admin('truncate communication.outgoing'));

const inJob = <T>(work: Parameters<typeof db.database.transaction<T>>[1]) =>
  db.database.transaction(job, work);

async function prepared(copies = 0): Promise<string> {
  const messageId = randomUUID();
  const recipients = Array.from({ length: 1 + copies }, (_, index) => ({
    id: randomUUID(),
    kind: 'COLLEAGUE' as const,
    isCopy: index > 0,
  }));
  const message = { messageId, purpose: 'PROTECTION_REMINDER' as const, leadId: randomUUID() };
  const at = clock.now().toISOString();
  const queued = { ...message, territory: 'DE' as const, recipients, at };
  await inJob((tx) => prepareOutgoing(tx, queued, clock.now()));
  return messageId;
}
const claim = (limit = 50): Promise<Outgoing[]> =>
  inJob((tx) => claimOutgoing(tx, { id: randomUUID(), now: clock.now(), limit }));

test('what another worker is taking is passed over, without waiting for it', async () => {
  await prepared();
  await prepared();
  const [mine, theirs] = await inJob(async (tx) => {
    const now = clock.now();
    const first = await claimOutgoing(tx, { id: randomUUID(), now, limit: 1 });
    return [first, await claim()];
  });
  expect([mine, theirs]).toEqual([[expect.anything()], [expect.anything()]]);
  expect(mine?.[0]?.messageId).not.toBe(theirs?.[0]?.messageId);
});

test('a claim without heartbeat is lost after five minutes, and knows it', async () => {
  await prepared();
  const [dead] = await claim();
  clock.advance(HEARTBEAT_MAX_MS);
  expect(await claim()).toEqual([]);
  clock.advance(1);
  const [heir] = await claim();
  expect(heir).toMatchObject({ attempts: 2, messageId: dead?.messageId });
  const isAlive = (row: Outgoing | undefined) =>
    inJob((tx) => beat(tx, row as Outgoing, clock.now()));
  expect([await isAlive(dead), await isAlive(heir)]).toEqual([false, true]);
  const isRecorded = await inJob((tx) =>
    recordOutcome(tx, dead as Outgoing, { is: 'SENT' }, clock.now()),
  );
  expect(isRecorded).toBe(false);
});

test('a row that was given back has not been tried', async () => {
  await prepared();
  const [row] = await claim();
  await inJob((tx) => releaseOutgoing(tx, row?.claim ?? ''));
  expect(await claim()).toMatchObject([{ attempts: 1 }]);
});

test('the verdict waits for whoever counts, and for no copy', async () => {
  const messageId = await prepared(1);
  const rows = await claim();
  const primary = rows.find((row) => !row.isCopy) as Outgoing;
  expect(await inJob((tx) => verdictOn(tx, messageId))).toBeUndefined();
  await inJob((tx) => recordOutcome(tx, primary, { is: 'SENT' }, clock.now()));
  expect(await inJob((tx) => verdictOn(tx, messageId))).toEqual({
    isSent: true,
    isAddressRefused: false,
  });
});

test('nobody but a job takes a row', async () => {
  await prepared();
  const manager = createActor({ userId: randomUUID(), roles: ['manager'], territories: ['DE'] });
  const taken = await db.database.transaction(manager, (tx) =>
    claimOutgoing(tx, { id: randomUUID(), now: clock.now(), limit: 50 }),
  );
  expect(taken).toEqual([]);
});
