import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { ReactElement } from 'react';
import { formatCount } from '../format/numbers.ts';
import { useLiveEvents, useLiveQuery } from '../graph/use-live-query.ts';
import { graphql } from '../graphql/index.ts';
import type { OpenTasksQuery } from '../graphql/graphql.ts';
import { useLocale, useTranslation } from '../i18n/index.ts';
import { usePerson } from '../session/session-provider.tsx';
import '../leads/tasks.css';
import { useAnnounce } from '../shell/announcer.tsx';
import { Failure, Loading } from '../shell/states.tsx';
import { FollowUpEntry, TaskEntry } from './task-entries.tsx';

const OpenTasks = graphql(`
  query OpenTasks($first: Int!, $ownerUserId: ID!) {
    leadTasks(first: $first) {
      edges {
        node {
          ...OpenTask
        }
      }
      pageInfo {
        hasNextPage
      }
      totalCount
    }
    leads(first: 10, filter: { ownerUserId: $ownerUserId, followUpPending: true }) {
      edges {
        node {
          ...FollowUpLead
        }
      }
      totalCount
    }
  }
`);

const OpenTasksChanged = graphql(`
  subscription OpenTasksChanged {
    leadChanged {
      leadId
      type
    }
  }
`);

/** Facts that open, close or move what is listed here. */
const moving = new Set([
  'lead.assigned',
  'lead.contact.changed',
  'lead.first_contact.documented',
  'lead.followup.closed',
  'lead.followup.postponed',
  'lead.followup.processed',
  'lead.ownership.challenged',
  'lead.preclaim.overdue',
  'lead.status_changed',
  'lead.task.completed',
  'lead.territory.transferred',
]);

const pageSize = 10;
const tasksMax = 100;
/** A burst of facts is one more look. */
const settleMs = 400;

/**
 * What this person has to do: decisions about leads, and follow-ups of his own. Read again when a
 * fact may have moved it, and when the figures did: a lead that left his sight tells him no more.
 */
export function OpenTasksCard({ asOf }: { asOf: string }): ReactElement | null {
  const { t } = useTranslation();
  const locale = useLocale();
  const announce = useAnnounce();
  const { id: ownerUserId, scopes } = usePerson();
  const isAllowed = scopes.has('leads:write');
  const heading = useRef<HTMLHeadingElement>(null);
  const [shown, setShown] = useState(pageSize);
  const [{ data, error }, refetch] = useLiveQuery({
    query: OpenTasks,
    variables: { first: shown, ownerUserId },
    pause: !isAllowed,
  });
  const reload = (): void => refetch({ requestPolicy: 'network-only' });
  const reloadSoon = useSettled(reload);
  useLiveEvents(
    { query: OpenTasksChanged, variables: {}, pause: !isAllowed },
    ({ leadChanged }) => {
      if (moving.has(leadChanged.type)) reloadSoon();
    },
  );
  const seen = useRef(asOf);
  useEffect(() => {
    if (seen.current === asOf) return;
    seen.current = asOf;
    reloadSoon();
  }, [asOf, reloadSoon]);
  if (!isAllowed) return null;
  const isMore = data?.leadTasks.pageInfo.hasNextPage === true && shown < tasksMax;
  return (
    <section className="card open-tasks" aria-labelledby="open-tasks">
      <div className="card__head">
        <h2 id="open-tasks" ref={heading} tabIndex={-1}>
          {t('tasks.title')}
        </h2>
        {data !== undefined && (
          <span className="badge" data-testid="open-tasks-count">
            {formatCount(countOf(data), locale)}
          </span>
        )}
      </div>
      {data === undefined && error === undefined && <Loading heights={[44, 44]} />}
      {data === undefined && error !== undefined && (
        <Failure title={t('tasks.error')} error={error} onRetry={reload} />
      )}
      {data !== undefined && (
        <TaskList
          data={data}
          onReload={reload}
          onDone={() => {
            announce(t('tasks.completed'));
            heading.current?.focus();
          }}
        />
      )}
      {isMore && (
        <p className="open-tasks__more">
          <Button onClick={() => setShown(Math.min(tasksMax, shown + pageSize))}>
            {t('common.more')}
          </Button>
        </p>
      )}
    </section>
  );
}

interface TaskListProps {
  data: OpenTasksQuery;
  onReload: () => void;
  onDone: () => void;
}

function TaskList({ data, onReload, onDone }: TaskListProps): ReactElement {
  const { t } = useTranslation();
  // Closed a moment ago: gone from here before the list is read again.
  const tasks = data.leadTasks.edges.filter(({ node }) => node.status === 'OPEN');
  const leads = data.leads.edges.flatMap(({ node }) => (node === null ? [] : [node]));
  if (tasks.length === 0 && leads.length === 0) {
    return <p className="muted">{t('tasks.empty')}</p>;
  }
  return (
    <>
      <ul className="tasks">
        {tasks.map(({ node }) => (
          <TaskEntry key={node.id} task={node} onReload={onReload} onDone={onDone} />
        ))}
        {leads.flatMap((lead) =>
          lead.followUps
            .filter(({ status }) => status === 'PENDING')
            .map((followUp) => <FollowUpEntry key={followUp.id} lead={lead} followUp={followUp} />),
        )}
      </ul>
      {data.leads.totalCount > leads.length && (
        <p className="open-tasks__more">
          <Link to="/leads" search={{ followUp: true }}>
            {t('tasks.allFollowUps')}
          </Link>
        </p>
      )}
    </>
  );
}

/** Follow-ups that are not on the page count once per lead. */
function countOf({ leadTasks, leads }: OpenTasksQuery): number {
  const followUps = leads.edges.flatMap(({ node }) => node?.followUps ?? []);
  const pending = followUps.filter(({ status }) => status === 'PENDING').length;
  return leadTasks.totalCount + pending + (leads.totalCount - leads.edges.length);
}

/** Calls back once after the last of several calls. */
function useSettled(work: () => void): () => void {
  const latest = useRef(work);
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    latest.current = work;
  });
  useEffect(() => () => clearTimeout(waiting.current), []);
  const [settled] = useState(() => () => {
    clearTimeout(waiting.current);
    waiting.current = setTimeout(() => latest.current(), settleMs);
  });
  return settled;
}
