import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical, plusDays, plusMs } from './calendar.ts';
import {
  defaultTerms,
  holdsMs,
  nextActionAt,
  nextStep,
  protectionState,
  remainingDays,
  windowsAt,
  type Guarded,
  type Hold,
  type Protection,
} from './protection.ts';

const day = 86_400_000;
const assignedAt = '2025-01-15T09:00:00.000Z';
const protection = (difference: Partial<Protection> = {}): Protection => ({
  ...defaultTerms,
  assignedAt,
  fromRegistration: true,
  extensionMonths: 0,
  lastEvidenceAt: null,
  reminderAnchor: null,
  reminderAt: null,
  reminderSentAt: null,
  expiredAt: null,
  ...difference,
});
const hold = (from: string, until: string | null): Hold => ({ kind: 'OTHER', from, until });
const lead = (difference: Partial<Protection> = {}, holds: Hold[] = []): Guarded => ({
  status: 'ACTIVE',
  protection: protection(difference),
  holds,
});
const reminded = { reminderAnchor: assignedAt, reminderAt: '2025-03-16T09:10:00.000Z' };

describe('the windows of a protection', () => {
  const tenDays = hold('2025-02-01T00:00:00.000Z', '2025-02-11T00:00:00.000Z');
  it.each([
    [assignedAt, [], '2025-03-16T09:00', '2025-03-26T09:00', '2025-07-15T08:00'],
    ['2025-02-15T09:00:00.000Z', [], '2025-04-16T08:00', '2025-04-26T08:00', '2025-08-15T08:00'],
    ['2025-08-31T08:00:00.000Z', [], '2025-10-30T09:00', '2025-11-09T09:00', '2026-02-28T09:00'],
    [assignedAt, [tenDays], '2025-03-26T09:00', '2025-04-05T09:00', '2025-07-25T08:00'],
  ])('of %s with holds %j end at %s, %s and %s', (from, holds, progress, grace, base) => {
    const windows = windowsAt(protection({ assignedAt: from }), holds, '2027-01-01T00:00:00.000Z');
    expect(windows).toMatchObject({
      progressUntil: `${progress}:00.000Z`,
      graceUntil: `${grace}:00.000Z`,
      baseUntil: `${base}:00.000Z`,
      validUntil: `${grace}:00.000Z`,
    });
  });

  it('are anchored by evidence, but never by a predecessor’s', () => {
    const t = '2025-02-20T00:00:00.000Z';
    const anchorOf = (lastEvidenceAt: string): string =>
      windowsAt(protection({ lastEvidenceAt }), [], t).anchor;
    expect(anchorOf('2025-02-10T00:00:00.000Z')).toBe('2025-02-10T00:00:00.000Z');
    expect(anchorOf('2024-12-10T00:00:00.000Z')).toBe(assignedAt);
  });

  it('end with the later of both in mode LATEST', () => {
    const { validUntil, baseUntil } = windowsAt(protection({ mode: 'LATEST' }), [], assignedAt);
    expect(validUntil).toBe(baseUntil);
  });

  it('give ten days after a reminder recorded more than 24 hours late', () => {
    const graceAfter = (reminderAt: string, holds: Hold[] = []): string =>
      windowsAt(protection({ ...reminded, reminderAt }), holds, '2025-06-01T00:00:00.000Z')
        .graceUntil;
    expect(graceAfter('2025-03-17T09:00:00.000Z')).toBe('2025-03-26T09:00:00.000Z');
    expect(graceAfter('2025-03-17T09:00:00.001Z')).toBe('2025-03-27T09:00:00.001Z');
    const later = hold('2025-03-20T00:00:00.000Z', '2025-03-22T00:00:00.000Z');
    expect(graceAfter('2025-03-20T00:00:00.000Z', [later])).toBe('2025-04-01T00:00:00.000Z');
  });

  it('do not call a reminder late because of a hold before it', () => {
    const before = hold('2025-02-01T00:00:00.000Z', '2025-02-11T00:00:00.000Z');
    const onTime = protection({ ...reminded, reminderAt: '2025-03-26T09:10:00.000Z' });
    expect(windowsAt(onTime, [before], '2025-04-01T00:00:00.000Z').graceUntil).toBe(
      '2025-04-05T09:00:00.000Z',
    );
  });
});

