import { createHash } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '#kernel/testing';
import { demoLogin } from '../../gateway/demo-logins.ts';
import { registerLead, startTestSystem, type TestSystem } from './system.ts';

/** What dashboards hear that were there before this graph: a plain LISTEN, nothing else. */

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const CANONICAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

interface CloudEvent {
  id: string;
  type: string;
  time: string;
  dataschema?: string;
  data: Record<string, unknown>;
}

let test: TestSystem;
let listener: pg.Client;
const payloads: string[] = [];

beforeAll(async () => {
  test = await startTestSystem();
  listener = new pg.Client({ connectionString: test.db.adminUrl });
  await listener.connect();
  listener.on('notification', ({ channel, payload = '' }) => {
    if (channel === 'dashboard_updates') payloads.push(payload);
  });
  await listener.query('listen dashboard_updates');
}, 120_000);
afterAll(async () => {
  await listener?.end();
  await test?.stop();
});

/** MD5 over the name alone, as version 3 of the name-based UUIDs. */
function keyOf(name: string): string {
  const hex = createHash('md5').update(name, 'utf8').digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `3${hex.slice(13, 16)}`,
    `${variant}${hex.slice(18, 20)}`,
    hex.slice(20),
  ].join('-');
}

const heard = (type: string, of: (data: CloudEvent['data']) => boolean): CloudEvent[] =>
  payloads
    .map((payload) => JSON.parse(payload) as CloudEvent)
    .filter((event) => event.type === type && of(event.data));

/** The event but for what is its own; a schema may be named, nothing else may be added. */
function expectEnvelope(event: CloudEvent | undefined, expected: Record<string, unknown>): void {
  const { id, time, dataschema, ...rest } = event ?? ({} as CloudEvent);
  expect(id).toMatch(UUID_V4);
  expect(time).toMatch(CANONICAL);
  if (dataschema !== undefined) expect(dataschema).toMatch(/^urn:freshplan:[a-z._]+:v\d+$/);
  expect(rest).toEqual({
    specversion: '1.0',
    source: 'lead-management',
    datacontenttype: 'application/json',
    ...expected,
  });
}

it('the key of this test is that of the contract', () => {
  expect(keyOf('a')).toBe('0cc175b9-c0f1-36a8-b1c3-99e269772661');
  expect(keyOf('BATCH|BATCH|2025-09-26T20:00:00.000Z')).toBe(
    '0737ce6d-8b26-314d-b3f0-4b24cbdbcd16',
  );
});

const userId = demoLogin('sales-de')?.userId;

describe('a raw listener', () => {
  it('hears a change of status once, with its key and nobody but the company named', async () => {
    const companyName = 'Gasthof „Zur Möwe“ & Söhne';
    const { id, version } = await registerLead(test, 'sales-de', {
      companyName,
      email: 'wirt@moewe.example',
    });
    const answer = await test.ask(
      'sales-de',
      'mutation Q($input: LeadQualifyInput!) { leadQualify(input: $input) { userErrors { code } } }',
      { input: { leadId: id, version } },
    );
    expect(answer).toMatchObject({ data: { leadQualify: { userErrors: [] } } });
    await test.settled();
    const mine = (data: CloudEvent['data']): boolean => data['leadId'] === id;
    const [event, ...more] = await eventually(() => {
      const events = heard('dashboard.lead_status_changed', mine);
      expect(events.at(-1)?.data['newStatus']).toBe('QUALIFIED');
      return events;
    });
    expect(more).toEqual([]);
    const changedAt = event?.data['changedAt'] as string;
    expect(changedAt).toMatch(CANONICAL);
    const key = keyOf(`${id}|REGISTERED|QUALIFIED|${changedAt}`);
    expectEnvelope(event, {
      type: 'dashboard.lead_status_changed',
      idempotencyKey: key,
      idempotencykey: key,
      data: {
        leadId: id,
        companyName,
        oldStatus: 'REGISTERED',
        newStatus: 'QUALIFIED',
        userId,
        changedAt,
      },
    });
    expect(payloads.join()).not.toContain('wirt@');
  });

  it('hears of a processed follow-up under the instant of its run, and of the run as a whole', async () => {
    test.clock.travel(new Date('2025-09-26T08:00:00.000Z'));
    const { id } = await registerLead(test, 'sales-de', {
      source: 'TELEFON',
      email: 'kueche@folge.example',
      emailConsent: true,
      firstContact: {
        channel: 'PHONE',
        at: '2025-09-25T09:00:00.000Z',
        note: 'Gespräch mit dem Küchenchef',
      },
    });
    await test.settled();
    test.clock.travel(new Date('2025-09-29T07:10:00.000Z'));
    await test.system.runtime.runTimer('leads.follow-ups');
    await test.settled();
    const processedAt = '2025-09-29T07:00:00.000Z';
    const type = 'dashboard.followup_completed';
    await eventually(() => expect(heard(type, () => true)).toHaveLength(2));
    const [event] = heard(type, (data) => data['leadId'] === id);
    const key = keyOf(`${id}|T3|${processedAt}`);
    expectEnvelope(event, {
      type,
      idempotencyKey: key,
      idempotencykey: key,
      data: {
        leadId: id,
        followUpType: 'T3',
        t3Count: 1,
        t7Count: 0,
        success: true,
        userId: event?.data['userId'],
        processedAt,
      },
    });
    const [batch] = heard(type, (data) => data['followUpType'] === 'BATCH');
    const batchKey = keyOf(`BATCH|BATCH|${processedAt}`);
    expectEnvelope(batch, {
      type,
      idempotencyKey: batchKey,
      idempotencykey: batchKey,
      data: {
        followUpType: 'BATCH',
        t3Count: 1,
        t7Count: 0,
        success: true,
        userId: batch?.data['userId'],
        processedAt,
      },
    });
    test.clock.travel(null);
  });

  it('hears nothing longer than the channel carries', () => {
    expect(payloads.length).toBeGreaterThan(2);
    for (const payload of payloads) expect(Buffer.byteLength(payload)).toBeLessThanOrEqual(7_680);
  });
});
