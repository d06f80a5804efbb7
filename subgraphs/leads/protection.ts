/**
 * The formulas of the one protection engine. Windows are computed at a moment `t`, never stored:
 * calendar arithmetic first, then the exact length of the holds.
 */
import { earliest, latest, plusDays, plusMonths, plusMs, type Timestamp } from './calendar.ts';
import type { HoldKind, LeadStatus, ProtectionMode } from './vocabulary.ts';

/** Copied from the settings when an owner is assigned, then fixed. */
export interface ProtectionTerms {
  readonly baseMonths: number;
  readonly progressDays: number;
  readonly graceDays: number;
  readonly mode: ProtectionMode;
}

export interface Protection extends ProtectionTerms {
  readonly assignedAt: Timestamp;
  /** The assignment is the registration itself, so backdating the one moves the other. */
  readonly fromRegistration: boolean;
  readonly extensionMonths: number;
  readonly lastEvidenceAt: Timestamp | null;
  readonly reminderAnchor: Timestamp | null;
  readonly reminderAt: Timestamp | null;
  /** When the text of the reminder for `reminderAnchor` left the house. */
  readonly reminderSentAt: Timestamp | null;
  readonly expiredAt: Timestamp | null;
}

export interface Hold {
  readonly kind: HoldKind;
  readonly from: Timestamp;
  readonly until: Timestamp | null;
}

export interface Guarded {
  readonly status: LeadStatus | null;
  readonly protection: Protection | null;
  readonly holds: readonly Hold[];
}

export interface Windows {
  readonly anchor: Timestamp;
  readonly progressUntil: Timestamp;
  readonly graceUntil: Timestamp;
  readonly baseUntil: Timestamp;
  readonly validUntil: Timestamp;
}

export type ProtectionState = 'NONE' | 'EXPIRED' | 'STOPPED' | 'REMINDER' | 'GRACE' | 'PROTECTED';

export type NextStep = 'NOTHING' | 'REMIND' | 'EXPIRE_BASE' | 'EXPIRE_PROGRESS';

export const defaultTerms: ProtectionTerms = Object.freeze({
  baseMonths: 6,
  progressDays: 60,
  graceDays: 10,
  mode: 'EARLIEST',
});

/** A reminder recorded later than this after it was due opens its own days of grace. */
const REMINDER_LATE_MS = 24 * 60 * 60 * 1000;

const unprotected: readonly (LeadStatus | null)[] = [null, 'CONVERTED', 'LOST', 'DELETED'];
const watched: readonly (LeadStatus | null)[] = [
  'REGISTERED',
  'ACTIVE',
  'REMINDER',
  'GRACE_PERIOD',
  'QUALIFIED',
];

/** Exact length in ms of the union of the holds inside [from, t]; an open hold ends at t. */
export function holdsMs(holds: readonly Hold[], from: Timestamp, t: Timestamp): number {
  if (holds.length === 0 || from >= t) return 0;
  const inside = holds
    .map((hold) => ({
      from: Date.parse(latest(hold.from, from)),
      until: Date.parse(earliest(hold.until ?? t, t)),
    }))
    .filter((hold) => hold.from < hold.until)
    .toSorted((a, b) => a.from - b.from);
  let total = 0;
  let covered = -Infinity;
  for (const hold of inside) {
    total += Math.max(0, hold.until - Math.max(hold.from, covered));
    covered = Math.max(covered, hold.until);
  }
  return total;
}

export function openHoldAt(holds: readonly Hold[], t: Timestamp): Hold | undefined {
  return holds.find((hold) => hold.from <= t && (hold.until === null || t < hold.until));
}

export function anchorOf(protection: Protection): Timestamp {
  const { assignedAt, lastEvidenceAt } = protection;
  return lastEvidenceAt === null ? assignedAt : latest(lastEvidenceAt, assignedAt);
}

export function isReminded(protection: Protection): boolean {
  return protection.reminderAt !== null && protection.reminderAnchor === anchorOf(protection);
}

