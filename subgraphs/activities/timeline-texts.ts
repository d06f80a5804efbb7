import type { TimelineExtended } from './events.ts';
import type { ActivityKind } from './evidence.ts';

type Arguments = TimelineExtended['data']['arguments'];
type Category = TimelineExtended['data']['category'];

export interface TimelineText {
  readonly title: string;
  /** Null where the title says it all. */
  readonly text: string | null;
  /** Name of a pictogram of the cockpit. */
  readonly icon: string;
  readonly colour: 'primary' | 'success' | 'error' | 'info' | 'default';
}

/** German words for a line of the timeline, made when it is read: a better wording needs no migration. */
export function timelineText(messageKey: string, values: Arguments): TimelineText {
  const write = messages[messageKey];
  if (write === undefined) return line('Ereignis', null, 'info', 'default');
  return write((name) => String(values[name] ?? ''));
}

/** Where an activity stands on the timeline. */
export function timelineKindOf(kind: ActivityKind): { category: Category; kind: string } {
  const category = kind === 'ORDER' ? 'transaction' : 'interaction';
  return { category, kind: timelineKinds[kind] ?? kind.toLowerCase() };
}

const timelineKinds: Partial<Record<ActivityKind, string>> = {
  CALL: 'call_logged',
  QUALIFIED_CALL: 'call_logged',
  EMAIL: 'email_sent',
  NOTE: 'note_added',
};

type Value = (name: string) => string;

function line(
  title: string,
  text: string | null,
  icon: string,
  colour: TimelineText['colour'],
): TimelineText {
  return { title, text, icon, colour };
}

const messages: Readonly<Record<string, (value: Value) => TimelineText>> = {
  activity: (value) =>
    line(
      activityTitles[value('kind')] ?? 'Aktivität',
      outcomes[value('outcome')] ?? null,
      activityIcons[value('kind')] ?? 'chat',
      value('kind') === 'ORDER' ? 'success' : 'primary',
    ),
  'lead.registered': (value) =>
    line('Lead registriert', `Quelle: ${sources[value('source')] ?? '–'}`, 'flag', 'primary'),
  'lead.status_changed': (value) =>
    line(
      `Status: ${statuses[value('newStatus')] ?? '–'}`,
      `Vorher: ${statuses[value('oldStatus')] ?? '–'}`,
      statusIcons[value('newStatus')] ?? 'arrowRight',
      statusColours[value('newStatus')] ?? 'info',
    ),
  'lead.stage_changed': (value) =>
    line(
      `Stufe: ${stages[value('newStage')] ?? '–'}`,
      `Vorher: ${stages[value('oldStage')] ?? '–'}`,
      'arrowUp',
      'info',
    ),
  'lead.first_contact.documented': (value) =>
    line('Erstkontakt dokumentiert', channels[value('channel')] ?? null, 'chat', 'primary'),
  'lead.assigned': (value) =>
    line(assignments[value('cause')] ?? 'Zuordnung geändert', null, 'people', 'info'),
  'lead.clock.stopped': (value) =>
    line('Uhr angehalten', holds[value('kind')] ?? null, 'pause', 'info'),
  'lead.clock.resumed': () => line('Uhr läuft wieder', null, 'clock', 'info'),
  'lead.protection.extended': (value) =>
    line('Leadschutz verlängert', `Um ${months(value('months'))}`, 'shield', 'info'),
  'lead.protection.reminder': () => line('Erinnerung ausgelöst', null, 'alert', 'info'),
  'lead.protection.reminder_sent': () =>
    line('Erinnerung zugestellt', 'Die Nachfrist läuft.', 'mail', 'info'),
  'lead.protection.expired': () => line('Leadschutz abgelaufen', null, 'shield', 'error'),
  'lead.backdated': () => line('Registrierung rückdatiert', null, 'calendar', 'info'),
  'lead.territory.transferred': (value) =>
    line('Gebiet gewechselt', `Jetzt ${value('territory')}`, 'globe', 'info'),
  'lead.merged': () => line('Dublette zusammengeführt', null, 'link', 'info'),
  'lead.pseudonymized': () => line('Personendaten entfernt', null, 'shield', 'default'),
  'lead.contact.blocked': (value) =>
    value('isBlocked') === 'true'
      ? line('Kontakt gesperrt', null, 'cross', 'error')
      : line('Kontaktsperre aufgehoben', null, 'check', 'info'),
  'lead.consent.changed': (value) =>
    value('emailConsent') === 'true'
      ? line('Einwilligung für E-Mail erteilt', null, 'check', 'info')
      : line('Einwilligung für E-Mail widerrufen', null, 'cross', 'error'),
  'lead.opportunity.linked': () => line('Verkaufschance angelegt', null, 'star', 'primary'),
  'lead.followup.processed': (value) =>
    value('success') === 'true'
      ? line(`${followUp(value)} versandt`, null, 'mail', 'info')
      : line(`${followUp(value)} nicht zustellbar`, null, 'alert', 'error'),
  'lead.followup.closed': (value) =>
    line(
      `${followUp(value)} erledigt`,
      followUpOutcomes[value('outcome')] ?? null,
      value('outcome') === 'CANCELED' ? 'cross' : 'check',
      'info',
    ),
  'communication.message.sent': (value) =>
    line('E-Mail versandt', purposes[value('purpose')] ?? null, 'mail', 'info'),
  'communication.message.failed': (value) =>
    line('E-Mail nicht zustellbar', purposes[value('purpose')] ?? null, 'alert', 'error'),
  'communication.message.bounced': (value) =>
    line('E-Mail kam zurück', purposes[value('purpose')] ?? null, 'alert', 'error'),
  'communication.message.received': () => line('E-Mail erhalten', null, 'mail', 'info'),
};

