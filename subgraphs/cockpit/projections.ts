import type { ActivityCorrected, ActivityEvent, ActivityLogged } from '#events/activities';
import type { AdminEvent, UserDisabled, UserTerritoriesChanged } from '#events/admin';
import type {
  LeadAssigned,
  LeadEvent,
  LeadFollowupClosed,
  LeadFollowupProcessed,
  LeadRegistered,
  LeadStatusChanged,
} from '#events/leads';
import type { Transaction } from '#kernel/database';
import { defineProjection, type AnyEvent, type Projection, type Recorded } from '#kernel/events';
import { moveLeads, type Move } from './figures.ts';
import { withActivity, withFollowUp, withTask, type Lead } from './lead.ts';
import { withSignal } from './signals.ts';
import { changeOf, handledUpTo, recordChange, type WidgetChange } from './widget-change.ts';

export interface Listeners {
  /** After the commit: figures of these people and territories moved. */
  readonly onChanged: (change: WidgetChange) => void;
  /** After the commit: the rights of a person are others now. */
  readonly onRightsChanged: (userId: string) => void;
}

const NAME = 'cockpit.lead_widget';

/** The figures of the widget, moved by the facts of leads and activities. */
export function leadWidgetProjection({ onChanged, onRightsChanged }: Listeners): Projection {
  const follow = async (
    tx: Transaction,
    facts: readonly Recorded<LeadEvent | ActivityEvent | AdminEvent>[],
  ): Promise<void> => {
    const steps = facts.flatMap(stepsOf);
    if (steps.length === 0) return;
    const [handled, moved] = await Promise.all([handledUpTo(tx, NAME), moveLeads(tx, steps)]);
    for (const [index, { fact, leadId, source }] of steps.entries()) {
      const move = moved[index];
      if (move === undefined || fact.position <= (handled.get(source) ?? 0)) continue;
      const told = changeOf({ leadId, cause: fact.type }, move.before, move.after);
      if (told === undefined) continue;
      await recordChange(tx, fact, told);
      tx.onCommit(() => onChanged(told));
    }
  };
  const one = (fact: Recorded<LeadEvent | ActivityEvent>, tx: Transaction) => follow(tx, [fact]);
  const rights = (
    { data }: Recorded<UserTerritoriesChanged | UserDisabled>,
    tx: Transaction,
  ): Promise<void> => {
    tx.onCommit(() => onRightsChanged(data.userId));
    return Promise.resolve();
  };
  return defineProjection<LeadEvent | ActivityEvent | AdminEvent>({
    name: NAME,
    tables: [
      'cockpit.activity',
      'cockpit.follow_up',
      'cockpit.task',
      'cockpit.counter',
      'cockpit.lead',
    ],
    on: {
      'lead.registered': one,
      'lead.status_changed': one,
      'lead.assigned': one,
      'lead.territory.transferred': one,
      'lead.backdated': one,
      'lead.merged': one,
      'lead.protection.window_changed': one,
      'lead.followup.processed': one,
      'lead.followup.postponed': one,
      'lead.followup.closed': one,
      'activity.logged': one,
      'activity.created': one,
      'activity.corrected': one,
      'admin.user.territories_changed': rights,
      'admin.user.disabled': rights,
    },
    onMany: async (facts, tx) => {
      for (const fact of facts) if (isAboutRights(fact)) await rights(fact, tx);
      await follow(tx, facts);
    },
  });
}

function isAboutRights(
  fact: Recorded<AnyEvent>,
): fact is Recorded<UserTerritoriesChanged | UserDisabled> {
  return fact.type === 'admin.user.territories_changed' || fact.type === 'admin.user.disabled';
}

interface Step extends Move {
  readonly fact: Recorded<AnyEvent>;
  readonly source: 'leads' | 'activities';
}

/** What a fact moves; nothing where it is about no lead. */
function stepsOf(fact: Recorded<AnyEvent>): Step[] {
  const leadId = leadIdOf(fact);
  const change = (changes as ChangesOfAny)[fact.type];
  if (leadId === undefined || change === undefined) return [];
  const source = fact.type.startsWith('lead.') ? 'leads' : 'activities';
  // What activities tell is a set by nature: taking it in twice is taking it in once.
  const version = source === 'leads' ? fact.version : null;
  return [{ fact, source, leadId, version, change: (lead) => change(lead, fact) }];
}

type Changes<E extends AnyEvent> = {
  readonly [Type in E['type']]?: (lead: Lead, fact: Recorded<Extract<E, { type: Type }>>) => Lead;
};
type ChangesOfAny = Readonly<Record<string, (lead: Lead, fact: Recorded<AnyEvent>) => Lead>>;

