import {
  readChoice,
  readInstant,
  readText,
  toLocalInput,
  type Field,
  type Values,
} from '../form/fields.ts';
import { options, type Translate } from '../form/options.ts';
import { vocabularyDe } from '../i18n/vocabulary.de.ts';

export const firstContactFields = (t: Translate): Field[] => [
  {
    name: 'firstContact.channel',
    label: t('form.channel'),
    kind: 'select',
    isRequired: true,
    options: options(vocabularyDe.channel, (value) => t(`channel.${value}`)),
  },
  { name: 'firstContact.at', label: t('form.at'), kind: 'instant', isRequired: true },
  {
    name: 'firstContact.note',
    label: t('form.note'),
    hint: t('form.reasonHint'),
    kind: 'textarea',
    isRequired: true,
    minLength: 10,
    isWide: true,
  },
];

export const firstContactValues = (): Values => ({
  'firstContact.channel': 'PHONE',
  'firstContact.at': toLocalInput(new Date()),
});

export const readFirstContact = (values: Values) => ({
  channel: readChoice<keyof typeof vocabularyDe.channel>(values, 'firstContact.channel') ?? 'OTHER',
  at: readInstant(values, 'firstContact.at') ?? new Date().toISOString(),
  note: readText(values, 'firstContact.note') ?? '',
});
