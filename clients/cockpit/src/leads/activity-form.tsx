import { Button } from '@mantine/core';
import { useMemo, useRef, useState } from 'react';
import type { ReactElement } from 'react';
import { FaultList, sortFaults, useFocusOnFault } from '../form/faults.tsx';
import { readChoice, readText, type Field, type Values } from '../form/fields.ts';
import { FormFields } from '../form/form-fields.tsx';
import { options, type Translate } from '../form/options.ts';
import { useCommand } from '../graph/use-command.ts';
import { graphql } from '../graphql/index.ts';
import type { ActivityKind, ActivityOutcome, NoteVisibility } from '../graphql/graphql.ts';
import { useTranslation } from '../i18n/index.ts';
import { vocabularyDe } from '../i18n/vocabulary.de.ts';
import { useAnnounce } from '../shell/announcer.tsx';

const ActivityLog = graphql(`
  mutation ActivityLog($input: ActivityLogInput!) {
    result: activityLog(input: $input) {
      activity {
        id
        kind
        at
        isEvidenced
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);

/** Kinds that people record; the others are written by the system. */
const kinds = [
  'CALL',
  'QUALIFIED_CALL',
  'EMAIL',
  'MEETING',
  'DEMO',
  'ROI_PRESENTATION',
  'CUSTOMER_REACTION',
  'SCHEDULED_FOLLOWUP',
  'SAMPLE_SENT',
  'SAMPLE_FEEDBACK',
  'NOTE',
] as const satisfies readonly ActivityKind[];

export interface PendingActivity {
  kind: ActivityKind;
  note: string | null;
  at: string;
}

interface ActivityFormProps {
  leadId: string;
  /** Shown in the timeline until the server has answered; undefined takes it back. */
  onPending: (activity: PendingActivity | undefined) => void;
}

const empty: Values = { kind: 'CALL', outcome: '', note: '', visibility: 'COLLABORATORS' };

export function ActivityForm({ leadId, onPending }: ActivityFormProps): ReactElement {
  const { t } = useTranslation();
  const announce = useAnnounce();
  const form = useRef<HTMLFormElement>(null);
  const [values, setValues] = useState<Values>(empty);
  const { run, faults, isBusy } = useCommand(ActivityLog);
  const fields = useMemo(() => activityFields(t), [t]);
  const { atField, general } = useMemo(() => sortFaults(faults, fields), [faults, fields]);
  useFocusOnFault(form, faults);

  const send = async (): Promise<void> => {
    const kind = readChoice<ActivityKind>(values, 'kind') ?? 'NOTE';
    const note = readText(values, 'note');
    const typed = values;
    onPending({ kind, note, at: new Date().toISOString() });
    setValues({ ...empty, kind });
    const done = await run({
      leadId,
      kind,
      note,
      outcome: readChoice<ActivityOutcome>(typed, 'outcome'),
      visibility: readChoice<NoteVisibility>(typed, 'visibility') ?? 'COLLABORATORS',
      category: 'GENERAL',
    });
    onPending(undefined);
    if (done === undefined) setValues(typed);
    else
      announce(
        done.activity?.isEvidenced === true ? t('activity.savedEvidence') : t('activity.saved'),
      );
  };
  return (
    <section className="card" aria-labelledby="log-activity">
      <div className="card__head">
        <h2 id="log-activity">{t('activity.title')}</h2>
      </div>
      <form
        ref={form}
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <FormFields
          fields={fields}
          values={values}
          faults={atField}
          onChange={(name, value) => setValues({ ...values, [name]: value })}
        />
        <FaultList faults={general} />
        <div className="form__foot form__foot--split">
          <p className="muted small">{t('activity.evidenceHint')}</p>
          <Button type="submit" variant="filled" disabled={isBusy}>
            {t('activity.submit')}
          </Button>
        </div>
      </form>
    </section>
  );
}

const activityFields = (t: Translate): Field[] => [
  {
    name: 'kind',
    label: t('form.kind'),
    kind: 'select',
    isRequired: true,
    options: kinds.map((kind) => ({ value: kind, label: t(`kind.${kind}`) })),
  },
  {
    name: 'outcome',
    label: t('form.outcome'),
    kind: 'select',
    options: options(vocabularyDe.outcome, (value) => t(`outcome.${value}`)),
  },
  { name: 'note', label: t('form.note'), kind: 'textarea', isWide: true },
  {
    name: 'visibility',
    label: t('form.visibility'),
    kind: 'select',
    isRequired: true,
    options: options(vocabularyDe.visibility, (value) => t(`visibility.${value}`)),
  },
];
