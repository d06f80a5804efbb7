import {
  readChoice,
  readChoices,
  readMoney,
  readNumber,
  readText,
  type Field,
  type Values,
} from '../form/fields.ts';
import { options, type Translate } from '../form/options.ts';
import type { LeadDetailFragment, LeadUpdateInput, Pain } from '../graphql/graphql.ts';
import { vocabularyDe } from '../i18n/vocabulary.de.ts';

const currencies = { DE: 'EUR', AT: 'EUR', CH: 'CHF' } as const;

export const updateFields = (t: Translate): Field[] => [
  { name: 'companyName', label: t('form.company'), kind: 'text', isRequired: true, isWide: true },
  { name: 'street', label: t('form.street'), kind: 'text' },
  { name: 'postalCode', label: t('form.postalCode'), kind: 'text' },
  { name: 'city', label: t('form.city'), kind: 'text', isRequired: true },
  { name: 'website', label: t('form.website'), kind: 'text' },
  { name: 'email', label: t('form.email'), kind: 'email' },
  { name: 'phone', label: t('form.phone'), kind: 'tel' },
  {
    name: 'businessType',
    label: t('form.businessType'),
    kind: 'select',
    options: options(vocabularyDe.businessType, (value) => t(`businessType.${value}`)),
  },
  {
    name: 'kitchenSize',
    label: t('form.kitchenSize'),
    kind: 'select',
    options: options(vocabularyDe.kitchenSize, (value) => t(`kitchenSize.${value}`)),
  },
  { name: 'employeeCount', label: t('form.employeeCount'), kind: 'number' },
  { name: 'estimatedVolume', label: t('form.volume'), kind: 'money' },
  {
    name: 'budget',
    label: t('form.budget'),
    kind: 'select',
    isRequired: true,
    options: options(vocabularyDe.budget, (value) => t(`budget.${value}`)),
  },
  {
    name: 'urgency',
    label: t('form.urgency'),
    kind: 'select',
    isRequired: true,
    options: options(vocabularyDe.urgency, (value) => t(`urgency.${value}`)),
  },
  {
    name: 'relationshipStatus',
    label: t('form.relationship'),
    kind: 'select',
    isRequired: true,
    options: options(vocabularyDe.relationship, (value) => t(`relationship.${value}`)),
  },
  {
    name: 'decisionMakerAccess',
    label: t('form.decisionAccess'),
    kind: 'select',
    isRequired: true,
    options: options(vocabularyDe.decisionAccess, (value) => t(`decisionAccess.${value}`)),
  },
  { name: 'competitorInUse', label: t('form.competitor'), kind: 'text' },
  { name: 'internalChampionName', label: t('form.champion'), kind: 'text' },
  {
    name: 'pains',
    label: t('form.pains'),
    kind: 'checkboxes',
    isWide: true,
    options: options(vocabularyDe.pain, (value) => t(`pain.${value}`)),
  },
  { name: 'painNotes', label: t('form.painNotes'), kind: 'textarea', isWide: true },
];

export const updateValues = (lead: LeadDetailFragment): Values => ({
  companyName: lead.companyName,
  street: lead.street ?? '',
  postalCode: lead.postalCode ?? '',
  city: lead.city,
  website: lead.website ?? '',
  email: lead.email ?? '',
  phone: lead.phone ?? '',
  businessType: lead.businessType ?? '',
  kitchenSize: lead.kitchenSize ?? '',
  employeeCount: lead.employeeCount?.toString() ?? '',
  estimatedVolume: lead.estimatedVolume?.split(' ')[0]?.replace('.', ',') ?? '',
  budget: lead.budget,
  urgency: lead.urgency,
  relationshipStatus: lead.relationshipStatus,
  decisionMakerAccess: lead.decisionMakerAccess,
  competitorInUse: lead.competitorInUse ?? '',
  internalChampionName: lead.internalChampionName ?? '',
  pains: lead.pains,
  painNotes: lead.painNotes ?? '',
});

type Changes = Omit<LeadUpdateInput, 'leadId' | 'version' | 'idempotencyKey'>;

/**
 * Only what was changed since the form was opened: neither what the caller may not see nor what
 * somebody else changed meanwhile is overwritten.
 */
export function updateInput(values: Values, lead: LeadDetailFragment, opened: Values): Changes {
  const isChanged = (name: string): boolean =>
    JSON.stringify(values[name]) !== JSON.stringify(opened[name]);
  const all: Changes = {
    companyName: readText(values, 'companyName'),
    street: readText(values, 'street'),
    postalCode: readText(values, 'postalCode'),
    city: readText(values, 'city'),
    website: readText(values, 'website'),
    email: readText(values, 'email'),
    phone: readText(values, 'phone'),
    businessType: readChoice<NonNullable<Changes['businessType']>>(values, 'businessType'),
    kitchenSize: readChoice<NonNullable<Changes['kitchenSize']>>(values, 'kitchenSize'),
    employeeCount: readNumber(values, 'employeeCount'),
    estimatedVolume: readMoney(values, 'estimatedVolume', currencies[lead.territory]),
    budget: readChoice<NonNullable<Changes['budget']>>(values, 'budget'),
    urgency: readChoice<NonNullable<Changes['urgency']>>(values, 'urgency'),
    relationshipStatus: readChoice<NonNullable<Changes['relationshipStatus']>>(
      values,
      'relationshipStatus',
    ),
    decisionMakerAccess: readChoice<NonNullable<Changes['decisionMakerAccess']>>(
      values,
      'decisionMakerAccess',
    ),
    competitorInUse: readText(values, 'competitorInUse'),
    internalChampionName: readText(values, 'internalChampionName'),
    pains: readChoices<Pain>(values, 'pains'),
    painNotes: readText(values, 'painNotes'),
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => isChanged(name)));
}
