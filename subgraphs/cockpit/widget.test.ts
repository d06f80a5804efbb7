import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createActor } from '#kernel/access';
import { hourOf, nextHour, plusDays } from './calendar.ts';
import { isFollowed, withSignal, type Signals } from './signals.ts';
import { followUpEdges, leadWindows, rateOf, scopeOf, trendOf } from './widget.ts';
import { concerns } from './widget-change.ts';

const userId = '7b0f1c1e-0000-4000-8000-000000000001';
const actor = (role: string, ...territories: string[]) =>
  createActor({ userId, roles: [role], territories });

const trend = ([sent14, sent7, done14, done7]: readonly [number, number, number, number]) =>
  trendOf('CONVERTED', {
    days14: { T3_SENT: sent14 - 1, T7_SENT: 1, T3_CONVERTED: done14 },
    days7: { T3_SENT: sent7, T7_CONVERTED: done7 },
  });

describe('rates', () => {
  it.each([
    [0, 0, null],
    [0, 4, 0],
    [1, 3, 0.3333],
    [2, 3, 0.6667],
    [3, 3, 1],
  ])('%d of %d is %j', (effective, sent, rate) => {
    expect(rateOf(effective, sent)).toBe(rate);
  });

  it.each([
    ['rises', [4, 2, 2, 2], { current: 1, previous: 0, delta: 1, direction: 'UP' }],
    ['falls', [4, 2, 1, 0], { current: 0, previous: 0.5, delta: -0.5, direction: 'DOWN' }],
    ['is level', [4, 2, 2, 1], { current: 0.5, previous: 0.5, delta: 0, direction: 'FLAT' }],
    ['has no past', [2, 2, 1, 1], { current: 0.5, previous: null, delta: null, direction: 'FLAT' }],
    [
      'has no present',
      [2, 0, 1, 0],
      { current: null, previous: 0.5, delta: null, direction: 'FLAT' },
    ],
  ] as const)('a trend %s', (_, numbers, expected) => {
    expect(trend(numbers)).toEqual(expected);
  });
});

describe('windows', () => {
  it('go back calendar days, also over the end of summer time', () => {
    expect(followUpEdges('2025-10-28T09:15:00.000Z')).toEqual([
      '2025-09-28T08:15:00.000Z',
      '2025-10-14T08:15:00.000Z',
      '2025-10-21T08:15:00.000Z',
    ]);
  });

  it('of created leads and ending protections begin and end with full hours', () => {
    const windows = leadWindows('2025-09-26T09:15:00.000Z');
    expect(windows.find(({ metric }) => metric === 'CREATED')?.from).toBe(
      '2025-09-19T09:00:00.000Z',
    );
    expect(windows.find(({ metric }) => metric === 'PROTECTION_END')).toMatchObject({
      from: '2025-09-26T09:00:00.000Z',
      until: '2025-10-03T10:00:00.000Z',
    });
  });

  it('know the hour of an instant and the next', () => {
    expect(hourOf('2025-12-31T23:59:59.999Z')).toBe('2025-12-31T23:00:00.000Z');
    expect(nextHour('2025-12-31T23:00:00.000Z')).toBe('2026-01-01T00:00:00.000Z');
  });
});

const hourly = (hour: number): string => new Date(Date.UTC(2025, 4, 1, hour)).toISOString();
const fold = (order: readonly string[]): Signals => order.reduce<Signals>(withSignal, []);

describe('signals', () => {
  const p = '2025-09-10T07:00:00.000Z';
  it.each([
    ['at the same moment', p, false],
    ['a millisecond later', '2025-09-10T07:00:00.001Z', true],
    ['14 days later', '2025-09-24T07:00:00.000Z', true],
    ['a millisecond more', '2025-09-24T07:00:00.001Z', false],
    ['before', '2025-09-09T07:00:00.000Z', false],
  ])('%s', (_, at, followed) => {
    expect(isFollowed(withSignal([], at), p)).toBe(followed);
  });

  it('tell the same in any order and any number, and as each of them alone', () => {
    const hours = fc.array(fc.integer({ min: 0, max: 24 * 120 }), { maxLength: 12 });
    fc.assert(
      fc.property(hours, fc.integer({ min: 0, max: 24 * 120 }), (list, hour) => {
        const all = list.map(hourly);
        expect(fold([...all, ...all].toReversed())).toEqual(fold(all));
        const alone = all.some((s) => s > hourly(hour) && plusDays(s, -14) <= hourly(hour));
        expect(isFollowed(fold(all), hourly(hour))).toBe(alone);
      }),
    );
  });
});

describe('scope', () => {
  it.each([
    [actor('sales', 'DE', 'CH'), false, ['DE', 'CH']],
    [actor('manager', 'AT'), true, ['AT']],
    [actor('admin'), true, ['DE', 'AT', 'CH']],
    [actor('sales'), false, []],
  ])('of %j', (who, isManagerView, territories) => {
    expect(scopeOf(who)).toMatchObject({ isManagerView, territories });
  });
});

describe('a change', () => {
  const change = { leadId: userId, territory: 'DE' as const, userIds: [userId], cause: 'x' };
  it.each([
    ['concerns its people', actor('sales', 'DE'), {}, true],
    ['does not concern others', actor('sales', 'DE'), { userIds: [] }, false],
    ['does not concern who lost the territory', actor('sales', 'AT'), {}, false],
    ['concerns managers of the territory', actor('manager', 'DE'), { userIds: [] }, true],
    ['does not concern other managers', actor('manager', 'AT', 'CH'), {}, false],
    [
      'concerns managers of the earlier territory',
      actor('manager', 'AT'),
      { previousTerritory: 'AT' as const },
      true,
    ],
    ['concerns administrators', actor('admin'), { userIds: [] }, true],
  ])('%s', (_, who, rest, expected) => {
    expect(concerns({ ...change, ...rest }, who)).toBe(expected);
  });
});
