import { Refusal } from '#kernel/access';
import type { LeadStageChanged } from './events.ts';
import type { Lead } from './lead.ts';
import { badInput, requireStanding, type Stamp } from './requirements.ts';
import { leadStages, type LeadStage } from './vocabulary.ts';

/** One step up; completeness of data, independent of the status. */
export function advanceStage(
  lead: Lead,
  stage: LeadStage,
  { at }: Pick<Stamp, 'at'>,
): [LeadStageChanged] {
  const { leadId, stage: oldStage } = requireStanding(lead);
  if (leadStages.indexOf(stage) !== leadStages.indexOf(oldStage) + 1) {
    throw new Refusal('ILLEGAL_TRANSITION', 'Stufen steigen einzeln und nie zurück.', 'stage');
  }
  const missing = missingFor(lead, stage);
  if (missing !== undefined) throw badInput(missing.message, missing.field);
  return [{ type: 'lead.stage_changed', data: { leadId, oldStage, newStage: stage, at } }];
}

/** What is missing for a stage, if anything; the field as the update names it. */
export function missingFor(
  lead: Lead,
  stage: LeadStage,
): { field: string; message: string } | undefined {
  const { profile } = lead;
  if (stage === 'REGISTRIERUNG') {
    if (profile.hasEmail || profile.hasPhone || lead.firstContactDocumentedAt !== null) return;
    return { field: 'email', message: 'Es fehlt ein Kontaktweg oder der Erstkontakt.' };
  }
  if (stage === 'QUALIFIZIERT') {
    if (profile.businessType === null) {
      return { field: 'businessType', message: 'Es fehlt die Art des Betriebs.' };
    }
    if (profile.kitchenSize === null && profile.employeeCount === null) {
      return { field: 'kitchenSize', message: 'Es fehlt die Küchengröße oder Mitarbeiterzahl.' };
    }
    if (profile.estimatedVolume === null) {
      return { field: 'estimatedVolume', message: 'Es fehlt das geschätzte Jahresvolumen.' };
    }
  }
  return;
}
