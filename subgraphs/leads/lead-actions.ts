import type { Actor } from '#kernel/access';
import type { Timestamp } from './calendar.ts';
import { isPending } from './follow-up.ts';
import type { Lead } from './lead.ts';
import { mayAssist, mayEdit, mayManage, mayOwn } from './permission.ts';
import { isOpen } from './requirements.ts';
import type { LeadAction } from './schema.generated.ts';
import { missingFor } from './stage.ts';
import { canMove, hasOpenHold } from './status.ts';
import { leadStages } from './vocabulary.ts';

/** The moves a caller may make on a lead now, in the order of the buttons. */
export function actionsFor(lead: Lead, actor: Actor, now: Timestamp): LeadAction[] {
  const edits = mayEdit(lead, actor);
  const manages = mayManage(lead, actor);
  const open = isOpen(lead);
  const isDeleted = lead.status === 'DELETED';
  const next = leadStages[leadStages.indexOf(lead.stage) + 1];
  const hasTask = Object.values(lead.followUps).some((followUp) => isPending(followUp, now));
  const possible: [LeadAction, boolean][] = [
    ['QUALIFY', edits && canMove(lead, 'QUALIFIED', 'QUALIFICATION')],
    ['FOLLOW_UP_COMPLETE', mayAssist(lead, actor) && hasTask],
    ['FIRST_CONTACT_DOCUMENT', edits && open && lead.firstContactDocumentedAt === null],
    ['STAGE_ADVANCE', edits && open && next !== undefined && missingFor(lead, next) === undefined],
    ['UPDATE', edits && open],
    ['CONTACT_SET', mayAssist(lead, actor) && open],
    ['COLLABORATOR_SET', mayOwn(lead, actor) && open],
    ['CONVERT', manages && canMove(lead, 'CONVERTED', 'CONVERSION')],
    ['LOSE', edits && canMove(lead, 'LOST', 'LOSS')],
    ['REASSIGN', manages && !isDeleted && (open || lead.status === 'EXPIRED')],
    ['CLOCK_STOP', manages && open && !hasOpenHold(lead)],
    ['CLOCK_RESUME', manages && !isDeleted && hasOpenHold(lead)],
    ['PROTECTION_EXTEND', manages && open && lead.protection !== null],
    ['PROTECTION_OVERRIDE', manages && canMove(lead, 'ACTIVE', 'OVERRIDE')],
    ['BACKDATE', manages && open],
    ['DELETE', manages && canMove(lead, 'DELETED', 'DELETION')],
  ];
  return possible.flatMap(([action, isPossible]) => (isPossible ? [action] : []));
}