describe('holds', () => {
  it('count once where they overlap, an open one up to now', () => {
    const from = '2025-02-01T00:00:00.000Z';
    const holds = [
      hold(from, plusMs(from, 4 * day)),
      hold(plusMs(from, day), plusMs(from, 2 * day)),
      hold(plusMs(from, 3 * day), plusMs(from, 5 * day)),
      hold(plusMs(from, 7 * day), null),
    ];
    expect(holdsMs(holds, plusMs(from, day), plusMs(from, 8 * day))).toBe(5 * day);
    expect(holdsMs(holds, plusMs(from, 9 * day), from)).toBe(0);
  });

  it('never shorten a window and lengthen it by no more than they last', () => {
    const offsets = fc.tuple(fc.nat(100 * day), fc.nat(40 * day));
    fc.assert(
      fc.property(fc.array(offsets, { maxLength: 5 }), fc.nat(200 * day), (spans, elapsed) => {
        const holds = spans.map(([from, length]) =>
          hold(plusMs(assignedAt, from), plusMs(assignedAt, from + length)),
        );
        const t = plusMs(assignedAt, elapsed);
        const without = Date.parse(windowsAt(protection(), [], t).progressUntil);
        const gained = Date.parse(windowsAt(protection(), holds, t).progressUntil) - without;
        expect(gained).toBeGreaterThanOrEqual(0);
        expect(gained).toBeLessThanOrEqual(
          Math.min(
            elapsed,
            spans.reduce((sum, [, length]) => sum + length, 0),
          ),
        );
      }),
    );
  });
});

describe('the state of a protection', () => {
  const open = [hold('2025-02-01T00:00:00.000Z', null)];
  it.each<[string, Guarded, string, string]>([
    ['never assigned', { ...lead(), protection: null }, '2025-02-02T00:00:00.000Z', 'NONE'],
    ['converted', { ...lead(), status: 'CONVERTED' }, '2025-02-02T00:00:00.000Z', 'NONE'],
    ['lost', { ...lead(), status: 'LOST' }, '2025-02-02T00:00:00.000Z', 'NONE'],
    ['deleted', { ...lead({}, open), status: 'DELETED' }, '2025-02-02T00:00:00.000Z', 'NONE'],
    [
      'expired in a hold',
      lead({ expiredAt: assignedAt }, open),
      '2025-02-02T00:00:00.000Z',
      'EXPIRED',
    ],
    ['held long past the end', lead({}, open), '2026-02-02T00:00:00.000Z', 'STOPPED'],
    ['on day 60', lead(), '2025-03-16T09:00:00.000Z', 'PROTECTED'],
    ['past day 60', lead(), '2025-03-16T09:00:00.001Z', 'GRACE'],
    ['reminded', lead(reminded), '2025-03-16T09:10:00.000Z', 'REMINDER'],
    ['on day 70', lead(reminded), '2025-03-26T09:00:00.000Z', 'REMINDER'],
    ['past day 70', lead(reminded), '2025-03-26T09:00:00.001Z', 'EXPIRED'],
  ])('%s is told in the listed order', (_, guarded, t, state) => {
    expect(protectionState(guarded, t)).toBe(state);
  });

  it('shows whole days left, none while the clock stands, 0 at the end', () => {
    expect(remainingDays(lead(), '2025-03-25T08:00:00.000Z')).toBe(1);
    expect(remainingDays(lead(), '2025-03-25T09:00:00.001Z')).toBe(0);
    expect(remainingDays(lead(), '2025-03-28T09:00:00.000Z')).toBe(0);
    expect(remainingDays(lead({}, open), '2025-02-02T00:00:00.000Z')).toBeNull();
    expect(remainingDays({ ...lead(), protection: null }, assignedAt)).toBeNull();
  });
});

