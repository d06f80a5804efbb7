import { describe, expect, it } from 'vitest';
import { defaultSeasons, seasonAt } from './season.ts';

describe('the season', () => {
  it.each([
    ['2025-05-31T21:59:59.999Z', null],
    ['2025-05-31T22:00:00.000Z', 'SOMMER'],
    ['2025-08-31T21:59:59.999Z', 'SOMMER'],
    ['2025-08-31T22:00:00.000Z', null],
    ['2025-12-31T22:59:59.999Z', 'WEIHNACHTEN'],
    ['2025-12-31T23:00:00.000Z', null],
  ])('at %s is %s, by the local date', (at, key) => {
    expect(seasonAt(defaultSeasons, at)).toBe(key);
  });

  it('may cross the year’s end', () => {
    const winter = [{ key: 'WINTER', from: '11-15', to: '01-06' }];
    const days = ['11-14', '11-15', '12-31', '01-06', '01-07'];
    expect(days.map((day) => seasonAt(winter, `2025-${day}T12:00:00.000Z`))).toEqual([
      null,
      'WINTER',
      'WINTER',
      'WINTER',
      null,
    ]);
  });
});
