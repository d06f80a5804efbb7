import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical, isCanonical, localDate, nineOClock, plusDays, plusMonths } from './calendar.ts';

const instants = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
  .map(canonical);

describe('a calendar day', () => {
  it.each([
    ['2025-03-27T09:00:00.000Z', 3, '2025-03-30T08:00:00.000Z', 'into summer time'],
    ['2025-10-25T08:00:00.000Z', 1, '2025-10-26T09:00:00.000Z', 'out of summer time'],
    ['2025-03-29T01:30:00.000Z', 1, '2025-03-30T01:30:00.000Z', 'a skipped hour moves forward'],
    ['2025-10-25T00:30:00.000Z', 1, '2025-10-26T00:30:00.000Z', 'a doubled hour is its first'],
  ])('%s + %i is %s: %s', (from, days, to) => {
    expect(plusDays(from, days)).toBe(to);
  });

  it('keeps the order of instants', () => {
    fc.assert(
      fc.property(instants, instants, fc.nat(400), (a, b, days) => {
        const [early, late] = a <= b ? [a, b] : [b, a];
        // An hour that is skipped or doubled may swap two instants that are less than it apart.
        if (Date.parse(late) - Date.parse(early) < 3_600_000) return;
        expect(plusDays(early, days) <= plusDays(late, days)).toBe(true);
      }),
    );
  });
});

describe('a calendar month', () => {
  it.each([
    ['2025-08-31T08:00:00.000Z', 6, '2026-02-28T09:00:00.000Z'],
    ['2023-08-31T08:00:00.000Z', 6, '2024-02-29T09:00:00.000Z'],
    ['2025-01-15T09:00:00.000Z', 6, '2025-07-15T08:00:00.000Z'],
  ])('%s + %i is %s', (from, months, to) => {
    expect(plusMonths(from, months)).toBe(to);
  });
});

describe('a canonical timestamp', () => {
  it.each(['2025-09-26T20:00', '2025-09-26T20:00:00Z', '2025-02-30T20:00:00.000Z', 'now', ''])(
    'is not "%s"',
    (text) => {
      expect(isCanonical(text)).toBe(false);
    },
  );

  it('is UTC with three fraction digits', () => {
    expect(isCanonical('2025-09-26T20:00:00.000Z')).toBe(true);
  });
});

describe('the local day', () => {
  it('changes at midnight in Berlin, not in Greenwich', () => {
    expect(localDate('2025-09-26T21:59:59.999Z')).toBe('2025-09-26');
    expect(localDate('2025-09-26T22:00:00.000Z')).toBe('2025-09-27');
  });

  it('has its nine o’clock in summer and in winter', () => {
    expect(nineOClock('2025-07-01')).toBe('2025-07-01T07:00:00.000Z');
    expect(nineOClock('2025-12-01')).toBe('2025-12-01T08:00:00.000Z');
  });
});
