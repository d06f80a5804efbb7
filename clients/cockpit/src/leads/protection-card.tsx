import type { ReactElement } from 'react';
import { formatDate } from '../format/time.ts';
import type { LeadDetailFragment } from '../graphql/graphql.ts';
import { useLocale, useTranslation } from '../i18n/index.ts';
import { unknownValue } from '../format/numbers.ts';
import { Icon } from '../shell/icon.tsx';
import { useNow } from '../shell/use-now.ts';
import { countdownText, PreClaimBadge } from './badges.tsx';
import { LeadActionButton } from './lead-action.tsx';
import { protectionBar, protectionTone } from './protection.ts';

interface ProtectionCardProps {
  lead: LeadDetailFragment;
  onReload: () => void;
}

const moves = [
  'CLOCK_STOP',
  'CLOCK_RESUME',
  'PROTECTION_EXTEND',
  'PROTECTION_OVERRIDE',
  'BACKDATE',
] as const;

/** How long the lead is the owner's: days first, dates behind them, moves below. */
export function ProtectionCard({ lead, onReload }: ProtectionCardProps): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const { protection, preClaim } = lead;
  const dates: [string, string | null][] = [
    [t('lead.assignedAt'), protection.assignedAt],
    [t('lead.lastEvidence'), protection.lastEvidenceAt],
    [t('lead.reminder'), protection.reminderAt ?? protection.progressUntil],
    [t('lead.expiry'), protection.expiredAt ?? protection.validUntil],
    [t('lead.base'), protection.baseUntil],
  ];
  return (
    <section className="card protection" aria-labelledby="protection">
      <div className="card__head">
        <h2 id="protection">{t('lead.protection')}</h2>
        <span className="badge">{t(`protection.${protection.state}`)}</span>
      </div>
      <p className="protection__days" data-tone={protectionTone(protection)}>
        {countdownText(t, protection)}
      </p>
      <ProtectionBar protection={protection} />
      <dl className="facts">
        {dates.map(([label, at]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{at === null ? unknownValue : formatDate(at, locale)}</dd>
          </div>
        ))}
      </dl>
      {preClaim !== null && (
        <div className="protection__claim">
          <PreClaimBadge preClaim={preClaim} />
          <p className="small muted">
            {t('lead.preClaimHint', { date: formatDate(preClaim.until, locale) })}
          </p>
        </div>
      )}
      <Holds holds={protection.holds} />
      <div className="row protection__moves">
        {moves.map((action) => (
          <LeadActionButton key={action} action={action} lead={lead} onReload={onReload} />
        ))}
      </div>
    </section>
  );
}

function ProtectionBar({ protection }: { protection: LeadDetailFragment['protection'] }) {
  const now = useNow();
  if (protection.state === 'NONE' || protection.state === 'EXPIRED') return null;
  const bar = protectionBar(protection, now.getTime());
  if (bar === null) return null;
  return (
    <div className="protection__bar" data-tone={protectionTone(protection)} aria-hidden="true">
      <span className="protection__elapsed" style={{ width: `${bar.elapsed * 100}%` }} />
      {bar.reminder !== null && (
        <span className="protection__mark" style={{ left: `${bar.reminder * 100}%` }} />
      )}
    </div>
  );
}

function Holds({ holds }: { holds: LeadDetailFragment['protection']['holds'] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  if (holds.length === 0) return null;
  return (
    <div className="protection__holds">
      <h3>{t('lead.holds')}</h3>
      <ul>
        {holds.map(({ kind, reason, from, until }) => (
          <li key={from}>
            <Icon name="pause" />
            <span>
              {t(`holdKind.${kind}`)}{' '}
              <span className="muted small">
                {until === null
                  ? t('lead.since', { date: formatDate(from, locale) })
                  : `${formatDate(from, locale)} – ${formatDate(until, locale)}`}
                {reason !== null && ` · ${reason}`}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
