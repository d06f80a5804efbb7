import { hasRole, seesTerritory } from '#kernel/access';
import { inClear, type Kept } from '#kernel/events';
import { subscription, withUserErrors, type ResolverContext } from '#kernel/graphql';
import * as commands from './commands.ts';
import { findDuplicates } from './duplicate-search.ts';
import { leadEvents } from './events.ts';
import { actionsFor } from './lead-actions.ts';
import * as view from './lead-view.ts';
import { preClaimOf } from './pre-claim.ts';
import { followUpById, isReadable, leadById, listLeads, triage, type LeadPage } from './queries.ts';
import { isHidden, isRestricted } from './restrictions.ts';
import type { Resolvers } from './schema.generated.ts';
import type { LeadRow, TaskRow } from './tables.ts';
import { listTasks, reasonOf, taskById, type TaskPage } from './task-queries.ts';

type Command<Input> = (context: ResolverContext, input: Input) => Promise<{ leadId: string }>;

/** A mutation: the command, then the lead as it is afterwards; null when the caller lost sight of it. */
const changing =
  <Input>(command: Command<Input>) =>
  (_: unknown, { input }: { input: Input }, context: ResolverContext) =>
    withUserErrors({ lead: null }, async () => {
      const { leadId } = await command(context, input);
      return { lead: (await leadById(context, leadId)) as never };
    });

export const resolvers: Resolvers = {
  Query: {
    lead: (_, { id }, context) => leadById(context, id) as never,
    leads: (_, { filter, ...page }, context) => listLeads(context, page, filter ?? {}) as never,
    leadTriage: (_, { territory, ...page }, context) => triage(context, page, territory) as never,
    leadTasks: (_, { filter, ...page }, context) => listTasks(context, page, filter ?? {}) as never,
    leadDuplicates: (_, { input }, context) => findDuplicates(context, input) as never,
  },
  Mutation: {
    leadRegister: changing(commands.registerLead),
    leadImport: (_, { input }, context) =>
      withUserErrors({ rows: null, nextRow: null }, async () => {
        const { rows, nextRow } = await commands.importLeads(context, input);
        return { rows: rows as never, nextRow };
      }),
    leadUpdate: changing(commands.updateLead),
    leadFirstContactDocument: changing(commands.documentLeadFirstContact),
    leadStageAdvance: changing(commands.advanceLeadStage),
    leadQualify: changing(commands.qualifyLead),
    leadLose: changing(commands.loseLead),
    leadConvert: changing(commands.convertLead),
    leadDelete: changing(commands.deleteLead),
    leadMerge: changing(commands.mergeLead),
    leadReassign: changing(commands.reassignLead),
    leadTerritoryTransfer: changing(commands.transferLeadTerritory),
    leadBackdate: changing(commands.backdateLead),
    leadProtectionExtend: changing(commands.extendLeadProtection),
    leadProtectionOverride: changing(commands.overrideLeadProtection),
    leadClockStop: changing(commands.stopLeadClock),
    leadClockResume: changing(commands.resumeLeadClock),
    leadCollaboratorSet: changing(commands.setLeadCollaborator),
    leadConsentSet: changing(commands.setLeadConsent),
    leadContactSet: changing(commands.setLeadContact),
    leadContactRemove: changing(commands.removeLeadContact),
    leadFollowUpComplete: changing(commands.completeLeadFollowUp),
    leadTaskComplete: (_, { input }, context) =>
      withUserErrors({ task: null }, async () => {
        const { taskId } = await commands.completeLeadTask(context, input);
        return { task: (await taskById(context, taskId)) as never };
      }),
    leadOwnershipChallenge: (_, { input }, context) =>
      withUserErrors({ accepted: false }, () => commands.challengeLeadOwnership(context, input)),
  },
  Subscription: {
    leadChanged: subscription(
      ({ id }: { id?: string | null }, context) => leadChanges(context, id ?? undefined),
      (change) => change as never,
    ),
  },
  LeadConnection: { totalCount: (connection) => (connection as unknown as LeadPage).totalCount() },
  LeadChange: { lead: ({ leadId }, _, context) => leadById(context, String(leadId)) as never },
  LeadImportRow: {
    lead: (row, _, context) =>
      importedLead(context, row as unknown as commands.ImportedRow) as never,
    userErrors: (row) => {
      const { fault } = row as unknown as commands.ImportedRow;
      return fault === null ? [] : [fault];
    },
  },
  LeadTaskConnection: {
    totalCount: (connection) => (connection as unknown as TaskPage).totalCount(),
  },
  LeadTask: taskFields(),
  Lead: leadFields(),
  LeadContact: {
    processingRestricted: ({ id }, _, context) => isRestricted(context, String(id)),
  },
  FollowUp: {
    __resolveReference: async ({ id }: { id: string }, context: ResolverContext) => {
      const row = await followUpById(context, id);
      if (row === null) return null;
      const now = context.clock.now().getTime();
      const isOverdue =
        row.status === 'PENDING' && row.dueAt != null && row.dueAt.getTime() < now - 86_400_000;
      return { ...row, isOverdue } as never;
    },
  },
};

