import { describe, expect, it } from 'vitest';
import { preClaimTone, protectionBar, protectionTone } from './protection.ts';

describe('the look of a protection', () => {
  it.each([
    [{ state: 'PROTECTED', remainingDays: 8 }, 'calm'],
    [{ state: 'PROTECTED', remainingDays: 7 }, 'warning'],
    [{ state: 'GRACE', remainingDays: 9 }, 'warning'],
    [{ state: 'REMINDER', remainingDays: 9 }, 'warning'],
    [{ state: 'EXPIRED', remainingDays: 0 }, 'danger'],
    [{ state: 'STOPPED', remainingDays: null }, 'neutral'],
    [{ state: 'NONE', remainingDays: null }, 'neutral'],
  ] as const)('%o is %s', (protection, tone) => {
    expect(protectionTone(protection)).toBe(tone);
  });

  it('warns of a pre-claim below three days and then flags it', () => {
    expect(preClaimTone({ daysLeft: 3, isOverdue: false })).toBe('neutral');
    expect(preClaimTone({ daysLeft: 2, isOverdue: false })).toBe('warning');
    expect(preClaimTone({ daysLeft: 0, isOverdue: true })).toBe('danger');
  });
});

describe('the bar of a protection', () => {
  const day = 86_400_000;
  const windows = {
    assignedAt: '2026-01-01T00:00:00.000Z',
    lastEvidenceAt: null,
    progressUntil: '2026-03-02T00:00:00.000Z',
    validUntil: '2026-03-12T00:00:00.000Z',
  };

  it('starts at the assignment and marks the reminder', () => {
    const start = Date.parse(windows.assignedAt);
    expect(protectionBar(windows, start)).toEqual({ elapsed: 0, reminder: 60 / 70 });
    expect(protectionBar(windows, start + 35 * day)?.elapsed).toBe(0.5);
  });

  it('starts at the last evidence when that is later', () => {
    const evidence = { ...windows, lastEvidenceAt: '2026-01-31T00:00:00.000Z' };
    expect(protectionBar(evidence, Date.parse('2026-01-31T00:00:00.000Z'))?.elapsed).toBe(0);
  });

  it('is full after the end and absent without a window', () => {
    expect(protectionBar(windows, Date.parse('2027-01-01T00:00:00.000Z'))?.elapsed).toBe(1);
    expect(protectionBar({ ...windows, validUntil: null }, 0)).toBeNull();
  });
});
