import { NIL_UUID } from '#kernel/access';
import { append, defineReaction, type ReactionContext, type Recorded } from '#kernel/events';
import type { SubjectErased } from '#events/admin';
import type { CommunicationEvent } from '#events/communication';
import type { LeadEvent } from '#events/leads';
import { timelineAggregate } from './activity.ts';
import { eraseSubjects } from './erasure.ts';
import type { TimelineExtended } from './events.ts';

type Line = Pick<TimelineExtended['data'], 'category' | 'kind'> & {
  /** Codes to keep for the wording; personal data never is one. */
  readonly keep?: readonly string[];
};
type Source = LeadEvent | CommunicationEvent;

const system = (kind: string, ...keep: string[]): Line => ({ category: 'system', kind, keep });
const sent = (kind: string): Line => ({ category: 'integration', kind, keep: ['purpose'] });

/** What of other contexts a person sees on the timeline. What is missing here is no news to anybody. */
const lines: { readonly [Type in Source['type']]?: Line } = {
  'lead.registered': system('lead_created', 'source'),
  'lead.status_changed': system('status_changed', 'oldStatus', 'newStatus'),
  'lead.stage_changed': system('stage_advanced', 'oldStage', 'newStage'),
  'lead.first_contact.documented': {
    category: 'interaction',
    kind: 'first_contact_documented',
    keep: ['channel'],
  },
  'lead.assigned': system('lead_assigned', 'cause'),
  'lead.clock.stopped': system('clock_stopped', 'kind'),
  'lead.clock.resumed': system('clock_resumed', 'kind'),
  'lead.protection.extended': system('protection_extended', 'months'),
  'lead.protection.reminder': system('protection_reminder'),
  'lead.protection.reminder_sent': system('protection_reminder_sent'),
  'lead.protection.expired': system('protection_expired'),
  'lead.backdated': system('lead_backdated'),
  'lead.territory.transferred': system('territory_transferred', 'territory'),
  'lead.merged': system('lead_merged'),
  'lead.pseudonymized': system('lead_pseudonymized'),
  'lead.contact.blocked': system('contact_blocked', 'isBlocked'),
  'lead.consent.changed': system('consent_changed', 'emailConsent'),
  'lead.opportunity.linked': { category: 'transaction', kind: 'opportunity_created' },
  'lead.followup.processed': {
    category: 'integration',
    kind: 'followup_processed',
    keep: ['followUpType', 'success'],
  },
  'lead.followup.closed': system('followup_closed', 'followUpType', 'outcome'),
  'communication.message.sent': sent('email_sent'),
  'communication.message.failed': sent('email_failed'),
  'communication.message.bounced': sent('email_bounced'),
  'communication.message.received': sent('email_received'),
};

/**
 * Lines of the timeline for what happened elsewhere. Each becomes a fact of this context: the row is
 * written with it, so a subscriber who is told of a line can read it, and a rebuild needs no other log.
 */
export const timeline = defineReaction<Source>({
  name: 'activities.timeline',
  on: Object.fromEntries(Object.keys(lines).map((type) => [type, extendTimeline])),
});

/** Erased people leave the notes. */
export const erasures = defineReaction<SubjectErased>({
  name: 'activities.erasures',
  on: {
    'admin.subject.erased': ({ data }, { actor, database }) =>
      database.transaction(actor, (tx) => eraseSubjects(tx, data.subjectIds)),
  },
});

async function extendTimeline(fact: Recorded<Source>, context: ReactionContext): Promise<void> {
  const line = lines[fact.type];
  const { leadId } = fact.data as { leadId?: string };
  if (line === undefined || leadId === undefined || isSilent(fact)) return;
  await context.database.transaction(context.actor, (tx) =>
    append(tx, {
      aggregate: timelineAggregate,
      id: leadId,
      expectedVersion: null,
      context,
      state: { territory: fact.territory, ownerId: fact.ownerId },
      idempotencyKey: `timeline:${fact.id}`,
      events: [
        {
          type: 'activity.timeline.extended',
          data: {
            entryId: fact.id,
            entityId: leadId,
            category: line.category,
            kind: line.kind,
            messageKey: fact.type,
            arguments: argumentsOf(fact, line.keep ?? []),
            performedBy: fact.actor === NIL_UUID ? null : fact.actor,
            occurredAt: fact.time,
          },
        },
      ],
    }),
  );
}

/** The assignment that comes with a registration: the line about the registration says it. */
function isSilent(fact: Recorded<Source>): boolean {
  return fact.type === 'lead.assigned' && (fact.data.cause ?? 'REGISTRATION') === 'REGISTRATION';
}

function argumentsOf(
  fact: Recorded<Source>,
  keep: readonly string[],
): TimelineExtended['data']['arguments'] {
  const data = fact.data as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    keep.flatMap((name) => {
      const value = data[name];
      const isCode =
        typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
      return isCode ? [[name, value] as const] : [];
    }),
  );
}