function leadFields(): NonNullable<Resolvers['Lead']> {
  const row = (lead: unknown): LeadRow => lead as LeadRow;
  const now = (context: ResolverContext): string => context.clock.now().toISOString();
  const profile = (lead: unknown) => row(lead).state.profile;
  return {
    __resolveReference: ({ id }: { id: string }, context: ResolverContext) =>
      leadById(context, id) as never,
    email: (lead, _, context) => usable(context, row(lead).id, row(lead).detail.email),
    phone: (lead, _, context) => usable(context, row(lead).id, row(lead).detail.phone),
    processingRestricted: (lead, _, context) => isRestricted(context, row(lead).id),
    website: (lead, _, context) => inClear(context, row(lead).detail.website ?? null),
    street: (lead) => row(lead).detail.street ?? null,
    countryCode: (lead) => row(lead).detail.countryCode ?? row(lead).territory,
    businessType: (lead) => profile(lead).businessType,
    kitchenSize: (lead) => profile(lead).kitchenSize,
    employeeCount: (lead) => profile(lead).employeeCount,
    estimatedVolume: (lead) => profile(lead).estimatedVolume,
    branchCount: (lead) => row(lead).detail.branchCount ?? 1,
    isChain: (lead) => row(lead).detail.isChain ?? false,
    budget: (lead) => profile(lead).budget,
    dealSize: (lead) => view.dealSizeView(row(lead)),
    pains: (lead) => profile(lead).pains.map(view.painName),
    painNotes: (lead, _, context) => personalText(context, row(lead).detail.painNotes),
    urgency: (lead) => profile(lead).urgency,
    relationshipStatus: (lead) => profile(lead).relationshipStatus,
    decisionMakerAccess: (lead) => profile(lead).decisionMakerAccess,
    competitorInUse: (lead, _, context) =>
      inClear(context, row(lead).detail.competitorInUse ?? null),
    internalChampionName: (lead, _, context) =>
      personalText(context, row(lead).detail.internalChampionName),
    source: (lead) => row(lead).state.source,
    sourceCampaign: (lead) => row(lead).detail.sourceCampaign ?? null,
    owner: (lead) => reference(row(lead).ownerId),
    ownerUserId: (lead) => row(lead).ownerId ?? null,
    collaborators: (lead) =>
      row(lead).state.collaborators.map((each) => ({
        ...each,
        user: { id: each.userId },
        contactFocus: [...each.contactFocus],
        since: row(lead).detail.assignedSince?.[each.userId] ?? row(lead).registeredAt,
      })),
    collaboratorUserIds: (lead) => row(lead).collaboratorIds,
    registeredAtSource: (lead) => row(lead).detail.registeredAtSource ?? 'system',
    firstContactDocumentedAt: (lead) => row(lead).state.firstContactDocumentedAt,
    protection: (lead, _, context) =>
      view.protectionView(
        row(lead).state,
        (hold) => inClear(context, row(lead).detail.holdReasons?.[hold] ?? null),
        now(context),
      ) as never,
    preClaim: (lead, _, context) => preClaimOf(row(lead).state, now(context)),
    emailConsent: (lead) => row(lead).state.emailConsent,
    contactBlocked: (lead) => row(lead).state.isContactBlocked,
    score: (lead) => view.scoreView(row(lead).state),
    contacts: (lead, _, context) => personal(context, contactsOf(context, row(lead))),
    tracks: (lead) => view.tracksView(row(lead).state),
    followUps: (lead, _, context) =>
      view.followUpViews(row(lead).id, row(lead).state, now(context)),
    actions: (lead, _, context) => actionsFor(row(lead).state, context.actor, now(context)),
    mergedIntoId: (lead) => row(lead).state.mergedInto,
  };
}

