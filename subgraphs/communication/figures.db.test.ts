import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { systemActor } from '#kernel/access';
import { jobContext } from '#kernel/events';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { createTestDatabase, testClock, type TestDatabase } from '#kernel/testing';
import { figuresTimer } from './figures.ts';
import { communication } from './index.ts';

const clock = testClock('2025-10-31T08:00:00.000Z');
const log = createLogger({ level: 'silent' });
const actor = systemActor('test', ['DE', 'AT', 'CH']);
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase({ modules: [communication] });
});
afterAll(() => db.close());
beforeEach(async () => {
  await db.admin('truncate communication.message, communication.recipient');
});

const metrics = createMetrics();
const timer = figuresTimer(metrics);
async function figures(): Promise<string[]> {
  await timer.run(jobContext({ database: db.database, clock, log }, { actor }));
  const { body } = await metrics.expose();
  return body.split('\n').filter((line) => line.includes('{territory='));
}

interface Sent {
  leadId?: string;
  to?: string[];
  status?: string;
  at?: string;
  purpose?: string;
  territory?: string;
}
async function sent(message: Sent = {}): Promise<void> {
  const { leadId = randomUUID(), to = [leadId], status = 'SENT', purpose = 'MANUAL' } = message;
  const { at = '2025-10-20T08:00:00.000Z', territory = 'DE' } = message;
  const recipients = JSON.stringify(to.map((id) => ({ id, kind: 'CONTACT' })));
  await db.admin(
    `insert into communication.message (id, lead_id, purpose, status, recipients, queued_at, sent_at, territory)
     values ($1, $2, $3, $4, $5, $6, $6, $7)`,
    [randomUUID(), leadId, purpose, status, recipients, at, territory],
  );
}
async function contact(leadId: string, group: string): Promise<string> {
  const id = randomUUID();
  await db.admin(
    `insert into communication.recipient (id, lead_id, version, email_consent, territory, contact_group)
     values ($1, $2, 1, true, 'DE', $3)`,
    [id, leadId, group],
  );
  return id;
}

test('where nothing was sent there is no figure, also when there was one before', async () => {
  expect(await figures()).toEqual([]);
  await sent();
  expect(await figures()).not.toEqual([]);
  await db.admin('truncate communication.message');
  expect(await figures()).toEqual([]);
});

test('what came back is counted against what was sent to leads in the last thirty days', async () => {
  await sent({ status: 'BOUNCED' });
  await sent();
  await sent();
  await sent({ status: 'BOUNCED', at: '2025-10-01T07:59:59.999Z' });
  await sent({ status: 'BOUNCED', purpose: 'PROTECTION_REMINDER' });
  await sent({ territory: 'AT' });
  expect(await figures()).toEqual(
    expect.arrayContaining([
      'email_bounce_rate{territory="DE"} 0.3333',
      'email_bounce_rate{territory="AT"} 0',
    ]),
  );
});

test('a lead counts as multi-contact once chef and buyer both got a message', async () => {
  const [both, one] = [randomUUID(), randomUUID()];
  await sent({ leadId: both, to: [await contact(both, 'CHEF')] });
  await sent({ leadId: both, to: [await contact(both, 'BUYER')] });
  await sent({ leadId: one, to: [await contact(one, 'CHEF'), await contact(one, 'GF')] });
  await sent();
  expect(await figures()).toContain('multi_contact_threads_ratio{territory="DE"} 0.3333');
});
