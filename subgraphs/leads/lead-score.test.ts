import { describe, expect, it } from 'vitest';
import { plusDays } from './calendar.ts';
import { at, registeredLead, start } from './lead.fixture.ts';
import { after, initialLead } from './lead.ts';
import { dealSizeOf, scoreBand, scoreOf, withScore, type Scored } from './lead-score.ts';
import { update } from './registration.ts';
import { pains } from './vocabulary.ts';

const now = '2025-05-05T09:00:00.000Z';
const topCities = ['Berlin', 'München'];
const scored = (profile: Partial<Scored['profile']>, rest: Partial<Scored> = {}): Scored => ({
  profile: { ...initialLead.profile, ...profile },
  source: 'WEB_FORMULAR',
  lastMeaningfulActivityAt: null,
  topCities,
  ...rest,
});
const parts = (lead: Scored): number[] => {
  const score = scoreOf(lead, now);
  return [
    score.painScore,
    score.revenueScore,
    score.fitScore,
    score.engagementScore,
    score.leadScore,
  ];
};
const yesterday = plusDays(now, -1);

describe('the score', () => {
  it('is 79 for a warm restaurant in Berlin', () => {
    const profile = {
      pains: pains.slice(0, 4),
      urgency: 'HIGH',
      estimatedVolume: '500000.00 EUR',
      budget: 'YES',
      businessType: 'RESTAURANT',
      city: 'Berlin',
      relationshipStatus: 'TRUSTED',
      decisionMakerAccess: 'DIRECT',
      hasChampion: true,
    } as const;
    const lead = scored(profile, { source: 'EMPFEHLUNG', lastMeaningfulActivityAt: yesterday });
    expect(parts(lead)).toEqual([72, 65, 100, 77, 79]);
  });

  it('is 4 for a lead nobody knows anything about', () => {
    expect(parts(scored({ decisionMakerAccess: 'BLOCKED' }))).toEqual([0, 0, 15, 0, 4]);
  });

  it('is 80 for a large retailer elsewhere', () => {
    const profile = {
      pains: [...pains],
      urgency: 'EMERGENCY',
      estimatedVolume: '2000000.00 EUR',
      budget: 'YES',
      businessType: 'LEH',
      city: 'Passau',
      relationshipStatus: 'ADVOCATE',
      decisionMakerAccess: 'IS_DECISION_MAKER',
      hasChampion: true,
    } as const;
    const lead = scored(profile, { source: 'TELEFON', lastMeaningfulActivityAt: yesterday });
    expect(parts(lead)).toEqual([100, 100, 30, 90, 80]);
  });

  it('counts an activity for seven calendar days', () => {
    const engagement = (days: number): number | undefined =>
      parts(scored({}, { lastMeaningfulActivityAt: plusDays(now, -days) }))[3];
    expect([engagement(7), engagement(8)]).toEqual([10, 0]);
  });

  it.each([
    [39, 'RED'],
    [40, 'ORANGE'],
    [69, 'ORANGE'],
    [70, 'GREEN'],
  ])('%i is %s', (score, band) => {
    expect(scoreBand(score)).toBe(band);
  });

  it('is announced when it changed and only then', () => {
    const settings = { at: start, topCities };
    const lead = after(registeredLead(), withScore(registeredLead(), [], settings));
    expect(lead.score?.leadScore).toBe(10);
    expect(withScore(lead, [], settings)).toEqual([]);
    const events = withScore(lead, update(lead, { urgency: 'HIGH' }, at(start)), settings);
    expect(events.map((event) => event.type)).toEqual(['lead.updated', 'lead.score_changed']);
  });
});

describe('the deal size', () => {
  it.each([
    [null, null],
    ['199999.99 EUR', 'SMALL'],
    ['200000.00 EUR', 'MEDIUM'],
    ['1000000.00 CHF', 'LARGE'],
    ['2000000.00 EUR', 'ENTERPRISE'],
  ])('of %s per year is %s unless set', (estimatedVolume, size) => {
    expect(dealSizeOf({ estimatedVolume, dealSize: null })).toBe(size);
    expect(dealSizeOf({ estimatedVolume, dealSize: 'LARGE' })).toBe('LARGE');
  });
});
