import { Link } from '@tanstack/react-router';
import { useRef } from 'react';
import type { ReactElement } from 'react';
import { formatTime } from '../format/time.ts';
import { useLiveEvents, useLiveQuery } from '../graph/use-live-query.ts';
import { graphql } from '../graphql/index.ts';
import type { LeadWidgetFragment } from '../graphql/graphql.ts';
import { useLocale, useTranslation } from '../i18n/index.ts';
import { usePerson } from '../session/session-provider.tsx';
import { useAnnounce } from '../shell/announcer.tsx';
import { Empty, Failure, Loading, useTitle } from '../shell/states.tsx';
import { Figures } from './figures.tsx';
import { FollowUpSuccess } from './follow-up-success.tsx';
import { OpenTasksCard } from './open-tasks.tsx';
import './overview.css';
import { RecentActivities, RecentFollowUps } from './recent.tsx';
import { StatusBreakdown } from './status-breakdown.tsx';

graphql(`
  fragment LeadWidget on LeadWidget {
    userId
    territory
    isManagerView
    leadStats {
      total
      byStatus {
        status
        count
      }
      createdLast7Days
      protectionEndingIn7Days
    }
    recentFollowUps {
      id
      type
      success
      processedAt
      lead {
        id
        companyName
      }
    }
    pendingT3Count
    pendingT7Count
    t3ConversionRate
    t7ConversionRate
    conversionTrend {
      current
      previous
      delta
      direction
    }
    responseTrend {
      current
      previous
      delta
      direction
    }
    recentActivities {
      id
      kind
      at
      createdBy {
        id
        name
      }
      lead {
        id
        companyName
      }
    }
    updatedAt
  }
`);

const OverviewQuery = graphql(`
  query Overview {
    leadWidget {
      ...LeadWidget
    }
  }
`);

const OverviewChanged = graphql(`
  subscription OverviewChanged {
    leadWidgetChanged {
      ...LeadWidget
    }
  }
`);

/** Often enough to be heard, seldom enough to listen to anything else. */
const announceMs = 15_000;

export function OverviewPage(): ReactElement {
  const { t } = useTranslation();
  const announce = useAnnounce();
  const announcedAt = useRef(0);
  const isAllowed = usePerson().scopes.has('widget:read');
  const [{ data, error }, refetch] = useLiveQuery({ query: OverviewQuery, pause: !isAllowed });
  useTitle(t('overview.title'));
  useLiveEvents({ query: OverviewChanged, variables: {}, pause: !isAllowed }, () => {
    if (Date.now() - announcedAt.current < announceMs) return;
    announcedAt.current = Date.now();
    announce(t('live.widgetUpdated'));
  });
  if (!isAllowed) return <NoOverview />;
  if (data !== undefined) return <Overview widget={data.leadWidget} />;
  return (
    <>
      <h1 className="page__head">{t('overview.title')}</h1>
      {error === undefined ? (
        <Loading heights={[112, 220, 260]} />
      ) : (
        <Failure
          title={t('overview.error')}
          error={error}
          onRetry={() => refetch({ requestPolicy: 'network-only' })}
        />
      )}
    </>
  );
}

function NoOverview(): ReactElement {
  const { t } = useTranslation();
  return (
    <Empty icon="shield" title={t('overview.noAccess')}>
      <Link to="/leads">{t('lead.back')}</Link>
    </Empty>
  );
}

function Overview({ widget }: { widget: LeadWidgetFragment }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <>
      <div className="page__head">
        <div>
          <h1>{t('overview.title')}</h1>
          <p className="muted">{useScopeLabel(widget)}</p>
        </div>
        <p className="muted small overview__time">
          {t('common.asOf', { time: formatTime(widget.updatedAt, locale) })}
        </p>
      </div>
      <div className="overview">
        <Figures widget={widget} />
        <OpenTasksCard asOf={widget.updatedAt} />
        <StatusBreakdown stats={widget.leadStats} />
        <FollowUpSuccess widget={widget} />
        <RecentFollowUps followUps={widget.recentFollowUps} />
        <RecentActivities activities={widget.recentActivities} />
      </div>
    </>
  );
}

function useScopeLabel({ isManagerView, territory }: LeadWidgetFragment): string {
  const { t } = useTranslation();
  if (!isManagerView) return t('overview.own');
  if (territory === null) return t('overview.manager');
  return t('overview.managerOne', { territory: t(`territory.${territory}`) });
}
