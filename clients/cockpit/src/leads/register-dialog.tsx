import { useDebouncedValue } from '@mantine/hooks';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { ReactElement } from 'react';
import { useQuery } from 'urql';
import { readChoice, readText, type Field, type Values } from '../form/fields.ts';
import { FormDialog } from '../form/form-dialog.tsx';
import type { Translate } from '../form/options.ts';
import { useCommand } from '../graph/use-command.ts';
import { graphql } from '../graphql/index.ts';
import type { Territory } from '../graphql/graphql.ts';
import { useTranslation } from '../i18n/index.ts';
import { usePerson } from '../session/session-provider.tsx';
import { useAnnounce } from '../shell/announcer.tsx';
import { DuplicateHint } from './duplicate-hint.tsx';
import { registerFields, registerInput, registerValues } from './register-form.ts';

const LeadRegister = graphql(`
  mutation LeadRegister($input: LeadRegisterInput!) {
    result: leadRegister(input: $input) {
      lead {
        id
        companyName
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);

const LeadDuplicates = graphql(`
  query LeadDuplicates($input: LeadDuplicatesInput!) {
    leadDuplicates(input: $input) {
      exists
      similar {
        similarity
        lead {
          id
          companyName
          city
        }
      }
    }
  }
`);

const typingMs = 500;
const nameLengthMin = 3;

export function RegisterDialog({ onClose }: { onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const announce = useAnnounce();
  const navigate = useNavigate();
  const person = usePerson();
  const [opened] = useState(() => registerValues(person));
  const [values, setValues] = useState<Values>(opened);
  const { run, faults, setFaults, isBusy } = useCommand(LeadRegister);
  const duplicates = useDuplicates(values);
  const hasRefusal = faults.some(({ code }) => code === 'DUPLICATE_LEAD');
  const fields = useMemo(() => registerFields(t, values, person), [t, values, person]);
  const extra = duplicateFields(t, {
    isSimilar: (duplicates?.similar.length ?? 0) > 0,
    mayForce: (hasRefusal || duplicates?.exists === true) && person.scopes.has('leads:manage'),
  });
  return (
    <FormDialog
      title={t('register.title')}
      submit={t('register.submit')}
      size="xl"
      fields={[...fields, ...extra]}
      initial={opened}
      faults={faults}
      onFaults={setFaults}
      onValues={setValues}
      isBusy={isBusy}
      onClose={onClose}
      intro={
        <>
          <p className="muted">{t('register.intro')}</p>
          <DuplicateHint answer={duplicates} isRefused={hasRefusal} values={values} />
        </>
      }
      onSubmit={(typed) =>
        void run(registerInput(typed)).then((done) => {
          const lead = done?.lead;
          if (lead == null) return;
          announce(t('register.done', { company: lead.companyName }));
          onClose();
          void navigate({ to: '/leads/$leadId', params: { leadId: lead.id } });
        })
      }
    />
  );
}

/** What the server knows about this company, asked again whenever typing pauses. */
function useDuplicates(values: Values) {
  const input = {
    companyName: readText(values, 'companyName') ?? '',
    city: readText(values, 'city'),
    postalCode: readText(values, 'postalCode'),
    email: readText(values, 'email'),
    phone: readText(values, 'phone'),
    territory: readChoice<Territory>(values, 'countryCode') ?? 'DE',
  };
  const [settled] = useDebouncedValue(JSON.stringify(input), typingMs);
  const asked = useMemo(() => JSON.parse(settled) as typeof input, [settled]);
  const [{ data }] = useQuery({
    query: LeadDuplicates,
    variables: { input: asked },
    pause: asked.companyName.length < nameLengthMin,
    requestPolicy: 'network-only',
  });
  return asked.companyName.length < nameLengthMin ? undefined : data?.leadDuplicates;
}

function duplicateFields(
  t: Translate,
  { isSimilar, mayForce }: { isSimilar: boolean; mayForce: boolean },
): Field[] {
  return [
    ...(isSimilar
      ? [
          {
            name: 'confirmSimilar',
            label: t('register.confirm'),
            kind: 'checkbox',
            isWide: true,
          } as const,
        ]
      : []),
    ...(mayForce
      ? [
          {
            name: 'forceReason',
            label: t('register.force'),
            hint: t('form.reasonHint'),
            kind: 'textarea',
            minLength: 10,
            isWide: true,
          } as const,
        ]
      : []),
  ];
}
