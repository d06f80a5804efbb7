import { Button } from '@mantine/core';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { FaultList } from '../form/faults.tsx';
import { readInstant, toLocalInput, type Field } from '../form/fields.ts';
import { FormDialog } from '../form/form-dialog.tsx';
import { formatDateTime } from '../format/time.ts';
import { useCommand } from '../graph/use-command.ts';
import type { LeadDetailFragment } from '../graphql/graphql.ts';
import { useLocale, useTranslation } from '../i18n/index.ts';
import { Icon } from '../shell/icon.tsx';
import { LeadFollowUpComplete } from './lead-mutations.ts';
import './tasks.css';

interface FollowUpTasksProps {
  lead: LeadDetailFragment;
  onReload: () => void;
}

type FollowUp = LeadDetailFragment['followUps'][number];

/** T+3 and T+7 of this lead; what is open can be closed or put off at once. */
export function FollowUpTasks({ lead, onReload }: FollowUpTasksProps): ReactElement {
  const { t } = useTranslation();
  return (
    <section className="card" aria-labelledby="follow-up-tasks">
      <div className="card__head">
        <h2 id="follow-up-tasks">{t('lead.followUps')}</h2>
      </div>
      {lead.followUps.length === 0 && <p className="muted">{t('lead.noFollowUps')}</p>}
      <ul className="tasks">
        {lead.followUps.map((followUp) => (
          <Task key={followUp.id} followUp={followUp} lead={lead} onReload={onReload} />
        ))}
      </ul>
    </section>
  );
}

interface TaskProps extends FollowUpTasksProps {
  followUp: FollowUp;
}

function Task({ followUp, lead, onReload }: TaskProps): ReactElement {
  const { t } = useTranslation();
  const locale = useLocale();
  const { type, status, dueAt, processedAt, isOverdue } = followUp;
  const isOpen = status === 'PENDING';
  return (
    <li className="task" data-open={isOpen}>
      <strong className="task__type">{t(`followUp.${type}`)}</strong>
      <span className="task__facts">
        <span className="row">
          <span className={isOverdue ? 'badge badge--danger' : 'badge'}>
            {isOverdue && <Icon name="alert" />}
            {isOverdue ? t('lead.overdue') : t(`followUpStatus.${status}`)}
          </span>
        </span>
        <span className="muted small">
          {isOpen || processedAt === null
            ? t('lead.dueAt', { date: formatDateTime(dueAt, locale) })
            : t('lead.sentAt', { date: formatDateTime(processedAt, locale) })}
        </span>
      </span>
      {isOpen && lead.actions.includes('FOLLOW_UP_COMPLETE') && (
        <TaskMoves followUp={followUp} lead={lead} onReload={onReload} />
      )}
    </li>
  );
}

function TaskMoves({ followUp, lead, onReload }: TaskProps): ReactElement {
  const { t } = useTranslation();
  const { run, faults, setFaults, isBusy } = useCommand(LeadFollowUpComplete);
  const [isPostponing, setPostponing] = useState(false);
  const base = { leadId: lead.id, version: lead.version, type: followUp.type };
  const dueField: Field = {
    name: 'dueAt',
    label: t('form.dueAt'),
    kind: 'instant',
    isRequired: true,
    isWide: true,
  };
  return (
    <span className="action">
      <span className="row">
        <Button
          size="xs"
          variant="filled"
          disabled={isBusy}
          onClick={() => void run({ ...base, outcome: 'SUCCESS' })}
        >
          {t('lead.done')}
        </Button>
        <Button
          size="xs"
          disabled={isBusy}
          onClick={() => void run({ ...base, outcome: 'NO_ANSWER' })}
        >
          {t('lead.noAnswer')}
        </Button>
        <Button size="xs" disabled={isBusy} onClick={() => setPostponing(true)}>
          {t('lead.postpone')}
        </Button>
      </span>
      {isPostponing ? (
        <FormDialog
          title={`${t(`followUp.${followUp.type}`)}: ${t('lead.postpone')}`}
          submit={t('lead.postpone')}
          fields={[dueField]}
          initial={{ dueAt: toLocalInput(tomorrowMorning(new Date())) }}
          faults={faults}
          onFaults={setFaults}
          onReload={onReload}
          isBusy={isBusy}
          size="md"
          onClose={() => setPostponing(false)}
          onSubmit={(values) =>
            void run({ ...base, outcome: 'POSTPONED', dueAt: readInstant(values, 'dueAt') }).then(
              (done) => done && setPostponing(false),
            )
          }
        />
      ) : (
        <FaultList
          faults={faults}
          onReload={() => {
            setFaults([]);
            onReload();
          }}
        />
      )}
    </span>
  );
}

function tomorrowMorning(now: Date): Date {
  const morning = new Date(now);
  morning.setDate(morning.getDate() + 1);
  morning.setHours(9, 0, 0, 0);
  return morning;
}