function followUp(value: Value): string {
  return value('followUpType') === 'T7' ? 'Nachfassen T+7' : 'Nachfassen T+3';
}

function months(count: string): string {
  return count === '1' ? '1 Monat' : `${count} Monate`;
}

type Words = Readonly<Record<string, string>>;

const activityTitles: Words = {
  QUALIFIED_CALL: 'Qualifiziertes Telefonat',
  CUSTOMER_REACTION: 'Reaktion des Kunden',
  SCHEDULED_FOLLOWUP: 'Vereinbarte Wiedervorlage',
  SAMPLE_FEEDBACK: 'Rückmeldung zum Muster',
  ROI_PRESENTATION: 'ROI-Gespräch',
  MEETING: 'Termin',
  DEMO: 'Vorführung',
  SAMPLE_SENT: 'Muster versandt',
  EMAIL: 'E-Mail',
  CALL: 'Telefonat',
  ORDER: 'Bestellung',
  REACTIVATED: 'Reaktiviert',
  FIRST_CONTACT_DOCUMENTED: 'Erstkontakt dokumentiert',
  PRODUCTTEST_FEEDBACK: 'Rückmeldung zum Produkttest',
  ROI_CONSULTATION: 'ROI-Beratung',
  MENU_INTEGRATION: 'Aufnahme in die Speisekarte',
  DECISION_ALIGNMENT: 'Abstimmung der Entscheidung',
  TRAINING: 'Schulung',
  QUALITY_CHECK: 'Qualitätsprüfung',
  TASK: 'Aufgabe',
  PROPOSAL_SENT: 'Angebot versandt',
  STAGE_CHANGED: 'Phase geändert',
  CALCULATOR_USED: 'ROI-Rechner genutzt',
  DOCUMENT_SENT: 'Unterlagen versandt',
  EXPANSION_CALL: 'Gespräch zur Erweiterung',
  PRODUCT_DEMO: 'Produktvorführung',
  CONTRACT_RENEWAL: 'Vertragsverlängerung',
  NOTE: 'Notiz',
  FOLLOW_UP: 'Nachfassen',
  EMAIL_RECEIVED: 'E-Mail erhalten',
};

