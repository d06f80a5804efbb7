/** What people may record. The last group of the catalogue is the system's own and never evidence. */
export const humanKinds = [
  'QUALIFIED_CALL',
  'CUSTOMER_REACTION',
  'SCHEDULED_FOLLOWUP',
  'SAMPLE_FEEDBACK',
  'ROI_PRESENTATION',
  'MEETING',
  'DEMO',
  'SAMPLE_SENT',
  'EMAIL',
  'CALL',
  'ORDER',
  'REACTIVATED',
  'FIRST_CONTACT_DOCUMENTED',
  'PRODUCTTEST_FEEDBACK',
  'ROI_CONSULTATION',
  'MENU_INTEGRATION',
  'DECISION_ALIGNMENT',
  'TRAINING',
  'QUALITY_CHECK',
  'TASK',
  'PROPOSAL_SENT',
  'STAGE_CHANGED',
  'CALCULATOR_USED',
  'DOCUMENT_SENT',
  'EXPANSION_CALL',
  'PRODUCT_DEMO',
  'CONTRACT_RENEWAL',
  'NOTE',
  'FOLLOW_UP',
] as const;

export const systemKinds = [
  'EMAIL_RECEIVED',
  'LEAD_ASSIGNED',
  'STATUS_CHANGE',
  'CREATED',
  'DELETED',
  'REMINDER_SENT',
  'GRACE_PERIOD_STARTED',
  'EXPIRED',
  'CLOCK_STOPPED',
  'CLOCK_RESUMED',
] as const;

export type HumanKind = (typeof humanKinds)[number];
export type ActivityKind = HumanKind | (typeof systemKinds)[number];

/** Default of `lead.activity.evidenceKinds`. */
export const defaultEvidenceKinds: readonly ActivityKind[] = [
  'QUALIFIED_CALL',
  'CUSTOMER_REACTION',
  'SCHEDULED_FOLLOWUP',
  'SAMPLE_FEEDBACK',
  'ROI_PRESENTATION',
  'MEETING',
  'DEMO',
];

/** From here on the catalogue lists work on offers and notes, which wake up no lead. */
const FIRST_MEANINGLESS = humanKinds.indexOf('TASK');

const never: ReadonlySet<string> = new Set(['NOTE', 'FOLLOW_UP', ...systemKinds]);

export interface Deed {
  readonly kind: ActivityKind;
  /** When it took place, canonical timestamp. */
  readonly at: string;
  readonly leadId: string | null;
}

/**
 * Whether an activity proves progress. Asked once, when it is recorded; whoever records it may act on
 * the lead, which is checked before.
 */
export function isEvidence(
  { kind, at, leadId }: Deed,
  now: string,
  evidenceKinds: readonly ActivityKind[] = defaultEvidenceKinds,
): boolean {
  return leadId !== null && at <= now && !never.has(kind) && evidenceKinds.includes(kind);
}

/** Whether an activity shows that somebody works on the lead, evidence or not. */
export function isMeaningful(kind: ActivityKind): boolean {
  return isHumanKind(kind) && humanKinds.indexOf(kind) < FIRST_MEANINGLESS;
}

export function isHumanKind(kind: string): kind is HumanKind {
  return (humanKinds as readonly string[]).includes(kind);
}
