import { describe, expect, it } from 'vitest';
import { plusDays, plusMs } from './calendar.ts';
import { isConversion, isResponse, rateOf, trendOf, type SentFollowUp } from './follow-up-rates.ts';

const now = '2025-05-05T09:00:00.000Z';
const ago = (days: number): string => plusDays(now, -days);
const sent = (leadId: string, days: number, difference: Partial<SentFollowUp> = {}) => ({
  leadId,
  followUpType: 'T3' as const,
  success: true,
  processedAt: ago(days),
  ...difference,
});
const effect = (leadId: string, at: string) => ({ leadId, at });

describe('a rate', () => {
  it('is null when nothing was sent, not 0', () => {
    const failed = sent('a', 3, { success: false });
    expect(rateOf([], [], 'T3', now)).toBeNull();
    expect(rateOf([failed, sent('b', 31)], [effect('a', ago(1))], 'T3', now)).toBeNull();
    expect(rateOf([sent('a', 3)], [], 'T7', now)).toBeNull();
  });

  it('counts an effect after the follow-up and within fourteen days', () => {
    const rate = (at: string): number | null =>
      rateOf([sent('a', 20)], [effect('a', at)], 'T3', now);
    expect(rate(ago(20))).toBe(0);
    expect(rate(plusMs(ago(20), 1))).toBe(1);
    expect(rate(ago(6))).toBe(1);
    expect(rate(plusMs(ago(6), 1))).toBe(0);
  });

  it('is a share with four places, each follow-up counted once', () => {
    const effects = [effect('a', ago(2)), effect('a', ago(1)), effect('x', ago(1))];
    expect(rateOf([sent('a', 3), sent('b', 3), sent('c', 3)], effects, 'T3', now)).toBe(0.3333);
  });
});

describe('a trend', () => {
  it('compares the last seven days with the seven before, both types together', () => {
    const followUps = [
      sent('a', 3),
      sent('b', 3, { followUpType: 'T7' }),
      sent('c', 10),
      sent('d', 10),
    ];
    const both = [effect('a', ago(1)), effect('b', ago(1)), effect('c', ago(8))];
    const up = { current: 1, previous: 0.5, delta: 0.5, direction: 'UP' };
    expect(trendOf(followUps, both, now)).toEqual(up);
    expect(trendOf(followUps, both.slice(2), now)).toMatchObject({
      delta: -0.5,
      direction: 'DOWN',
    });
    expect(trendOf(followUps, both.slice(1), now)).toMatchObject({ delta: 0, direction: 'FLAT' });
  });

  it('is unknown when a side is', () => {
    const unknown = { current: 0, previous: null, delta: null, direction: null };
    expect(trendOf([sent('a', 3)], [], now)).toEqual(unknown);
  });
});

describe('what counts', () => {
  it('is evidence or a step forward for conversion, an answer for response', () => {
    expect(isConversion({ isEvidence: true })).toBe(true);
    expect(isConversion({ newStatus: 'QUALIFIED' })).toBe(true);
    expect(isConversion({ newStatus: 'ACTIVE' })).toBe(false);
    expect(isResponse({ kind: 'EMAIL_RECEIVED' })).toBe(true);
    expect(isResponse({ kind: 'MEETING' })).toBe(false);
    expect(isResponse({ taskOutcome: 'SUCCESS' })).toBe(true);
    expect(isResponse({ taskOutcome: 'NO_ANSWER' })).toBe(false);
  });
});
