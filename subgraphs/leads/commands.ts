import { Refusal } from '#kernel/access';
import type { Context } from '#kernel/events';
import * as assignment from './assignment.ts';
import { changeLead } from './change.ts';
import { resumeClock, stopClock } from './clock.ts';
import { correctedAddress } from './corrected-address.ts';
import { removeContact, setConsent, setContact } from './contact.ts';
import { completeFollowUp } from './follow-up-run.ts';
import { contactInput, withoutNulls } from './lead-input.ts';
import { leadSettings } from './lead-settings.ts';
import { painOf } from './lead-view.ts';
import { convert, delete_, lose, qualify } from './outcome.ts';
import * as may from './permission.ts';
import { documentFirstContact } from './progress.ts';
import { extendProtection } from './protection-engine.ts';
import { backdate, update } from './registration.ts';
import type * as inputs from './schema.generated.ts';
import { advanceStage } from './stage.ts';
import { completeTask } from './tasks.ts';
import { territoriesHeldBy, usersHolding } from './territory-holders.ts';

export { registerLead } from './register-lead.ts';
export { importLeads, type ImportedRow } from './import-leads.ts';
export { challengeLeadOwnership } from './ownership-challenge.ts';
export { mergeLead } from './merge-lead.ts';

type Changed = Promise<{ leadId: string }>;

const { offsets, personalRights, protection } = leadSettings;

export function updateLead(context: Context, input: inputs.LeadUpdateInput): Changed {
  const { leadId: _, version: __, idempotencyKey: ___, pains, ...given } = input;
  const changes = {
    ...withoutNulls(given),
    ...(pains ? { pains: pains.map(painOf) } : {}),
  } as Parameters<typeof update>[1];
  const act = { operation: 'leadUpdate', input, may: may.mayEdit };
  return changeLead(context, act, async (lead, stamp, tx) => [
    ...update(lead, changes, stamp),
    ...(await correctedAddress(tx, lead, { contactId: null, email: changes.email }, stamp)),
  ]);
}

export function documentLeadFirstContact(
  context: Context,
  input: inputs.LeadFirstContactDocumentInput,
): Changed {
  const act = { operation: 'leadFirstContactDocument', input, may: may.mayEdit };
  return changeLead(context, act, (lead, stamp) =>
    documentFirstContact(lead, input.firstContact, stamp),
  );
}

export function advanceLeadStage(context: Context, input: inputs.LeadStageAdvanceInput): Changed {
  const act = { operation: 'leadStageAdvance', input, may: may.mayEdit };
  return changeLead(context, act, (lead, stamp) => advanceStage(lead, input.stage, stamp));
}

export function qualifyLead(context: Context, input: inputs.LeadQualifyInput): Changed {
  return changeLead(context, { operation: 'leadQualify', input, may: may.mayEdit }, qualify);
}

export function loseLead(context: Context, input: inputs.LeadLoseInput): Changed {
  const act = { operation: 'leadLose', input, may: may.mayEdit };
  return changeLead(context, act, (lead, stamp) => lose(lead, input, stamp));
}

export function convertLead(context: Context, input: inputs.LeadConvertInput): Changed {
  return changeLead(context, { operation: 'leadConvert', input, may: may.mayManage }, convert);
}

export function deleteLead(context: Context, input: inputs.LeadDeleteInput): Changed {
  const act = { operation: 'leadDelete', input, may: may.mayManage };
  return changeLead(context, act, (lead, stamp) => delete_(lead, input, stamp));
}

export function reassignLead(context: Context, input: inputs.LeadReassignInput): Changed {
  const act = { operation: 'leadReassign', input, may: may.mayManage };
  return changeLead(context, act, async (lead, stamp, tx) => {
    const ownerTerritories = await territoriesHeldBy(tx, input.ownerUserId);
    return assignment.reassign(lead, { ...input, ownerTerritories, protection }, stamp);
  });
}

export function overrideLeadProtection(
  context: Context,
  input: inputs.LeadProtectionOverrideInput,
): Changed {
  const act = {
    operation: 'leadProtectionOverride',
    input,
    may: (lead: may.Held, actor: Context['actor']) =>
      may.mayOverride(lead, actor, input.ownerUserId, personalRights),
  };
  return changeLead(context, act, async (lead, stamp, tx) => {
    const ownerTerritories = await territoriesHeldBy(tx, input.ownerUserId);
    return assignment.overrideProtection(lead, { ...input, ownerTerritories, protection }, stamp);
  });
}

