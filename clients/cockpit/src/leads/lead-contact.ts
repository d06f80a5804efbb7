import { readChoice, readFlag, readText, type Field, type Values } from '../form/fields.ts';
import { options, type Translate } from '../form/options.ts';
import type { LeadContactInput, LeadDetailFragment } from '../graphql/graphql.ts';
import { vocabularyDe } from '../i18n/vocabulary.de.ts';

export type LeadContact = NonNullable<LeadDetailFragment['contacts']>[number];

export const contactFields = (t: Translate): Field[] => [
  { name: 'contact.salutation', label: t('form.salutation'), kind: 'text' },
  {
    name: 'contact.role',
    label: t('form.contactRole'),
    kind: 'select',
    isRequired: true,
    options: options(vocabularyDe.contactRole, (value) => t(`contactRole.${value}`)),
  },
  { name: 'contact.firstName', label: t('form.firstName'), kind: 'text' },
  { name: 'contact.lastName', label: t('form.lastName'), kind: 'text', isRequired: true },
  { name: 'contact.email', label: t('form.email'), kind: 'email' },
  { name: 'contact.phone', label: t('form.phone'), kind: 'tel' },
  { name: 'contact.mobile', label: t('form.mobile'), kind: 'tel' },
  { name: 'contact.isPrimary', label: t('form.isPrimary'), kind: 'checkbox', isWide: true },
  {
    name: 'contact.isDecisionMaker',
    label: t('form.isDecisionMaker'),
    kind: 'checkbox',
    isWide: true,
  },
  { name: 'contact.emailConsent', label: t('form.emailConsent'), kind: 'checkbox', isWide: true },
];

export const readContact = (values: Values): LeadContactInput => ({
  salutation: readText(values, 'contact.salutation'),
  firstName: readText(values, 'contact.firstName'),
  lastName: readText(values, 'contact.lastName') ?? '',
  role: readChoice<LeadContactInput['role']>(values, 'contact.role') ?? 'SONSTIGES',
  email: readText(values, 'contact.email'),
  phone: readText(values, 'contact.phone'),
  mobile: readText(values, 'contact.mobile'),
  isPrimary: readFlag(values, 'contact.isPrimary'),
  isDecisionMaker: readFlag(values, 'contact.isDecisionMaker'),
  emailConsent: readFlag(values, 'contact.emailConsent'),
});

export const contactValues = (contact: LeadContact | undefined): Values =>
  contact === undefined
    ? { 'contact.role': 'KUECHENCHEF' }
    : {
        'contact.salutation': contact.salutation ?? '',
        'contact.firstName': contact.firstName ?? '',
        'contact.lastName': contact.lastName ?? '',
        'contact.role': contact.role,
        'contact.email': contact.email ?? '',
        'contact.phone': contact.phone ?? '',
        'contact.mobile': contact.mobile ?? '',
        'contact.isPrimary': contact.isPrimary,
        'contact.isDecisionMaker': contact.isDecisionMaker,
        'contact.emailConsent': contact.emailConsent,
      };
