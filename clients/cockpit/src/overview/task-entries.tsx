import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { FaultList } from '../form/faults.tsx';
import { formatDate, formatDateTime, relativeTime } from '../format/time.ts';
import { useCommand } from '../graph/use-command.ts';
import { graphql } from '../graphql/index.ts';
import type { FollowUpLeadFragment, OpenTaskFragment } from '../graphql/graphql.ts';
import { useLocale, useTranslation } from '../i18n/index.ts';
import { Icon } from '../shell/icon.tsx';
import { useNow } from '../shell/use-now.ts';

graphql(`
  fragment OpenTask on LeadTask {
    id
    kind
    status
    createdAt
    dueAt
    reason
    canComplete
    raisedBy {
      id
      name
    }
    lead {
      id
      version
      companyName
    }
  }
`);

graphql(`
  fragment FollowUpLead on Lead {
    id
    companyName
    followUps {
      id
      type
      status
      dueAt
      isOverdue
    }
  }
`);

const LeadTaskComplete = graphql(`
  mutation LeadTaskComplete($input: LeadTaskCompleteInput!) {
    result: leadTaskComplete(input: $input) {
      task {
        ...OpenTask
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);

interface TaskEntryProps {
  task: OpenTaskFragment;
  onReload: () => void;
  onDone: () => void;
}

/** One decision about a lead: what it is, why, since when, and the way to it. */
export function TaskEntry({ task, onReload, onDone }: TaskEntryProps): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const now = useNow();
  const { run, faults, setFaults, isBusy } = useCommand(LeadTaskComplete);
  const { id: taskId, kind, lead, createdAt, dueAt, raisedBy, reason } = task;
  const name = t(`taskKind.${kind}`);
  const complete = async ({ id: leadId, version }: NonNullable<typeof lead>): Promise<void> => {
    if ((await run({ leadId, version, taskId })) !== undefined) onDone();
  };
  return (
    <li className="task" data-open>
      <Icon name={kind === 'OWNERSHIP_CHALLENGED' ? 'people' : 'alert'} />
      <span className="task__facts">
        <LeadLink lead={lead} />
        <span>
          {name}
          {dueAt !== null && ` · ${t('tasks.dueSince', { date: formatDate(dueAt, locale) })}`}
          {raisedBy !== null &&
            ` · ${t('tasks.raisedBy', { name: raisedBy.name ?? t('lead.erased') })}`}
        </span>
        {reason !== null && <q className="task__reason">{reason}</q>}
        <span className="muted small">
          {t(`taskHint.${kind}`)} ·{' '}
          <time dateTime={createdAt}>{relativeTime(createdAt, now, locale)}</time>
        </span>
      </span>
      {task.canComplete && lead !== null && (
        <span className="action">
          <Button
            size="xs"
            variant="filled"
            loading={isBusy}
            aria-label={t('tasks.complete', { task: name, company: lead.companyName })}
            onClick={() => void complete(lead)}
          >
            {t('lead.done')}
          </Button>
          <FaultList
            faults={faults}
            onReload={() => {
              setFaults([]);
              onReload();
            }}
          />
        </span>
      )}
    </li>
  );
}

interface FollowUpEntryProps {
  lead: FollowUpLeadFragment;
  followUp: FollowUpLeadFragment['followUps'][number];
}

/** A follow-up is closed with its outcome, on the page of the lead. */
export function FollowUpEntry({ lead, followUp }: FollowUpEntryProps): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const { type, dueAt, isOverdue } = followUp;
  return (
    <li className="task" data-open>
      <Icon name="calendar" />
      <span className="task__facts">
        <LeadLink lead={lead} />
        <span className="row">
          {t('tasks.followUp', { type: t(`followUp.${type}`) })}
          {isOverdue && (
            <span className="badge badge--danger">
              <Icon name="alert" />
              {t('lead.overdue')}
            </span>
          )}
        </span>
        <span className="muted small">
          {t('lead.dueAt', { date: formatDateTime(dueAt, locale) })}
        </span>
      </span>
    </li>
  );
}

function LeadLink({ lead }: { lead: { id: string; companyName: string } | null }): ReactElement {
  const { t } = useTranslation();
  if (lead === null) return <span className="muted">{t('overview.hiddenLead')}</span>;
  return (
    <Link to="/leads/$leadId" params={{ leadId: lead.id }} className="task__lead">
      {lead.companyName}
    </Link>
  );
}