export function transferLeadTerritory(
  context: Context,
  input: inputs.LeadTerritoryTransferInput,
): Changed {
  const act = {
    operation: 'leadTerritoryTransfer',
    input,
    may: (lead: may.Held, actor: Context['actor']) => may.mayTransfer(lead, actor, input.territory),
  };
  return changeLead(context, act, async (lead, stamp, tx) => {
    const people = [lead.ownerUserId, ...lead.collaborators.map((each) => each.userId)];
    const holders = await usersHolding(
      tx,
      input.territory,
      people.filter((id) => id !== null),
    );
    return assignment.transferTerritory(lead, { ...input, holders }, stamp);
  });
}

export function backdateLead(context: Context, input: inputs.LeadBackdateInput): Changed {
  // The name of the act in the audit trail is older than this graph.
  const act = { operation: 'lead_registered_at_backdated', input, may: may.mayManage };
  return changeLead(context, act, (lead, stamp) => backdate(lead, input, stamp, offsets));
}

export function extendLeadProtection(
  context: Context,
  input: inputs.LeadProtectionExtendInput,
): Changed {
  const act = { operation: 'leadProtectionExtend', input, may: may.mayManage };
  return changeLead(context, act, (lead, stamp) => extendProtection(lead, input, stamp));
}

const mayStop = (lead: may.Held, actor: Context['actor']): boolean =>
  may.mayStopClock(lead, actor, personalRights);

export function stopLeadClock(context: Context, input: inputs.LeadClockStopInput): Changed {
  const act = { operation: 'leadClockStop', input, may: mayStop };
  return changeLead(context, act, (lead, stamp) => stopClock(lead, input, stamp));
}

export function resumeLeadClock(context: Context, input: inputs.LeadClockResumeInput): Changed {
  return changeLead(context, { operation: 'leadClockResume', input, may: mayStop }, resumeClock);
}

export function setLeadCollaborator(
  context: Context,
  input: inputs.LeadCollaboratorSetInput,
): Changed {
  const act = { operation: 'leadCollaboratorSet', input, may: may.mayOwn };
  return changeLead(context, act, async (lead, _, tx) => {
    const { userId, role = null, level } = input;
    const holders = await usersHolding(tx, lead.territory, [userId]);
    if (role !== null && !holders.has(userId)) {
      throw new Refusal(
        'BAD_USER_INPUT',
        'Diese Person betreut das Gebiet des Leads nicht.',
        'userId',
      );
    }
    const contactFocus = input.contactFocus?.filter((group) => group !== 'OTHER');
    return assignment.setCollaborator(lead, { userId, role, level, contactFocus });
  });
}

export function setLeadConsent(context: Context, input: inputs.LeadConsentSetInput): Changed {
  const act = { operation: 'leadConsentSet', input, may: may.mayAssist };
  const { contactId = null, emailConsent } = input;
  return changeLead(context, act, (lead, stamp) =>
    setConsent(lead, { contactId, emailConsent }, stamp),
  );
}

export function setLeadContact(context: Context, input: inputs.LeadContactSetInput): Changed {
  const act = { operation: 'leadContactSet', input, may: may.mayAssist };
  const contactId = input.contactId ?? context.newId();
  const contact = contactInput(contactId, input.contact);
  return changeLead(context, act, async (lead, stamp, tx) => [
    ...setContact(lead, contact, stamp),
    ...(await correctedAddress(tx, lead, { contactId, email: contact.email }, stamp)),
  ]);
}

export function removeLeadContact(context: Context, input: inputs.LeadContactRemoveInput): Changed {
  const act = { operation: 'leadContactRemove', input, may: may.mayAssist };
  return changeLead(context, act, (lead, stamp) => removeContact(lead, input.contactId, stamp));
}

export async function completeLeadTask(
  context: Context,
  input: inputs.LeadTaskCompleteInput,
): Promise<{ taskId: string }> {
  const act = { operation: 'leadTaskComplete', input, may: may.mayManage };
  await changeLead(context, act, (lead, stamp) => completeTask(lead, input, stamp));
  return { taskId: input.taskId };
}

export function completeLeadFollowUp(
  context: Context,
  input: inputs.LeadFollowUpCompleteInput,
): Changed {
  const act = { operation: 'leadFollowUpComplete', input, may: may.mayAssist };
  const { type: followUpType, outcome, dueAt } = input;
  return changeLead(context, act, (lead, stamp) =>
    completeFollowUp(lead, { followUpType, outcome, ...(dueAt ? { dueAt } : {}) }, stamp),
  );
}
