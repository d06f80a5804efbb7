import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical, localDate, weekday } from './calendar.ts';
import {
  bulkOfferFor,
  dueAt,
  followUpAnchor,
  followUpMoves,
  isOverdue,
  isPending,
  missedRunAt,
  nominalRunAt,
  receiversOf,
} from './follow-up.ts';
import { chefId, reachableLead, withChef } from './lead.fixture.ts';
import type { FollowUp, Sample } from './lead.ts';
import { followUpStatuses } from './vocabulary.ts';

const instants = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
  .map(canonical);

describe('a due time', () => {
  it.each([
    ['2025-09-26T20:00:00.000Z', '2025-09-29T07:00:00.000Z', '2025-10-03T07:00:00.000Z'],
    ['2025-09-26T22:30:00.000Z', '2025-09-30T07:00:00.000Z', '2025-10-06T07:00:00.000Z'],
    ['2025-03-27T09:00:00.000Z', '2025-03-31T07:00:00.000Z', '2025-04-03T07:00:00.000Z'],
    ['2025-10-22T08:00:00.000Z', '2025-10-27T08:00:00.000Z', '2025-10-29T08:00:00.000Z'],
  ])('for %s is %s for T3 and %s for T7', (anchor, t3, t7) => {
    expect(dueAt(anchor, 'T3')).toBe(t3);
    expect(dueAt(anchor, 'T7')).toBe(t7);
  });

  it('is a nominal run on a weekday, at most two days behind its calendar day', () => {
    fc.assert(
      fc.property(instants, fc.constantFrom('T3', 'T7'), (anchor, type) => {
        const due = dueAt(anchor, type);
        expect(weekday(localDate(due))).toBeLessThan(6);
        expect(nominalRunAt(due)).toBe(due);
        const days = (Date.parse(localDate(due)) - Date.parse(localDate(anchor))) / 86_400_000;
        expect(days - (type === 'T3' ? 3 : 7)).toBeGreaterThanOrEqual(0);
        expect(days - (type === 'T3' ? 3 : 7)).toBeLessThanOrEqual(2);
      }),
    );
  });
});

describe('the anchor', () => {
  const registeredAt = '2025-01-15T09:00:00.000Z';
  const sample = (state: Sample['state'], at: string): Sample => ({ sampleId: at, state, at });
  const delivered = sample('DELIVERED', '2025-01-20T09:00:00.000Z');
  const requested = sample('REQUESTED', '2025-01-16T09:00:00.000Z');
  const canceled = sample('CANCELED', '2025-01-17T09:00:00.000Z');

  it.each<[string, Sample[], string | null]>([
    ['the registration without sample', [], registeredAt],
    ['the registration once the sample is canceled', [canceled], registeredAt],
    ['missing while a sample is on its way', [requested, canceled], null],
    ['the delivery', [requested, delivered], delivered.at],
    [
      'the first delivery',
      [sample('DELIVERED', '2025-02-01T09:00:00.000Z'), delivered],
      delivered.at,
    ],
  ])('is %s', (_, samples, anchor) => {
    expect(followUpAnchor(registeredAt, samples)).toBe(anchor);
  });
});

describe('a run', () => {
  it.each([
    ['2025-09-26T06:59:59.999Z', '2025-09-25T07:00:00.000Z'],
    ['2025-09-26T07:00:00.000Z', '2025-09-26T07:00:00.000Z'],
    ['2025-09-28T12:00:00.000Z', '2025-09-26T07:00:00.000Z'],
    ['2025-09-29T06:00:00.000Z', '2025-09-26T07:00:00.000Z'],
    ['2025-10-27T08:00:00.000Z', '2025-10-27T08:00:00.000Z'],
  ])('at %s is nominally that of %s', (now, run) => {
    expect(nominalRunAt(now)).toBe(run);
  });

  it('that was missed is caught up on weekdays, the latest only', () => {
    const friday = '2025-09-26T07:00:00.000Z';
    expect(missedRunAt('2025-09-27T10:00:00.000Z', null)).toBeNull();
    expect(missedRunAt('2025-09-29T06:00:00.000Z', '2025-09-23T07:00:00.000Z')).toBe(friday);
    expect(missedRunAt('2025-09-29T06:00:00.000Z', friday)).toBeNull();
  });
});

describe('the receivers', () => {
  it('are chef and buyer where they can be reached, else the lead’s address', () => {
    const lead = withChef(reachableLead());
    expect(receiversOf(lead, true)).toEqual({ contactIds: [chefId] });
    expect(receiversOf(lead, false)).toEqual({ contactIds: [] });
    expect(receiversOf(reachableLead(), true)).toEqual({ contactIds: [] });
  });

  it('are nobody without consent or address', () => {
    expect(receiversOf(reachableLead({ emailConsent: false }), true)).toBeUndefined();
    expect(receiversOf(reachableLead({ email: null }), true)).toBeUndefined();
  });
});

describe('the bulk offer', () => {
  it.each([
    ['RESTAURANT', 15, '500.00 EUR'],
    ['HOTEL', 20, '1000.00 EUR'],
    ['KANTINE', 25, '2000.00 EUR'],
    ['CATERING', 10, '300.00 EUR'],
    ['LEH', 10, '250.00 EUR'],
    [null, 10, '250.00 EUR'],
  ] as const)('for %s is %i %% from %s', (businessType, discountPercent, minimumOrder) => {
    expect(bulkOfferFor(businessType)).toEqual({ discountPercent, minimumOrder });
  });
});

describe('a follow-up', () => {
  const open: FollowUp = {
    status: 'PENDING',
    dueAt: '2025-09-29T07:00:00.000Z',
    dueRunAt: '2025-09-29T07:00:00.000Z',
    claimedAt: '2025-09-29T07:00:00.000Z',
    isSent: true,
  };

  it('knows six states and the moves between them', () => {
    const moves = followUpStatuses.flatMap((from) =>
      followUpMoves[from].map((to) => `${from} ${to}`),
    );
    expect(moves).toEqual([
      'SCHEDULED SENDING',
      'SCHEDULED CANCELED',
      'SENDING PENDING',
      'SENDING FAILED',
      'PENDING DONE',
      'PENDING PENDING',
      'PENDING CANCELED',
    ]);
  });

  it('is pending from its due time on and overdue a day later', () => {
    expect(isPending(open, '2025-09-29T06:59:59.999Z')).toBe(false);
    expect(isPending(open, '2025-09-29T07:00:00.000Z')).toBe(true);
    expect(isOverdue(open, '2025-09-30T07:00:00.000Z')).toBe(false);
    expect(isOverdue(open, '2025-09-30T07:00:00.001Z')).toBe(true);
    expect(isOverdue({ ...open, status: 'DONE' }, '2025-10-30T07:00:00.001Z')).toBe(false);
  });
});
