import type { ReactElement } from 'react';
import type { LeadStatus, ProtectionState } from '../graphql/graphql.ts';
import { useTranslation } from '../i18n/index.ts';
import { Icon } from '../shell/icon.tsx';
import './badges.css';
import { preClaimTone, protectionTone } from './protection.ts';

export function StatusBadge({ status }: { status: LeadStatus }): ReactElement {
  const { t } = useTranslation();
  return (
    <span className="badge" data-status={status}>
      <span className="badge__dot" />
      {t(`status.${status}`)}
    </span>
  );
}

interface ProtectionCountdownProps {
  protection: { state: ProtectionState; remainingDays: number | null };
}

/** The countdown in words, with a mark whose shape says how urgent it is. */
export function ProtectionCountdown({ protection }: ProtectionCountdownProps): ReactElement {
  const { t } = useTranslation();
  const tone = protectionTone(protection);
  return (
    <span className="countdown" data-tone={tone}>
      <Icon name={protection.state === 'STOPPED' ? 'pause' : toneIcons[tone]} />
      {countdownText(t, protection)}
    </span>
  );
}

export function countdownText(
  t: ReturnType<typeof useTranslation>['t'],
  { state, remainingDays }: ProtectionCountdownProps['protection'],
): string {
  if (state === 'NONE') return t('lead.unprotected');
  if (state === 'STOPPED') return t('lead.stopped');
  if (state === 'EXPIRED') return t('lead.expired');
  if (remainingDays === null) return t(`protection.${state}`);
  return remainingDays === 0 ? t('lead.lastDay') : t('lead.daysLeft', { count: remainingDays });
}

interface PreClaimBadgeProps {
  preClaim: { daysLeft: number; isOverdue: boolean } | null;
}

export function PreClaimBadge({ preClaim }: PreClaimBadgeProps): ReactElement | null {
  const { t } = useTranslation();
  if (preClaim === null) return null;
  return (
    <span className={`badge badge--${preClaimTone(preClaim)}`}>
      <Icon name={preClaim.isOverdue ? 'alert' : 'flag'} />
      {preClaim.isOverdue
        ? t('lead.preClaimOverdue')
        : t('lead.preClaim', { count: preClaim.daysLeft })}
    </span>
  );
}

const toneIcons = {
  calm: 'shield',
  warning: 'clock',
  danger: 'alert',
  neutral: 'minus',
} as const;
