import type { ProtectionState } from '../graphql/graphql.ts';

/** How urgent a lead's protection looks; the state itself is the server's decision. */
export type Tone = 'calm' | 'warning' | 'danger' | 'neutral';

interface Countdown {
  state: ProtectionState;
  /** Null while the clock stands or without protection. */
  remainingDays: number | null;
}

interface Windows {
  assignedAt: string | null;
  lastEvidenceAt: string | null;
  progressUntil: string | null;
  validUntil: string | null;
}

/** A lead in its last week is worth a warning although the reminder may still be far. */
const warningDays = 7;
const preClaimWarningDays = 3;

export function protectionTone({ state, remainingDays }: Countdown): Tone {
  if (state === 'NONE' || state === 'STOPPED') return 'neutral';
  if (state === 'EXPIRED') return 'danger';
  if (state === 'GRACE' || state === 'REMINDER') return 'warning';
  return remainingDays !== null && remainingDays <= warningDays ? 'warning' : 'calm';
}

export const preClaimTone = (claim: { daysLeft: number; isOverdue: boolean }): Tone => {
  if (claim.isOverdue) return 'danger';
  return claim.daysLeft < preClaimWarningDays ? 'warning' : 'neutral';
};

/**
 * Where now and the reminder stand between the last evidence and the expiry, each 0..1; null when
 * the server names no window.
 */
export function protectionBar(
  windows: Windows,
  now: number,
): { elapsed: number; reminder: number | null } | null {
  const { assignedAt, lastEvidenceAt, progressUntil, validUntil } = windows;
  if (assignedAt === null || validUntil === null) return null;
  const start = Math.max(Date.parse(assignedAt), Date.parse(lastEvidenceAt ?? assignedAt));
  const length = Date.parse(validUntil) - start;
  if (length <= 0) return null;
  const share = (at: number): number => Math.min(1, Math.max(0, (at - start) / length));
  return {
    elapsed: share(now),
    reminder: progressUntil === null ? null : share(Date.parse(progressUntil)),
  };
}