/** What each fact changes about a lead. */
const changes: Changes<LeadEvent | ActivityEvent> = {
  'lead.registered': onRegistered,
  'lead.status_changed': onStatusChanged,
  'lead.assigned': onAssigned,
  'lead.territory.transferred': (lead, { data }) => ({ ...lead, territory: data.territory }),
  'lead.backdated': (lead, { data }) => ({ ...lead, registeredAt: data.registeredAt }),
  'lead.merged': (lead, { data }) =>
    data.leadId === data.survivorId ? { ...lead, registeredAt: data.registeredAt } : lead,
  'lead.protection.window_changed': (lead, { data }) => ({ ...lead, validUntil: data.validUntil }),
  'lead.followup.processed': onFollowUpProcessed,
  'lead.followup.postponed': (lead, { data }) => withTask(lead, data.followUpType, data.dueAt),
  'lead.followup.closed': onFollowUpClosed,
  'activity.logged': onActivityLogged,
  // Announced for evidenced activities only.
  'activity.created': (lead, { data }) => withConversion(lead, data.at),
  'activity.corrected': onActivityCorrected,
};

/** None for the record of a whole run of follow-ups, which is not counted. */
function leadIdOf({ data }: Recorded<AnyEvent>): string | undefined {
  const { leadId, entityId } = data as { leadId?: string; entityId?: string };
  return leadId ?? entityId;
}

function onRegistered(lead: Lead, { data }: Recorded<LeadRegistered>): Lead {
  const { territory, registeredAt, ownerUserId } = data;
  return { ...lead, status: 'REGISTERED', territory, registeredAt, ownerId: ownerUserId ?? null };
}

function onStatusChanged(lead: Lead, { data }: Recorded<LeadStatusChanged>): Lead {
  const { newStatus, changedAt } = data;
  const moved = { ...lead, status: newStatus };
  const isConversion = newStatus === 'QUALIFIED' || newStatus === 'CONVERTED';
  return isConversion ? withConversion(moved, changedAt) : moved;
}

function onAssigned(lead: Lead, { data }: Recorded<LeadAssigned>): Lead {
  const collaboratorIds = data.collaborators
    .filter(({ role }) => role === 'COLLABORATOR')
    .map(({ userId }) => userId);
  return { ...lead, ownerId: data.ownerUserId ?? null, collaboratorIds };
}

function onFollowUpProcessed(lead: Lead, fact: Recorded<LeadFollowupProcessed>): Lead {
  const { followUpType, success, processedAt, idempotencyKey } = fact.data;
  if (followUpType === 'BATCH') return lead;
  return withFollowUp(lead, followUpType, {
    id: idempotencyKey ?? fact.id,
    processedAt,
    success,
    dueAt: success ? processedAt : null,
  });
}

function onFollowUpClosed(lead: Lead, { data }: Recorded<LeadFollowupClosed>): Lead {
  const { followUpType, outcome, at } = data;
  const closed = withTask(lead, followUpType, null);
  return outcome === 'SUCCESS' ? { ...closed, answers: withSignal(closed.answers, at) } : closed;
}

function onActivityLogged(lead: Lead, { data, version }: Recorded<ActivityLogged>): Lead {
  const { activityId, kind, at, createdBy, visibility } = data;
  const isOwnerOnly = visibility === 'OWNER_ONLY';
  const activity = { id: activityId, version, kind, at, createdBy, isOwnerOnly };
  return withAnswer(withActivity(lead, activity), data);
}

function onActivityCorrected(lead: Lead, { data, version }: Recorded<ActivityCorrected>): Lead {
  const { activityId, kind, at } = data;
  const known = lead.activities.find((each) => each.id === activityId);
  const taken = known === undefined ? lead : withActivity(lead, { ...known, version, kind, at });
  return withAnswer(taken, data);
}

function withConversion(lead: Lead, at: string): Lead {
  const conversions = withSignal(lead.conversions, at);
  return conversions === lead.conversions ? lead : { ...lead, conversions };
}

const ANSWERS = new Set(['CUSTOMER_REACTION', 'EMAIL_RECEIVED', 'SAMPLE_FEEDBACK']);

function withAnswer(lead: Lead, { kind, at }: { kind: string; at: string }): Lead {
  if (!ANSWERS.has(kind)) return lead;
  const answers = withSignal(lead.answers, at);
  return answers === lead.answers ? lead : { ...lead, answers };
}
