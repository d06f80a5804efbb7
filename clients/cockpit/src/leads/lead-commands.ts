import type { AnyVariables, TypedDocumentNode } from 'urql';
import {
  readChoice,
  readInstant,
  readNumber,
  readText,
  toLocalInput,
  type Field,
  type Option,
  type Values,
} from '../form/fields.ts';
import type { LeadAction, LeadAnswerFragment, LeadDetailFragment } from '../graphql/graphql.ts';
import { options, type Translate } from '../form/options.ts';
import { vocabularyDe } from '../i18n/vocabulary.de.ts';
import { firstContactFields, firstContactValues, readFirstContact } from './first-contact.ts';
import * as mutations from './lead-mutations.ts';
import { updateFields, updateInput, updateValues } from './lead-update.ts';

type Input = Record<string, unknown>;

export interface FieldContext {
  t: Translate;
  lead: LeadDetailFragment;
  /** People who hold the lead's territory. */
  people: readonly Option[];
}

/** One move of the lead page: what it asks for and what it sends. */
export interface LeadCommand {
  document: TypedDocumentNode<{ result: LeadAnswerFragment }, { input: Input } & AnyVariables>;
  /** Without fields it is done at one press of the button. */
  fields: (context: FieldContext) => Field[];
  initial: (lead: LeadDetailFragment) => Values;
  /** `opened` are the values the form was opened with. */
  input: (values: Values, lead: LeadDetailFragment, opened: Values) => Input;
  needsPeople: boolean;
  isDanger: boolean;
}

interface Definition<Sent extends { leadId: string; version: number }> extends Partial<
  Pick<LeadCommand, 'fields' | 'initial' | 'needsPeople' | 'isDanger'>
> {
  document: TypedDocumentNode<{ result: LeadAnswerFragment }, { input: Sent }>;
  input?: (
    values: Values,
    lead: LeadDetailFragment,
    opened: Values,
  ) => Omit<Sent, 'leadId' | 'version' | 'idempotencyKey'>;
}

/** The form has checked what is required, so a required text is there. */
const required = (values: Values, name: string): string => readText(values, name) ?? '';

function define<Sent extends { leadId: string; version: number }>(
  definition: Definition<Sent>,
): LeadCommand {
  const { input = () => ({}) } = definition;
  return {
    fields: () => [],
    initial: () => ({}),
    needsPeople: false,
    isDanger: false,
    ...definition,
    document: definition.document as unknown as LeadCommand['document'],
    input: (values, lead, opened) => ({
      leadId: lead.id,
      version: lead.version,
      ...input(values, lead, opened),
    }),
  };
}

const reasonField = (t: Translate): Field => ({
  name: 'reason',
  label: t('form.reason'),
  hint: t('form.reasonHint'),
  kind: 'textarea',
  isRequired: true,
  minLength: 10,
  isWide: true,
});

const personField = (label: string, { t, people }: FieldContext, name: string): Field => ({
  name,
  label,
  kind: 'select',
  isRequired: true,
  isWide: true,
  options: [{ value: '', label: t('common.none') }, ...people],
});

const nextStage = { VORMERKUNG: 'REGISTRIERUNG', REGISTRIERUNG: 'QUALIFIZIERT' } as const;

/** Whether nothing has changed since that a move without a form decides about. */
export function meansTheSame(
  action: LeadAction,
  seen: LeadDetailFragment,
  now: LeadDetailFragment,
): boolean {
  return (
    now.actions.includes(action) &&
    now.status === seen.status &&
    now.stage === seen.stage &&
    now.owner?.id === seen.owner?.id
  );
}

/** Contacts and follow-ups have buttons of their own; all other moves of `lead.actions` are here. */
export const leadCommands: Readonly<
  Record<Exclude<LeadAction, 'CONTACT_SET' | 'FOLLOW_UP_COMPLETE'>, LeadCommand>
