import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { FormDialog } from '../form/form-dialog.tsx';
import { readChoice, readText, type Values } from '../form/fields.ts';
import { formatRate } from '../format/numbers.ts';
import { useCommand } from '../graph/use-command.ts';
import { graphql } from '../graphql/index.ts';
import type { LeadDuplicatesQuery, Territory } from '../graphql/graphql.ts';
import { useLocale, useTranslation } from '../i18n/index.ts';
import { Icon } from '../shell/icon.tsx';

const LeadOwnershipChallenge = graphql(`
  mutation LeadOwnershipChallenge($input: LeadOwnershipChallengeInput!) {
    result: leadOwnershipChallenge(input: $input) {
      accepted
      userErrors {
        code
        field
        message
      }
    }
  }
`);

interface DuplicateHintProps {
  answer: LeadDuplicatesQuery['leadDuplicates'] | undefined;
  /** The server has refused the registration as a duplicate. */
  isRefused: boolean;
  values: Values;
}

/** Above this it is said more strongly; 0..100. */
const strongSimilarity = 80;

export function DuplicateHint(props: DuplicateHintProps): ReactElement | null {
  const { answer, isRefused, values } = props;
  const { t } = useTranslation();
  const similar = answer?.similar ?? [];
  if (!isRefused && answer?.exists !== true && similar.length === 0) return null;
  const isStrong = similar.some(({ similarity }) => similarity >= strongSimilarity);
  return (
    <div className="notice notice--warning" role="status">
      <Icon name="alert" />
      <div className="notice__body">
        <p className="notice__title">
          {isStrong || answer?.exists === true
            ? t('register.similarStrong')
            : t('register.similarTitle')}
        </p>
        {answer?.exists === true && <p>{t('register.exists')}</p>}
        <Similar similar={similar} />
        {(isRefused || answer?.exists === true) && <Challenge values={values} />}
      </div>
    </div>
  );
}

function Similar({ similar }: { similar: LeadDuplicatesQuery['leadDuplicates']['similar'] }) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <ul>
      {similar.map(({ similarity, lead }, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- hidden leads have no identity here
        <li key={lead?.id ?? index}>
          {lead === null ? (
            t('register.similarHidden')
          ) : (
            <Link to="/leads/$leadId" params={{ leadId: lead.id }} target="_blank">
              {lead.companyName}, {lead.city}
            </Link>
          )}{' '}
          <span className="muted small">
            {t('register.similar', { percent: formatRate(similarity / 100, locale) })}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The way to object that gives nothing away. */
function Challenge({ values }: { values: Values }): ReactElement {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const [isDone, setDone] = useState(false);
  const { run, faults, setFaults, isBusy } = useCommand(LeadOwnershipChallenge);
  if (isDone) return <p>{t('register.challengeDone')}</p>;
  return (
    <p>
      <Button onClick={() => setOpen(true)}>{t('register.challenge')}</Button>
      {isOpen && (
        <FormDialog
          title={t('register.challenge')}
          submit={t('register.challenge')}
          size="md"
          intro={<p className="muted">{t('register.challengeHint')}</p>}
          fields={[
            {
              name: 'reason',
              label: t('form.reason'),
              hint: t('form.reasonHint'),
              kind: 'textarea',
              isRequired: true,
              minLength: 10,
              isWide: true,
            },
          ]}
          initial={{}}
          faults={faults}
          onFaults={setFaults}
          isBusy={isBusy}
          onClose={() => setOpen(false)}
          onSubmit={(typed) =>
            void run({
              territory: readChoice<Territory>(values, 'countryCode') ?? 'DE',
              companyName: readText(values, 'companyName') ?? '',
              city: readText(values, 'city'),
              reason: readText(typed, 'reason') ?? '',
            }).then((done) => {
              if (done === undefined) return;
              setOpen(false);
              setDone(true);
            })
          }
        />
      )}
    </p>
  );
}
