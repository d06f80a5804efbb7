import { describe, expect, it } from 'vitest';
import { given } from '#kernel/testing';
import { activityAggregate, correct, log, type Activity, type Deed } from './activity.ts';
import type { ActivityEvent, ActivityLogged } from './events.ts';
import { isEvidence, isMeaningful, systemKinds, type ActivityKind } from './evidence.ts';

const activityId = '7f1f9a52-54b0-4c43-9d2b-1f8f0a1f6a10';
const leadId = '3f2b8c1e-0a4d-4f7a-9c55-6d1e2f3a4b5c';
const by = 'a3e0c6de-30fb-4f43-a1cc-52a1a0a1f0f4';
const colleague = 'b7f2d7c4-7b1f-4a5d-9f0b-0f6f1f3f2a11';
const now = '2025-09-26T09:00:00.000Z';

const deed = (kind: ActivityKind, more: Partial<Deed> = {}): Deed => ({
  activityId,
  leadId,
  territory: 'DE',
  kind,
  ...more,
});
const logged = (
  kind: ActivityKind,
  more: Partial<ActivityLogged['data']> = {},
): ActivityLogged => ({
  type: 'activity.logged',
  data: {
    activityId,
    entityType: 'LEAD',
    entityId: leadId,
    leadId,
    territory: 'DE',
    kind,
    at: now,
    createdBy: by,
    category: 'GENERAL',
    visibility: 'COLLABORATORS',
    isEvidenced: false,
    isMeaningful: kind !== 'NOTE',
    ...more,
  },
});
type OwnEvent = Exclude<ActivityEvent, { type: 'activity.timeline.extended' }>;
const recorded = (kind: ActivityKind, isEvidenced = false): Activity =>
  given<Activity, OwnEvent>(activityAggregate, { ...logged(kind, { isEvidenced }), time: now })
    .state;
const refused = (code: string) => expect.objectContaining({ code });

describe('logging', () => {
  const state = activityAggregate.initial;

  it('announces evidence beside the activity itself', () => {
    expect(log(state, deed('MEETING'), { by, now })).toEqual([
      logged('MEETING', { isEvidenced: true }),
      {
        type: 'activity.created',
        data: { activityId, leadId, kind: 'MEETING', at: now, createdBy: by },
      },
    ]);
  });

  it('lets a note renew nothing', () => {
    expect(log(state, deed('NOTE', { note: ' Ruft zurück ' }), { by, now })).toEqual([
      logged('NOTE', { note: 'Ruft zurück' }),
    ]);
  });

  it.each([
    ['the future', deed('CALL', { at: '2025-09-26T09:00:00.001Z' })],
    ['a kind of the system', deed('EXPIRED')],
    ['a note without end', deed('NOTE', { note: 'x'.repeat(10_001) })],
  ])('refuses %s', (_, wrong) => {
    expect(() => log(state, wrong, { by, now })).toThrow(refused('BAD_USER_INPUT'));
  });
});

describe('evidence', () => {
  it.each([...systemKinds, 'NOTE', 'FOLLOW_UP'] as const)('is never a %s', (kind) => {
    expect(isEvidence({ kind, at: now, leadId }, now, [kind])).toBe(false);
  });

  it('needs a lead and a time that has come', () => {
    expect(isEvidence({ kind: 'MEETING', at: now, leadId }, now)).toBe(true);
    expect(isEvidence({ kind: 'MEETING', at: now, leadId: null }, now)).toBe(false);
    const later = '2025-09-26T09:00:00.001Z';
    expect(isEvidence({ kind: 'MEETING', at: later, leadId }, now)).toBe(false);
  });
});

describe('an activity that wakes up a lead', () => {
  it.each([
    ['MEETING', true],
    ['FIRST_CONTACT_DOCUMENTED', true],
    ['QUALITY_CHECK', true],
    ['TASK', false],
    ['CONTRACT_RENEWAL', false],
    ['NOTE', false],
    ['EMAIL_RECEIVED', false],
  ] as const)('may be a %s: %s', (kind, expected) => {
    expect(isMeaningful(kind)).toBe(expected);
  });
});

describe('correcting', () => {
  const stamp = { by, now: '2025-09-27T09:00:00.000Z' };

  it('changes what is said, and never makes evidence of it', () => {
    const call = recorded('CALL');
    const [correction] = correct(call, { kind: 'QUALIFIED_CALL' }, stamp);
    expect(correction).toEqual({
      type: 'activity.corrected',
      data: { activityId, entityId: leadId, kind: 'QUALIFIED_CALL', at: now, outcome: null },
    });
    const after = given<Activity, OwnEvent>(
      activityAggregate,
      logged('CALL'),
      correction as OwnEvent,
    ).state;
    expect(after).toMatchObject({ kind: 'QUALIFIED_CALL', isEvidenced: false });
  });

  it('records nothing when nothing changes', () => {
    expect(correct(recorded('CALL'), { kind: 'CALL' }, stamp)).toEqual([]);
  });

  it('is for the author alone', () => {
    expect(() => correct(recorded('CALL'), { note: 'Neu' }, { ...stamp, by: colleague })).toThrow(
      refused('FORBIDDEN'),
    );
  });

  it('ends after 24 hours', () => {
    const late = { by, now: '2025-09-27T09:00:00.001Z' };
    expect(() => correct(recorded('CALL'), { note: 'Neu' }, late)).toThrow(
      refused('CORRECTION_TOO_LATE'),
    );
  });

  it.each([{ kind: 'CALL' as const }, { at: '2025-09-20T09:00:00.000Z' }])(
    'leaves kind and time of evidence alone: %o',
    (change) => {
      expect(() => correct(recorded('MEETING', true), change, stamp)).toThrow(
        refused('EVIDENCE_FIXED'),
      );
    },
  );
});
