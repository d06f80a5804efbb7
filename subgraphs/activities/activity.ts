import { Refusal } from '#kernel/access';
import type { Aggregate } from '#kernel/events';
import {
  activityEvents,
  type ActivityCorrected,
  type ActivityCreated,
  type ActivityEvent,
  type ActivityLogged,
  type TimelineExtended,
} from './events.ts';
import { isEvidence, isHumanKind, isMeaningful, type ActivityKind } from './evidence.ts';

type Outcome = NonNullable<ActivityLogged['data']['outcome']>;
type Territory = ActivityLogged['data']['territory'];

/** One thing that happened, as decisions about it need to know it. */
export interface Activity {
  /** Null before it was recorded. */
  readonly activityId: string | null;
  readonly entityId: string;
  readonly territory: Territory | null;
  readonly kind: ActivityKind;
  readonly at: string;
  readonly createdBy: string;
  readonly recordedAt: string;
  readonly outcome: Outcome | null;
  readonly isEvidenced: boolean;
}

const NOTE_LENGTH_MAX = 10_000;
const CORRECTION_MS = 24 * 60 * 60 * 1_000;

export const initialActivity: Activity = {
  activityId: null,
  entityId: '',
  territory: null,
  kind: 'NOTE',
  at: '',
  createdBy: '',
  recordedAt: '',
  outcome: null,
  isEvidenced: false,
};

export const activityAggregate: Aggregate<
  Activity,
  Exclude<ActivityEvent, { type: 'activity.timeline.extended' }>
> = {
  type: 'activity',
  events: activityEvents,
  initial: initialActivity,
  evolve(activity, event): Activity {
    if (event.type === 'activity.created') return activity;
    const { kind, at, outcome = null } = event.data;
    if (event.type === 'activity.corrected') return { ...activity, kind, at, outcome };
    const { activityId, entityId, territory, createdBy, isEvidenced } = event.data;
    const origin = { activityId, entityId, territory, createdBy, recordedAt: event.time };
    return { ...origin, kind, at, outcome, isEvidenced };
  },
  territoryOf: (activity) => activity.territory,
  ownerOf: (activity) => activity.createdBy,
};

/** The timeline of one entity as the place its lines are recorded at; nothing is ever decided on it. */
export const timelineAggregate: Aggregate<
  { territory: string | null; ownerId: string | null },
  TimelineExtended
> = {
  type: 'timeline',
  events: activityEvents,
  initial: { territory: null, ownerId: null },
  evolve: (state) => state,
  territoryOf: (state) => state.territory,
  ownerOf: (state) => state.ownerId,
};

export interface Deed {
  readonly activityId: string;
  readonly leadId: string;
  readonly contactId?: string | null | undefined;
  readonly territory: Territory;
  readonly kind: ActivityKind;
  readonly at?: string | null | undefined;
  readonly outcome?: Outcome | null | undefined;
  readonly note?: string | null | undefined;
  readonly category?: ActivityLogged['data']['category'];
  readonly visibility?: ActivityLogged['data']['visibility'];
}

interface Stamp {
  readonly by: string;
  /** Canonical timestamp. */
  readonly now: string;
}

export function log(
  activity: Activity,
  deed: Deed,
  { by, now }: Stamp,
): [ActivityLogged] | [ActivityLogged, ActivityCreated] {
  if (activity.activityId !== null) throw new Refusal('CONFLICT', 'Bereits erfasst.');
  const { activityId, leadId, kind, territory } = deed;
  const { category = 'GENERAL', visibility = 'COLLABORATORS' } = deed;
  const at = notAhead(deed.at ?? now, now);
  const note = noteOf(deed.note);
  const isEvidenced = isEvidence({ kind: byPeople(kind), at, leadId }, now);
  const logged: ActivityLogged = {
    type: 'activity.logged',
    data: {
      activityId,
      entityType: 'LEAD',
      entityId: leadId,
      leadId,
      territory,
      kind,
      at,
      createdBy: by,
      category,
      visibility,
      isEvidenced,
      isMeaningful: isMeaningful(kind),
      ...(deed.contactId ? { contactId: deed.contactId } : {}),
      ...(deed.outcome ? { outcome: deed.outcome } : {}),
      ...(note === null ? {} : { note }),
    },
  };
  if (!isEvidenced) return [logged];
  return [
    logged,
    { type: 'activity.created', data: { activityId, leadId, kind, at, createdBy: by } },
  ];
}

export interface Correction {
  readonly kind?: ActivityKind | null | undefined;
  readonly at?: string | null | undefined;
  readonly outcome?: Outcome | null | undefined;
  /** Null removes the note; absent leaves it. */
  readonly note?: string | null | undefined;
}

/** Whether it counts as evidence was decided when it was recorded and never changes. */
export function correct(
  activity: Activity,
  correction: Correction,
  { by, now }: Stamp,
): ActivityCorrected[] {
  const { activityId } = activity;
  if (activityId === null) throw new Refusal('NOT_FOUND', 'Nicht gefunden.');
  if (activity.createdBy !== by) {
    throw new Refusal('FORBIDDEN', 'Nur eigene Aktivitäten lassen sich korrigieren.');
  }
  if (Date.parse(now) - Date.parse(activity.recordedAt) > CORRECTION_MS) {
    throw new Refusal(
      'CORRECTION_TOO_LATE',
      'Korrigieren lässt sich eine Aktivität nur 24 Stunden lang.',
    );
  }
  const kind = correction.kind ?? activity.kind;
  const at = correction.at ?? activity.at;
  if (activity.isEvidenced && (kind !== activity.kind || at !== activity.at)) {
    throw new Refusal(
      'EVIDENCE_FIXED',
      'Art und Zeitpunkt einer belegbaren Aktivität stehen fest.',
      kind === activity.kind ? 'at' : 'kind',
    );
  }
  const outcome = correction.outcome === undefined ? activity.outcome : correction.outcome;
  const isSame = kind === activity.kind && at === activity.at && outcome === activity.outcome;
  if (isSame && correction.note === undefined) return [];
  return [
    {
      type: 'activity.corrected',
      data: {
        activityId,
        entityId: activity.entityId,
        kind: byPeople(kind),
        at: notAhead(at, now),
        outcome,
        ...(correction.note === undefined ? {} : { note: noteOf(correction.note) }),
      },
    },
  ];
}

function notAhead(at: string, now: string): string {
  if (at > now) throw new Refusal('BAD_USER_INPUT', 'Der Zeitpunkt liegt in der Zukunft.', 'at');
  return at;
}

function byPeople(kind: ActivityKind): ActivityKind {
  if (isHumanKind(kind)) return kind;
  throw new Refusal('BAD_USER_INPUT', 'Diese Art trägt nur das System ein.', 'kind');
}

function noteOf(note: string | null | undefined): string | null {
  const text = note?.trim() ?? '';
  if (text.length > NOTE_LENGTH_MAX) {
    throw new Refusal('BAD_USER_INPUT', 'Die Notiz hat höchstens 10.000 Zeichen.', 'note');
  }
  return text === '' ? null : text;
}
