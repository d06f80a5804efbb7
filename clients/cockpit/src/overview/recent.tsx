import { Link } from '@tanstack/react-router';
import type { ReactElement, ReactNode } from 'react';
import { relativeTime } from '../format/time.ts';
import type { LeadWidgetFragment } from '../graphql/graphql.ts';
import { useLocale, useTranslation } from '../i18n/index.ts';
import { Icon, type IconName } from '../shell/icon.tsx';
import { useNow } from '../shell/use-now.ts';
import { kindIcon } from '../timeline/kind-icon.ts';

type LeadReference = LeadWidgetFragment['recentActivities'][number]['lead'];

export function RecentFollowUps({
  followUps,
}: {
  followUps: LeadWidgetFragment['recentFollowUps'];
}): ReactElement {
  const { t } = useTranslation();
  return (
    <Recent id="follow-ups" title={t('overview.recentFollowUps')} none={t('overview.noFollowUps')}>
      {followUps.map(({ id, type, success, processedAt, lead }) => (
        <Entry key={id} icon={success ? 'mail' : 'alert'} lead={lead} at={processedAt}>
          {t(`followUp.${type}`)} {success ? t('overview.sent') : t('overview.failed')}
        </Entry>
      ))}
    </Recent>
  );
}

export function RecentActivities({
  activities,
}: {
  activities: LeadWidgetFragment['recentActivities'];
}): ReactElement {
  const { t } = useTranslation();
  return (
    <Recent
      id="activities"
      title={t('overview.recentActivities')}
      none={t('overview.noActivities')}
    >
      {activities.map(({ id, kind, at, createdBy, lead }) => (
        <Entry key={id} icon={kindIcon(kind)} lead={lead} at={at}>
          {t(`kind.${kind as 'CALL'}`, { defaultValue: kind })}
          {createdBy?.name != null && ` · ${createdBy.name}`}
        </Entry>
      ))}
    </Recent>
  );
}

interface RecentProps {
  id: string;
  title: string;
  none: string;
  children: ReactElement[];
}

const Recent = ({ id, title, none, children }: RecentProps): ReactElement => (
  <section className="card recent" aria-labelledby={id}>
    <div className="card__head">
      <h2 id={id}>{title}</h2>
    </div>
    {children.length === 0 ? <p className="muted">{none}</p> : <ul>{children}</ul>}
  </section>
);

interface EntryProps {
  icon: IconName;
  lead: LeadReference;
  at: string;
  children: ReactNode;
}

function Entry({ icon, lead, at, children }: EntryProps): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow();
  return (
    <li className="recent__entry">
      <Icon name={icon} />
      <span>
        {lead === null ? (
          <span className="muted">{t('overview.hiddenLead')}</span>
        ) : (
          <Link to="/leads/$leadId" params={{ leadId: lead.id }}>
            {lead.companyName || t('lead.erased')}
          </Link>
        )}
        <span className="muted small">{children}</span>
      </span>
      <time className="muted small" dateTime={at}>
        {relativeTime(at, now, locale)}
      </time>
    </li>
  );
}
