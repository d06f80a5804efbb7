import type { Timestamp } from './calendar.ts';
import type { Signals } from './signals.ts';

/** What the widget knows of a lead. */
export interface Lead {
  /** Null until its registration was heard of; facts of activities may be faster. */
  readonly status: string | null;
  readonly territory: string | null;
  readonly ownerId: string | null;
  /** Watchers left out. */
  readonly collaboratorIds: readonly string[];
  readonly registeredAt: Timestamp | null;
  /** End of the protection as the lead's own context announced it. */
  readonly validUntil: Timestamp | null;
  readonly followUps: Readonly<Partial<Record<FollowUpType, FollowUp>>>;
  /** Evidence and the steps to QUALIFIED and CONVERTED. */
  readonly conversions: Signals;
  /** The customer answered. */
  readonly answers: Signals;
  /** The newest, at most ten. */
  readonly activities: readonly Activity[];
}

export type FollowUpType = 'T3' | 'T7';

/** A follow-up that was sent or finally failed. */
export interface FollowUp {
  readonly id: string;
  readonly processedAt: Timestamp;
  readonly success: boolean;
  /** When the owner's open task is due; null without one. */
  readonly dueAt: Timestamp | null;
}

export interface Activity {
  readonly id: string;
  /** Version of the activity in its own context. */
  readonly version: number;
  readonly kind: string;
  readonly at: Timestamp;
  readonly createdBy: string;
  readonly isOwnerOnly: boolean;
}

/** As many as a widget shows: no lead can have more of them among the newest of any scope. */
const ACTIVITIES_MAX = 10;

export const unknownLead: Lead = {
  status: null,
  territory: null,
  ownerId: null,
  collaboratorIds: [],
  registeredAt: null,
  validUntil: null,
  followUps: {},
  conversions: [],
  answers: [],
  activities: [],
};

/** Sent or failed: at most once per type and lead, for ever. */
export function withFollowUp(lead: Lead, type: FollowUpType, followUp: FollowUp): Lead {
  if (lead.followUps[type] !== undefined) return lead;
  return { ...lead, followUps: { ...lead.followUps, [type]: followUp } };
}

/** Moves or, with null, ends the owner's task. */
export function withTask(lead: Lead, type: FollowUpType, dueAt: Timestamp | null): Lead {
  const followUp = lead.followUps[type];
  if (followUp === undefined) return lead;
  return { ...lead, followUps: { ...lead.followUps, [type]: { ...followUp, dueAt } } };
}

/** Takes an activity in, or what was corrected about it; an older version changes nothing. */
export function withActivity(lead: Lead, activity: Activity): Lead {
  const known = lead.activities.find((each) => each.id === activity.id);
  if (known !== undefined && known.version >= activity.version) return lead;
  const activities = [...lead.activities.filter((each) => each !== known), activity]
    .toSorted(newestFirst)
    .slice(0, ACTIVITIES_MAX);
  return activities.includes(activity) || known !== undefined ? { ...lead, activities } : lead;
}

function newestFirst(a: Activity, b: Activity): number {
  if (a.at !== b.at) return a.at > b.at ? -1 : 1;
  return a.id > b.id ? -1 : 1;
}
