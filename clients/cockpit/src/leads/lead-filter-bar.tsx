import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import type { ReactElement } from 'react';
import type { Option } from '../form/fields.ts';
import type { Translate } from '../form/options.ts';
import { useTranslation } from '../i18n/index.ts';
import { vocabularyDe } from '../i18n/vocabulary.de.ts';
import { usePerson } from '../session/session-provider.tsx';
import { Icon } from '../shell/icon.tsx';
import { isFiltered, parseLeadSearch, type LeadSearch } from './lead-search.ts';

interface LeadFilterBarProps {
  search: LeadSearch;
  onSearch: (search: LeadSearch) => void;
}

const typingMs = 300;

export function LeadFilterBar({ search, onSearch }: LeadFilterBarProps): ReactElement {
  const { t } = useTranslation();
  const { territories } = usePerson();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(search.search ?? '');
  const change = (part: Record<string, unknown>): void =>
    onSearch(parseLeadSearch({ ...search, ...part }));
  const searchLater = useDebouncedCallback((value: string) => change({ search: value }), typingMs);
  const reset = (): void => {
    onSearch({});
    // The button goes with the filter; the keyboard stays where filtering begins.
    input.current?.focus();
  };
  useEffect(() => setText(search.search ?? ''), [search.search]);

  const options = (field: Vocabulary, values: readonly string[]) => choices(t, field, values);
  return (
    <form
      role="search"
      aria-label={t('list.filter')}
      className="filter"
      onSubmit={(event) => event.preventDefault()}
    >
      <TextInput
        ref={input}
        className="filter__search"
        type="search"
        label={t('list.search')}
        leftSection={<Icon name="search" />}
        value={text}
        maxLength={100}
        onChange={(event) => {
          setText(event.currentTarget.value);
          searchLater(event.currentTarget.value);
        }}
      />
      <NativeSelect
        label={t('list.status')}
        value={search.status ?? ''}
        data={options('status', Object.keys(vocabularyDe.status))}
        onChange={(event) => change({ status: event.currentTarget.value })}
      />
      <NativeSelect
        label={t('list.protection')}
        value={search.protection ?? ''}
        data={options('protection', Object.keys(vocabularyDe.protection))}
        onChange={(event) => change({ protection: event.currentTarget.value })}
      />
      {territories.length > 1 && (
        <NativeSelect
          label={t('list.territory')}
          value={search.territory ?? ''}
          data={options('territory', territories)}
          onChange={(event) => change({ territory: event.currentTarget.value })}
        />
      )}
      <Checkbox
        label={t('list.followUp')}
        checked={search.followUp ?? false}
        onChange={(event) => change({ followUp: event.currentTarget.checked })}
      />
      {isFiltered(search) && (
        <Button variant="subtle" leftSection={<Icon name="cross" />} onClick={reset}>
          {t('list.reset')}
        </Button>
      )}
    </form>
  );
}

type Vocabulary = 'status' | 'territory' | 'protection';

const choices = (t: Translate, field: Vocabulary, values: readonly string[]): Option[] => [
  { value: '', label: t('common.all') },
  ...values.map((value) => ({ value, label: t(`${field}.${value}` as 'status.ACTIVE') })),
];
