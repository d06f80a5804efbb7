import {
  readChoice,
  readFlag,
  readMoney,
  readText,
  type Field,
  type Values,
} from '../form/fields.ts';
import { options, type Translate } from '../form/options.ts';
import type { LeadRegisterInput, LeadSource, Territory } from '../graphql/graphql.ts';
import { vocabularyDe } from '../i18n/vocabulary.de.ts';
import { firstContactFields, firstContactValues, readFirstContact } from './first-contact.ts';
import { contactFields, readContact } from './lead-contact.ts';

interface Registrant {
  roles: readonly string[];
  territories: readonly string[];
}

/** Sources at which one has met or spoken: the first contact has to come with them. */
const metSources = new Set(['MESSE', 'TELEFON']);
const currencies: Readonly<Record<string, string>> = { DE: 'EUR', AT: 'EUR', CH: 'CHF' };

export const needsFirstContact = (values: Values): boolean =>
  metSources.has(readText(values, 'source') ?? '');

const hasFirstContact = (values: Values): boolean =>
  needsFirstContact(values) || readFlag(values, 'withFirstContact');

export const registerValues = ({ roles, territories }: Registrant): Values => ({
  source: roles.includes('partner') ? 'PARTNER' : 'EMPFEHLUNG',
  countryCode: territories[0] ?? 'DE',
  'contact.role': 'KUECHENCHEF',
  ...firstContactValues(),
});

/** The questions that the answers so far raise. */
export function registerFields(t: Translate, values: Values, person: Registrant): Field[] {
  const isPartner = person.roles.includes('partner');
  return [
    { name: 'companyName', label: t('form.company'), kind: 'text', isRequired: true },
    { name: 'city', label: t('form.city'), kind: 'text', isRequired: true },
    {
      name: 'countryCode',
      label: t('form.country'),
      kind: 'select',
      isRequired: true,
      options: person.territories.map((code) => ({
        value: code,
        label: t(`territory.${code as Territory}`),
      })),
    },
    {
      name: 'source',
      label: t('form.source'),
      kind: 'select',
      isRequired: true,
      options: options(vocabularyDe.source, (value) => t(`source.${value}`)).filter(
        ({ value }) => (value === 'PARTNER') === isPartner,
      ),
    },
    { name: 'postalCode', label: t('form.postalCode'), kind: 'text' },
    { name: 'street', label: t('form.street'), kind: 'text' },
    { name: 'phone', label: t('form.phone'), kind: 'tel' },
    { name: 'email', label: t('form.email'), kind: 'email' },
    {
      name: 'businessType',
      label: t('form.businessType'),
      kind: 'select',
      options: options(vocabularyDe.businessType, (value) => t(`businessType.${value}`)),
    },
    { name: 'estimatedVolume', label: t('form.volume'), kind: 'money' },
    ...(needsFirstContact(values)
      ? []
      : [
          {
            name: 'withFirstContact',
            label: t('form.withFirstContact'),
            kind: 'checkbox',
            isWide: true,
          } as const,
        ]),
    ...(hasFirstContact(values) ? firstContactFields(t) : []),
    {
      name: 'withContact',
      label: t('lead.contacts'),
      kind: 'checkbox',
      isWide: true,
    },
    ...(readFlag(values, 'withContact') ? contactFields(t) : []),
  ];
}

export function registerInput(values: Values): Omit<LeadRegisterInput, 'idempotencyKey'> {
  const countryCode = readText(values, 'countryCode') ?? 'DE';
  return {
    companyName: readText(values, 'companyName') ?? '',
    city: readText(values, 'city') ?? '',
    source: readChoice<LeadSource>(values, 'source') ?? 'SONSTIGES',
    countryCode,
    postalCode: readText(values, 'postalCode'),
    street: readText(values, 'street'),
    phone: readText(values, 'phone'),
    email: readText(values, 'email'),
    businessType: readChoice<NonNullable<LeadRegisterInput['businessType']>>(
      values,
      'businessType',
    ),
    estimatedVolume: readMoney(values, 'estimatedVolume', currencies[countryCode] ?? 'EUR'),
    branchCount: 1,
    isChain: false,
    emailConsent: false,
    firstContact: hasFirstContact(values) ? readFirstContact(values) : null,
    contact: readFlag(values, 'withContact') ? readContact(values) : null,
    confirmSimilar: readFlag(values, 'confirmSimilar'),
    forceReason: readText(values, 'forceReason'),
  };
}