function importedLead(context: ResolverContext, { leadId }: commands.ImportedRow) {
  return leadId === null ? null : leadById(context, leadId);
}

function taskFields(): NonNullable<Resolvers['LeadTask']> {
  const row = (task: unknown): TaskRow => task as TaskRow;
  const isOwners = (task: unknown): boolean => row(task).receivers.includes('OWNER');
  return {
    lead: (task, _, context) => leadById(context, row(task).leadId) as never,
    ownerUserId: (task) => (isOwners(task) ? (row(task).ownerId ?? null) : null),
    raisedBy: (task) => reference(row(task).raisedBy),
    reason: (task, _, context) => {
      const own = personal(context, row(task));
      return own === null ? null : reasonOf(context, own);
    },
    completedBy: (task) => reference(row(task).completedBy),
    canComplete: (task, _, { actor }) =>
      row(task).status === 'OPEN' && hasRole(actor, 'manager', 'admin'),
  };
}

/** Of a person whose processing is restricted people see that alone. */
function contactsOf(context: ResolverContext, { people }: LeadRow) {
  return Promise.all(
    Object.values(people).map(async (person) =>
      (await isHidden(context, person.contactId))
        ? view.restrictedContactView(person)
        : view.contactView(await inClear(context, person)),
    ),
  );
}

/** Contact data of a lead itself, while they may be used. */
async function usable(
  context: ResolverContext,
  leadId: string,
  kept: Kept | undefined,
): Promise<string | null> {
  const own = personal(context, kept);
  return own === null || (await isHidden(context, leadId)) ? null : inClear(context, own);
}

/** Contact data in clear, for those who may see it. */
function personalText(context: ResolverContext, kept: Kept | undefined): Promise<string | null> {
  return inClear(context, personal(context, kept));
}

/** Contact data, for those who may see it. */
function personal<Value>(context: ResolverContext, value: Value | null | undefined): Value | null {
  return context.actor.scopes.has('contacts:read') ? (value ?? null) : null;
}

function reference(id: string | null | undefined): { id: string } | null {
  return id === null || id === undefined ? null : { id };
}

async function* leadChanges(context: ResolverContext, id: string | undefined) {
  const facts = context.feed.subscribe({
    types: Object.keys(leadEvents.facts),
    from: context.resumeFrom,
    signal: context.signal,
    actor: context.actor,
  });
  for await (const fact of facts) {
    if (fact.aggregateType !== 'lead' || (id !== undefined && fact.aggregateId !== id)) continue;
    if (!seesTerritory(context.actor, fact.territory)) continue;
    if (!(await isReadable(context, fact.aggregateId))) continue;
    yield { position: fact.position, leadId: fact.aggregateId, type: fact.type, at: fact.time };
  }
}