> = {
  QUALIFY: define({ document: mutations.LeadQualify }),
  STAGE_ADVANCE: define({
    document: mutations.LeadStageAdvance,
    input: (_values, { stage }) => ({
      stage: stage === 'QUALIFIZIERT' ? stage : nextStage[stage],
    }),
  }),
  CONVERT: define({ document: mutations.LeadConvert }),
  CLOCK_RESUME: define({ document: mutations.LeadClockResume }),
  UPDATE: define({
    document: mutations.LeadUpdate,
    fields: ({ t }) => updateFields(t),
    initial: updateValues,
    input: updateInput,
  }),
  FIRST_CONTACT_DOCUMENT: define({
    document: mutations.LeadFirstContactDocument,
    fields: ({ t }) => firstContactFields(t),
    initial: () => firstContactValues(),
    input: (values) => ({ firstContact: readFirstContact(values) }),
  }),
  LOSE: define({
    document: mutations.LeadLose,
    fields: ({ t }) => [reasonField(t)],
    input: (values) => ({ reason: required(values, 'reason') }),
    isDanger: true,
  }),
  DELETE: define({
    document: mutations.LeadDelete,
    fields: ({ t }) => [reasonField(t)],
    input: (values) => ({ reason: required(values, 'reason') }),
    isDanger: true,
  }),
  REASSIGN: define({
    document: mutations.LeadReassign,
    fields: (context) => [
      personField(context.t('form.newOwner'), context, 'ownerUserId'),
      reasonField(context.t),
    ],
    input: (values) => ({
      ownerUserId: required(values, 'ownerUserId'),
      reason: required(values, 'reason'),
    }),
    needsPeople: true,
  }),
  PROTECTION_OVERRIDE: define({
    document: mutations.LeadProtectionOverride,
    fields: (context) => [
      personField(context.t('form.newOwner'), context, 'ownerUserId'),
      reasonField(context.t),
    ],
    input: (values) => ({
      ownerUserId: required(values, 'ownerUserId'),
      reason: required(values, 'reason'),
    }),
    needsPeople: true,
  }),
  CLOCK_STOP: define({
    document: mutations.LeadClockStop,
    fields: ({ t }) => [
      {
        name: 'kind',
        label: t('form.holdKind'),
        kind: 'select',
        isRequired: true,
        isWide: true,
        options: options(vocabularyDe.holdKind, (value) => t(`holdKind.${value}`)),
      },
      reasonField(t),
    ],
    initial: () => ({ kind: 'FFZ_PRICE_APPROVAL' }),
    input: (values) => ({
      kind: readChoice<keyof typeof vocabularyDe.holdKind>(values, 'kind') ?? 'OTHER',
      reason: required(values, 'reason'),
    }),
  }),
  BACKDATE: define({
    document: mutations.LeadBackdate,
    fields: ({ t }) => [
      { name: 'registeredAt', label: t('form.registeredAt'), kind: 'instant', isRequired: true },
      reasonField(t),
    ],
    initial: (lead) => ({ registeredAt: toLocalInput(new Date(lead.registeredAt)) }),
    input: (values, lead) => ({
      registeredAt: readInstant(values, 'registeredAt') ?? lead.registeredAt,
      reason: required(values, 'reason'),
    }),
  }),
  PROTECTION_EXTEND: define({
    document: mutations.LeadProtectionExtend,
    fields: ({ t }) => [
      {
        name: 'months',
        label: t('form.months'),
        hint: t('form.monthsHint'),
        kind: 'number',
        isRequired: true,
      },
      reasonField(t),
    ],
    initial: () => ({ months: '1' }),
    input: (values) => ({
      months: readNumber(values, 'months') ?? 1,
      reason: required(values, 'reason'),
    }),
  }),
  COLLABORATOR_SET: define({
    document: mutations.LeadCollaboratorSet,
    fields: (context) => [
      personField(context.t('form.person'), context, 'userId'),
      {
        name: 'role',
        label: context.t('form.role'),
        kind: 'select',
        isRequired: true,
        options: options(vocabularyDe.assignment, (value) => context.t(`assignment.${value}`)),
      },
      {
        name: 'level',
        label: context.t('form.level'),
        kind: 'select',
        isRequired: true,
        options: options(vocabularyDe.level, (value) => context.t(`level.${value}`)),
      },
    ],
    initial: () => ({ role: 'COLLABORATOR', level: 'VIEW' }),
    input: (values) => {
      const role = readChoice<'COLLABORATOR' | 'WATCHER' | 'REMOVE'>(values, 'role');
      return {
        userId: required(values, 'userId'),
        role: role === 'REMOVE' ? null : role,
        level: role === 'COLLABORATOR' ? readChoice<'VIEW' | 'ASSIST'>(values, 'level') : null,
      };
    },
    needsPeople: true,
  }),
};