describe('the next step of the engine', () => {
  it.each<[string, Guarded, string, string]>([
    ['nothing before day 60', lead(), '2025-03-16T09:00:00.000Z', 'NOTHING'],
    ['the reminder after it', lead(), '2025-03-16T09:00:00.001Z', 'REMIND'],
    ['the reminder first when both are overdue', lead(), '2025-04-20T09:00:00.000Z', 'REMIND'],
    ['one reminder per anchor', lead(reminded), '2025-03-20T09:00:00.000Z', 'NOTHING'],
    ['the expiry after day 70', lead(reminded), '2025-03-26T09:00:00.001Z', 'EXPIRE_PROGRESS'],
    [
      'nothing while a hold is open',
      lead({}, [hold(assignedAt, null)]),
      '2026-01-01T00:00:00.000Z',
      'NOTHING',
    ],
    [
      'a second reminder for a new anchor',
      lead({ ...reminded, lastEvidenceAt: '2025-03-18T09:00:00.000Z' }),
      '2025-06-01T09:00:00.000Z',
      'REMIND',
    ],
    [
      'the expiry by base term without a reminder',
      lead({ lastEvidenceAt: '2025-07-01T09:00:00.000Z' }),
      '2025-07-15T08:00:00.001Z',
      'EXPIRE_BASE',
    ],
    [
      'nothing at the base term’s last moment',
      lead({ lastEvidenceAt: '2025-07-01T09:00:00.000Z' }),
      '2025-07-15T08:00:00.000Z',
      'NOTHING',
    ],
    [
      'no expiry by base term alone in mode LATEST',
      lead({ mode: 'LATEST', lastEvidenceAt: '2025-07-01T09:00:00.000Z' }),
      '2025-07-16T08:00:00.000Z',
      'NOTHING',
    ],
    [
      'a reminder first in mode LATEST too',
      lead({ mode: 'LATEST' }),
      '2026-01-01T00:00:00.000Z',
      'REMIND',
    ],
    [
      'nothing for a lost lead',
      { ...lead(), status: 'LOST' },
      '2026-01-01T00:00:00.000Z',
      'NOTHING',
    ],
    ['nothing twice', lead({ expiredAt: assignedAt }), '2026-01-01T00:00:00.000Z', 'NOTHING'],
  ])('is %s', (_, guarded, t, step) => {
    expect(nextStep(guarded, t)).toBe(step);
  });

  it('is foretold to the millisecond', () => {
    const evidence = fc.option(fc.nat(170).map((days) => plusDays(assignedAt, days)));
    const spans = fc.array(fc.tuple(fc.nat(60), fc.nat(20)), { maxLength: 3 });
    const modes = fc.constantFrom('EARLIEST', 'LATEST');
    fc.assert(
      fc.property(
        evidence,
        spans,
        modes,
        fc.boolean(),
        (lastEvidenceAt, days, mode, isReminded) => {
          const holds = days.map(([from, length]) =>
            hold(plusDays(assignedAt, from), plusDays(assignedAt, from + length)),
          );
          const now = plusDays(assignedAt, 171);
          const anchor = lastEvidenceAt ?? assignedAt;
          const reminder = { reminderAnchor: anchor, reminderAt: canonical(now) };
          const guarded = lead({ lastEvidenceAt, mode, ...(isReminded ? reminder : {}) }, holds);
          const next = nextActionAt(guarded, now) ?? '';
          const justAfter = plusMs(next, 1);
          if (next >= now) expect(nextStep(guarded, next)).toBe('NOTHING');
          expect(nextStep(guarded, justAfter > now ? justAfter : now)).not.toBe('NOTHING');
        },
      ),
    );
  });
});
