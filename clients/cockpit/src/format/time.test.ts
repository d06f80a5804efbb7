import { describe, expect, it } from 'vitest';
import { dayHeading, formatDateTime, groupByDay, localDay, relativeTime } from './time.ts';

const now = new Date('2026-11-20T11:00:00.000Z');

describe('time on the screen', () => {
  it('is the time in Berlin, in winter and in summer', () => {
    expect(formatDateTime('2026-01-15T09:00:00.000Z', 'de')).toBe('15.01.2026, 10:00');
    expect(formatDateTime('2026-07-15T09:00:00.000Z', 'de')).toBe('15.07.2026, 11:00');
  });

  it('belongs to the calendar day in Berlin, not in UTC', () => {
    expect(localDay('2026-11-19T22:59:59.999Z')).toBe('2026-11-19');
    expect(localDay('2026-11-19T23:00:00.000Z')).toBe('2026-11-20');
  });

  it('is told relative to now in the language of the screen', () => {
    expect(relativeTime('2026-11-20T10:59:30.000Z', now, 'de')).toBe('jetzt');
    expect(relativeTime('2026-11-20T10:57:00.000Z', now, 'de')).toBe('vor 3 Minuten');
    expect(relativeTime('2026-11-17T11:00:00.000Z', now, 'de')).toBe('vor 3 Tagen');
    expect(relativeTime('2026-11-20T13:00:00.000Z', now, 'en')).toBe('in 2 hours');
  });

  it('names today and yesterday and writes other days out', () => {
    expect(dayHeading('2026-11-20', now, 'de')).toBe('Heute');
    expect(dayHeading('2026-11-19', now, 'de')).toBe('Gestern');
    expect(dayHeading('2026-11-17', now, 'de')).toBe('Dienstag, 17. November 2026');
  });

  it('groups neighbours of one day and keeps their order', () => {
    const instants = [
      '2026-11-20T08:00:00.000Z',
      '2026-11-19T23:30:00.000Z',
      '2026-11-19T12:00:00.000Z',
    ];
    expect(groupByDay(instants, (instant) => instant)).toEqual([
      { day: '2026-11-20', items: instants.slice(0, 2) },
      { day: '2026-11-19', items: instants.slice(2) },
    ]);
  });
});
