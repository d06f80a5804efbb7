import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createActor } from '#kernel/access';
import {
  count,
  counters,
  createTestDatabase,
  eventually,
  noted,
  testBackbone,
  type TestDatabase,
} from '#kernel/testing';
import { WIRE_CHANNEL, type Backbone } from './index.ts';
import { envelope } from './wire.ts';

const berlin = createActor({ userId: randomUUID(), roles: ['manager'], territories: ['DE'] });
let db: TestDatabase;
let backbone: Backbone;
let listener: pg.Client;
const heard: Record<string, unknown>[] = [];

beforeAll(async () => {
  db = await createTestDatabase({ modules: [counters] });
  backbone = testBackbone(db, { modules: [counters] });
  await backbone.start();
  listener = new pg.Client({ connectionString: db.appUrl });
  await listener.connect();
  listener.on('notification', ({ payload = '' }) => heard.push(JSON.parse(payload)));
  await listener.query(`listen ${WIRE_CHANNEL}`);
});
afterAll(async () => {
  await listener.end();
  await backbone.stop();
  await db.close();
});

const write = async (note: string) => {
  const person = randomUUID();
  const [fact] = await db.database.transaction(berlin, (tx) =>
    count(tx, randomUUID(), [noted(person, note)], { territory: 'DE' }),
  );
  return fact;
};

test('listeners of the older contract get a CloudEvent in clear for what the module maps', async () => {
  const fact = await write('Fresh Foods GmbH');
  await eventually(() => expect(heard.map((each) => each['id'])).toContain(fact?.id));
  expect(heard.find((each) => each['id'] === fact?.id)).toEqual({
    specversion: '1.0',
    id: fact?.id,
    source: 'counter-management',
    type: 'dashboard.counter_noted',
    time: fact?.time,
    datacontenttype: 'application/json',
    idempotencyKey: fact?.id,
    idempotencykey: fact?.id,
    data: { counterId: fact?.aggregateId, note: 'Fresh Foods GmbH' },
  });
});

test('an envelope too large for the channel carries a reference', async () => {
  const fact = await write('ü'.repeat(5_000));
  await eventually(() => expect(heard.map((each) => each['id'])).toContain(fact?.id));
  expect(heard.find((each) => each['id'] === fact?.id)).toMatchObject({
    data: {
      truncated: true,
      reference: fact?.id,
      original_size_bytes: expect.any(Number),
      hint: 'payload >8KB, fetch details via API',
    },
  });
});

test('the bound is 7,680 bytes, not characters', () => {
  const event = { id: '1', source: 's', type: 't', time: 'x', idempotencyKey: 'k' };
  const size = (text: string): number =>
    Buffer.byteLength(envelope({ ...event, data: { text } }).payload);
  const room = 7_680 - size('');
  expect(envelope({ ...event, data: { text: 'a'.repeat(room) } }).truncated).toBe(false);
  expect(envelope({ ...event, data: { text: 'a'.repeat(room + 1) } }).truncated).toBe(true);
  expect(envelope({ ...event, data: { text: 'ä'.repeat(room / 2 + 1) } }).truncated).toBe(true);
  expect(size('a'.repeat(room))).toBe(7_680);
});
