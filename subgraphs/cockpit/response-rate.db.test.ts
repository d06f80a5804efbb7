import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NIL_UUID, systemActor } from '#kernel/access';
import { jobContext } from '#kernel/events';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { createTestDatabase, testClock, type TestDatabase } from '#kernel/testing';
import { createCockpit } from './index.ts';
import { responseRateTimer } from './response-rate.ts';

const clock = testClock('2025-10-31T08:00:00.000Z');
const log = createLogger({ level: 'silent' });
const actor = systemActor('test', ['DE', 'AT', 'CH']);
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase({ modules: [createCockpit()] });
});
afterAll(() => db.close());

const metrics = createMetrics();
const timer = responseRateTimer(metrics);
async function figures(): Promise<string[]> {
  await timer.run(jobContext({ database: db.database, clock, log }, { actor }));
  const { body } = await metrics.expose();
  return body.split('\n').filter((line) => line.includes('{territory='));
}

async function sent(answered: boolean, more: Record<string, unknown> = {}): Promise<void> {
  const row = { userId: NIL_UUID, at: '2025-10-20T07:00:00.000Z', success: true, ...more };
  await db.admin(
    `insert into cockpit.follow_up (user_id, territory, at, id, lead_id, type, success, converted, answered)
     values ($1, 'DE', $2, $3, $3, 'T3', $4, false, $5)`,
    [row.userId, row.at, randomUUID(), row.success, answered],
  );
}

test('without a follow-up there is no figure, and none without orders', async () => {
  expect(await figures()).toEqual([]);
  expect((await metrics.expose()).body).toContain('# TYPE sample_to_order_conversion_rate gauge');
});

test('answers are counted against what was sent in the last thirty days, once per territory', async () => {
  await sent(true);
  await sent(false);
  await sent(false);
  await sent(true, { userId: randomUUID() });
  await sent(true, { success: false });
  await sent(true, { at: '2025-10-01T07:00:00.000Z' });
  expect(await figures()).toEqual(['sample_followup_response_rate{territory="DE"} 0.3333']);
});
