import { Button } from '@mantine/core';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { dayHeading, formatTime, groupByDay, relativeTime } from '../format/time.ts';
import { useLiveEvents, useLiveQuery } from '../graph/use-live-query.ts';
import { graphql } from '../graphql/index.ts';
import type { TimelineEntryFragment } from '../graphql/graphql.ts';
import { useLocale, useTranslation } from '../i18n/index.ts';
import type { PendingActivity } from '../leads/activity-form.tsx';
import { useAnnounce } from '../shell/announcer.tsx';
import { Icon } from '../shell/icon.tsx';
import { Empty, Failure, Loading } from '../shell/states.tsx';
import { useNow } from '../shell/use-now.ts';
import { mergeEntries } from './entries.ts';
import { kindIcon } from './kind-icon.ts';
import './timeline.css';

graphql(`
  fragment TimelineEntry on TimelineEntry {
    id
    category
    kind
    title
    text
    occurredAt
    icon
    colour
    performedBy {
      id
      name
    }
  }
`);

const LeadTimeline = graphql(`
  query LeadTimeline($leadId: ID!, $days: Int!, $first: Int!) {
    timeline(entityType: LEAD, entityId: $leadId, days: $days, first: $first) {
      edges {
        cursor
        node {
          ...TimelineEntry
        }
      }
      pageInfo {
        hasNextPage
      }
    }
  }
`);

const LeadTimelineChanged = graphql(`
  subscription LeadTimelineChanged($leadId: ID!) {
    timelineChanged(entityType: LEAD, entityId: $leadId) {
      ...TimelineEntry
    }
  }
`);

interface TimelineProps {
  leadId: string;
  pending: PendingActivity | undefined;
}

const days = 90;
/** The server's bound for one page. */
const entriesMax = 100;

export function Timeline({ leadId, pending }: TimelineProps): ReactElement {
  const { t } = useTranslation();
  const announce = useAnnounce();
  const [live, setLive] = useState<TimelineEntryFragment[]>([]);
  const [first, setFirst] = useState(25);
  const [{ data, error }, refetch] = useLiveQuery({
    query: LeadTimeline,
    variables: { leadId, days, first },
  });
  useLiveEvents({ query: LeadTimelineChanged, variables: { leadId } }, ({ timelineChanged }) => {
    setLive((entries) => mergeEntries([timelineChanged], entries).slice(0, entriesMax));
    announce(t('timeline.added', { title: timelineChanged.title }));
  });
  const refresh = (): void => refetch({ requestPolicy: 'network-only' });
  const read = data?.timeline.edges.flatMap(({ node }) => (node === null ? [] : [node]));
  const entries = mergeEntries(read ?? [], live);
  return (
    <section className="card" aria-labelledby="timeline">
      <div className="card__head">
        <h2 id="timeline">
          {t('timeline.title')} <span className="muted small">{t('timeline.range')}</span>
        </h2>
        <Button size="xs" leftSection={<Icon name="refresh" />} onClick={refresh}>
          {t('common.refresh')}
        </Button>
      </div>
      {pending !== undefined && <PendingEntry pending={pending} />}
      {read === undefined && error !== undefined && (
        <Failure title={t('timeline.error')} error={error} onRetry={refresh} />
      )}
      {read === undefined && error === undefined && <Loading heights={[56, 56, 56]} />}
      {read !== undefined && entries.length === 0 && (
        <Empty icon="note" title={t('timeline.empty')} />
      )}
      <Days entries={entries} />
      {data?.timeline.pageInfo.hasNextPage === true && first < entriesMax && (
        <Button onClick={() => setFirst(Math.min(first + 25, entriesMax))}>
          {t('timeline.older')}
        </Button>
      )}
    </section>
  );
}

function Days({ entries }: { entries: TimelineEntryFragment[] }): ReactElement {
  const locale = useLocale();
  const now = useNow();
  return (
    <>
      {groupByDay(entries, ({ occurredAt }) => occurredAt).map(({ day, items }) => (
        <section key={day} className="day" aria-label={dayHeading(day, now, locale)}>
          <h3 className="day__title">{dayHeading(day, now, locale)}</h3>
          <ol>
            {items.map((entry) => (
              <Entry key={entry.id} entry={entry} now={now} />
            ))}
          </ol>
        </section>
      ))}
    </>
  );
}

function Entry({ entry, now }: { entry: TimelineEntryFragment; now: Date }): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const { category, kind, title, text, performedBy, occurredAt, colour } = entry;
  return (
    <li className="entry" data-colour={colour}>
      <span className="entry__icon">
        <Icon name={kindIcon(kind)} />
      </span>
      <div className="entry__body">
        <p className="entry__head">
          <strong>{title}</strong>
          <span className="chip" data-category={category}>
            {t(`category.${category}`)}
          </span>
        </p>
        {text !== null && <p className="entry__text">{text}</p>}
        <p className="muted small">
          <time dateTime={occurredAt}>
            {formatTime(occurredAt, locale)} · {relativeTime(occurredAt, now, locale)}
          </time>
          {performedBy?.name != null && ` · ${t('timeline.by', { name: performedBy.name })}`}
        </p>
      </div>
    </li>
  );
}

function PendingEntry({ pending }: { pending: PendingActivity }): ReactElement {
  const { t } = useTranslation();
  return (
    <div className="entry entry--pending" data-colour="primary" aria-hidden="true">
      <span className="entry__icon">
        <Icon name={kindIcon(pending.kind)} />
      </span>
      <div className="entry__body">
        <p className="entry__head">
          <strong>{t(`kind.${pending.kind as 'CALL'}`)}</strong>
          <span className="muted small">{t('activity.saving')}</span>
        </p>
        {pending.note !== null && <p className="entry__text">{pending.note}</p>}
      </div>
    </div>
  );
}
