import { Button } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { useLiveEvents } from '../graph/use-live-query.ts';
import { graphql } from '../graphql/index.ts';
import { useTranslation } from '../i18n/index.ts';
import { usePerson } from '../session/session-provider.tsx';
import { Icon } from '../shell/icon.tsx';
import { useTitle } from '../shell/states.tsx';
import { LeadFilterBar } from './lead-filter-bar.tsx';
import './lead-list.css';
import { LeadList } from './lead-list.tsx';
import type { LeadSearch } from './lead-search.ts';
import { RegisterDialog } from './register-dialog.tsx';

const LeadListChanged = graphql(`
  subscription LeadListChanged {
    leadChanged {
      leadId
      type
      lead {
        ...LeadRow
      }
    }
  }
`);

export function LeadListPage(): ReactElement {
  const { t } = useTranslation();
  const search = useSearch({ from: '/leads' });
  const navigate = useNavigate({ from: '/leads' });
  const { scopes } = usePerson();
  const [isRegistering, setRegistering] = useState(false);
  useTitle(t('list.title'));
  useLiveEvents({ query: LeadListChanged, variables: {} });
  const onSearch = (next: LeadSearch): void => {
    void navigate({ search: next, replace: true, resetScroll: false });
  };
  return (
    <>
      <div className="page__head">
        <h1>{t('list.title')}</h1>
        {scopes.has('leads:register') && (
          <Button
            variant="filled"
            leftSection={<Icon name="plus" />}
            onClick={() => setRegistering(true)}
          >
            {t('list.register')}
          </Button>
        )}
      </div>
      <LeadFilterBar search={search} onSearch={onSearch} />
      {/* A new filter is a new list: its pages start again from the first. */}
      <LeadList key={JSON.stringify(search)} search={search} onReset={() => onSearch({})} />
      {isRegistering && <RegisterDialog onClose={() => setRegistering(false)} />}
    </>
  );
}
