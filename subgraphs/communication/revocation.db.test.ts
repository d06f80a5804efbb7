import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemActor } from '#kernel/access';
import { jobContext } from '#kernel/events';
import { createLogger } from '#kernel/telemetry';
import { createTestDatabase, testClock, type TestDatabase } from '#kernel/testing';
import { communication } from './index.ts';
import { addressesOf } from './recipients.ts';
import { acknowledgeRevocation, revokeConsent, subscriberOf } from './revocation.ts';

const clock = testClock('2025-09-29T07:00:00.000Z');
const log = createLogger({ level: 'silent' });
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase({ modules: [communication] });
});
afterAll(() => db.close());

const context = () =>
  jobContext({ database: db.database, clock, log }, { actor: systemActor('test', ['DE']) });
const inJob = <T>(work: Parameters<typeof db.database.transaction<T>>[1]) =>
  db.database.transaction(systemActor('test', ['DE']), work);

async function recipient(): Promise<string> {
  const id = randomUUID();
  await db.admin(
    `insert into communication.recipient (id, lead_id, version, email, email_consent, territory)
     values ($1, $1, 1, '"kueche@adler.de"', true, 'DE')`,
    [id],
  );
  return id;
}
const unsubscribe = async (id: string): Promise<void> => {
  const subscriber = await subscriberOf(context(), id);
  if (subscriber !== undefined) await revokeConsent(context(), subscriber, 'LINK');
};
const hasConsent = async (id: string): Promise<boolean | undefined> => {
  const [address] = await inJob((tx) => addressesOf(tx, [{ id, kind: 'LEAD' }]));
  return address?.hasConsent;
};
const factsOf = (id: string) =>
  db.admin('select data from communication.event where aggregate_id = $1', [id]);

test('a consent that was known before and arrives late does not undo a revocation', async () => {
  const id = await recipient();
  await unsubscribe(id);
  await db.admin('update communication.recipient set email_consent = true where id = $1', [id]);
  expect(await hasConsent(id)).toBe(false);
});

test('once leads have recorded it, a consent given anew counts', async () => {
  const id = await recipient();
  await unsubscribe(id);
  await inJob((tx) => acknowledgeRevocation(tx, id, '2025-09-29T06:59:59.999Z'));
  await db.admin('update communication.recipient set email_consent = true where id = $1', [id]);
  expect(await hasConsent(id)).toBe(false);
  await inJob((tx) => acknowledgeRevocation(tx, id, '2025-09-29T07:00:00.000Z'));
  expect(await hasConsent(id)).toBe(true);
});

test('revoking what is revoked, or what nobody has, records nothing', async () => {
  const id = await recipient();
  await unsubscribe(id);
  await unsubscribe(id);
  expect(await factsOf(id)).toHaveLength(1);
  const stranger = randomUUID();
  await unsubscribe(stranger);
  expect(await factsOf(stranger)).toEqual([]);
});