const activityIcons: Words = {
  QUALIFIED_CALL: 'phone',
  CALL: 'phone',
  EXPANSION_CALL: 'phone',
  EMAIL: 'mail',
  EMAIL_RECEIVED: 'mail',
  DOCUMENT_SENT: 'mail',
  PROPOSAL_SENT: 'mail',
  MEETING: 'calendar',
  DEMO: 'people',
  PRODUCT_DEMO: 'people',
  TRAINING: 'people',
  NOTE: 'note',
  TASK: 'check',
  SAMPLE_SENT: 'leaf',
  SAMPLE_FEEDBACK: 'leaf',
  ORDER: 'star',
};

const outcomes: Words = {
  SUCCESSFUL: 'Erfolgreich',
  UNSUCCESSFUL: 'Ohne Erfolg',
  NO_ANSWER: 'Nicht erreicht',
  CALLBACK_REQUESTED: 'Rückruf gewünscht',
  INFO_SENT: 'Informationen gesendet',
  QUALIFIED: 'Qualifiziert',
  DISQUALIFIED: 'Nicht geeignet',
};

const sources: Words = {
  MESSE: 'Messe',
  EMPFEHLUNG: 'Empfehlung',
  TELEFON: 'Telefon',
  WEB_FORMULAR: 'Webformular',
  PARTNER: 'Partner',
  SONSTIGES: 'Sonstiges',
};

const statuses: Words = {
  REGISTERED: 'Registriert',
  ACTIVE: 'Aktiv',
  REMINDER: 'Erinnerung',
  GRACE_PERIOD: 'Nachfrist',
  QUALIFIED: 'Qualifiziert',
  CONVERTED: 'Gewonnen',
  LOST: 'Verloren',
  EXPIRED: 'Abgelaufen',
  DELETED: 'Gelöscht',
};
const statusIcons: Words = {
  CONVERTED: 'star',
  QUALIFIED: 'check',
  LOST: 'cross',
  EXPIRED: 'cross',
};
const statusColours: Readonly<Record<string, TimelineText['colour']>> = {
  CONVERTED: 'success',
  LOST: 'error',
  EXPIRED: 'error',
  DELETED: 'error',
};

const stages: Words = {
  VORMERKUNG: 'Vormerkung',
  REGISTRIERUNG: 'Registrierung',
  QUALIFIZIERT: 'Qualifiziert',
};

const channels: Words = {
  MESSE: 'Messe',
  PHONE: 'Telefon',
  EMAIL: 'E-Mail',
  REFERRAL: 'Empfehlung',
  OTHER: 'Anderer Weg',
};

const assignments: Words = {
  REASSIGNMENT: 'Neu zugeteilt',
  OVERRIDE: 'Leadschutz neu vergeben',
  EXPIRY: 'Inhaberschaft beendet',
  TERRITORY: 'Inhaberschaft beendet',
  COLLABORATORS: 'Mitwirkende geändert',
};

const holds: Words = {
  FFZ_PRICE_APPROVAL: 'Preisfreigabe steht aus',
  FFZ_SAMPLE_DELAY: 'Muster verzögert',
  FFZ_SUPPLY_ISSUE: 'Lieferengpass',
  CUSTOMER_BLOCKED: 'Kunde ist verhindert',
  OTHER: 'Anderer Grund',
};

const followUpOutcomes: Words = {
  SUCCESS: 'Erfolgreich',
  NO_ANSWER: 'Keine Antwort',
  CANCELED: 'Entfallen',
};

const purposes: Words = {
  T3_FOLLOWUP: 'Nachfassen T+3',
  T7_FOLLOWUP: 'Nachfassen T+7',
  PROTECTION_REMINDER: 'Erinnerung zum Leadschutz',
  EXPIRY_NOTICE: 'Hinweis zum Ablauf des Leadschutzes',
  MANUAL: 'Persönliche Nachricht',
};