export function windowsAt(protection: Protection, holds: readonly Hold[], t: Timestamp): Windows {
  const anchor = anchorOf(protection);
  const { assignedAt, baseMonths, extensionMonths, progressDays, mode } = protection;
  const sinceAnchorMs = holdsMs(holds, anchor, t);
  const baseUntil = plusMs(
    plusMonths(assignedAt, baseMonths + extensionMonths),
    holdsMs(holds, assignedAt, t),
  );
  const progressUntil = plusMs(plusDays(anchor, progressDays), sinceAnchorMs);
  const graceUntil = graceUntilAt(protection, holds, t, anchor, sinceAnchorMs);
  const validUntil =
    mode === 'EARLIEST' ? earliest(baseUntil, graceUntil) : latest(baseUntil, graceUntil);
  return { anchor, progressUntil, graceUntil, baseUntil, validUntil };
}

export function protectionState(lead: Guarded, t: Timestamp): ProtectionState {
  const { protection, holds } = lead;
  if (unprotected.includes(lead.status) || protection === null) return 'NONE';
  if (protection.expiredAt !== null) return 'EXPIRED';
  if (openHoldAt(holds, t) !== undefined) return 'STOPPED';
  const { progressUntil, validUntil } = windowsAt(protection, holds, t);
  if (t > validUntil) return 'EXPIRED';
  if (t > progressUntil) return isReminded(protection) ? 'REMINDER' : 'GRACE';
  return 'PROTECTED';
}

/** Whole calendar days to the end of protection for screens: null when stopped or never assigned, 0 when expired. */
export function remainingDays(lead: Guarded, t: Timestamp): number | null {
  const state = protectionState(lead, t);
  if (state === 'NONE' || state === 'STOPPED' || lead.protection === null) return null;
  if (state === 'EXPIRED') return 0;
  const { validUntil } = windowsAt(lead.protection, lead.holds, t);
  const guess = Math.floor((Date.parse(validUntil) - Date.parse(t)) / 86_400_000);
  return plusDays(t, guess + 1) <= validUntil ? guess + 1 : guess;
}

/**
 * What the engine has to record at t. Only the end of the base term in mode EARLIEST may come
 * without a reminder; a lead whose reminder and expiry are both overdue is reminded first.
 */
export function nextStep(lead: Guarded, t: Timestamp): NextStep {
  const { protection, holds } = lead;
  if (!watched.includes(lead.status) || protection === null) return 'NOTHING';
  if (protection.expiredAt !== null || openHoldAt(holds, t) !== undefined) return 'NOTHING';
  const windows = windowsAt(protection, holds, t);
  if (protection.mode === 'EARLIEST' && t > windows.baseUntil) return 'EXPIRE_BASE';
  if (t <= windows.progressUntil) return 'NOTHING';
  if (!isReminded(protection)) return 'REMIND';
  return t > windows.validUntil ? 'EXPIRE_PROGRESS' : 'NOTHING';
}

/**
 * The instant after which the engine has something to record, if nothing happens in between; null
 * while the clock stands or nothing can be recorded any more.
 */
export function nextActionAt(lead: Guarded, t: Timestamp): Timestamp | null {
  const { protection, holds } = lead;
  if (!watched.includes(lead.status) || protection === null) return null;
  if (protection.expiredAt !== null || openHoldAt(holds, t) !== undefined) return null;
  const { progressUntil, baseUntil, validUntil } = windowsAt(protection, holds, t);
  if (isReminded(protection)) return validUntil;
  return protection.mode === 'EARLIEST' ? earliest(baseUntil, progressUntil) : progressUntil;
}

function graceUntilAt(
  protection: Protection,
  holds: readonly Hold[],
  t: Timestamp,
  anchor: Timestamp,
  sinceAnchorMs: number,
): Timestamp {
  const { progressDays, graceDays, reminderAt } = protection;
  if (reminderAt !== null && isReminded(protection)) {
    const heldBeforeMs = holdsMs(holds, anchor, reminderAt);
    const lateFrom = plusMs(plusDays(anchor, progressDays), heldBeforeMs + REMINDER_LATE_MS);
    if (reminderAt > lateFrom) {
      return plusMs(plusDays(reminderAt, graceDays), holdsMs(holds, reminderAt, t));
    }
  }
  return plusMs(plusDays(anchor, progressDays + graceDays), sinceAnchorMs);
}
