import { describe, expect, it } from 'vitest';
import { followUpKey, nameUuid, statusChangeKey } from './idempotency-key.ts';

const leadId = '3f2b8c1e-0a4d-4f7a-9c55-6d1e2f3a4b5c';
const at = '2025-09-26T20:00:00.000Z';

describe('an idempotency key', () => {
  it('is a version 3 UUID without namespace', () => {
    expect(nameUuid('a')).toBe('0cc175b9-c0f1-36a8-b1c3-99e269772661');
  });

  it.each([
    ['a run', { followUpType: 'BATCH', dueRunAt: at }, '0737ce6d-8b26-314d-b3f0-4b24cbdbcd16'],
    ['T3', { leadId, followUpType: 'T3', dueRunAt: at }, 'ec94c21f-26a0-3bf6-9352-4219ca82726f'],
    ['T7', { leadId, followUpType: 'T7', dueRunAt: at }, '04013f4a-b7a4-3434-8eee-16fd843741fd'],
  ] as const)('of %s follows from lead, type and the nominal instant', (_, followUp, key) => {
    expect(followUpKey(followUp)).toBe(key);
  });

  it('of a status change follows from lead, both statuses and its time', () => {
    const change = { leadId, oldStatus: 'REGISTERED', newStatus: 'ACTIVE', changedAt: at } as const;
    expect(statusChangeKey(change)).toBe('fbdca1ec-4536-3bfa-b253-8e6007d833ec');
  });

  it('is refused for a timestamp that is not canonical', () => {
    const dueRunAt = '2025-09-26T20:00';
    const changedAt = '2025-09-26T20:00:00Z';
    expect(nameUuid(`${leadId}|T3|${dueRunAt}`)).toBe('8dd96f77-6cb7-31bb-9029-5b588dd3f357');
    expect(() => followUpKey({ leadId, followUpType: 'T3', dueRunAt })).toThrow(RangeError);
    expect(() =>
      statusChangeKey({ leadId, oldStatus: 'ACTIVE', newStatus: 'REMINDER', changedAt }),
    ).toThrow(RangeError);
  });
});
