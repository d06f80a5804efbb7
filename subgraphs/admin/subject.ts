import type { SubjectErased } from './events.ts';

/** As much of a fact about a person as decides what may become of his data. */
export interface KnownFact {
  readonly module: string;
  readonly type: string;
  readonly time: string;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly data: unknown;
}

/** Customers, orders and what explains them stay ten years from the end of the calendar year. */
const RETENTION_YEARS = 10;

export function endOfRetention(year: number): Date {
  return new Date(Date.UTC(year + RETENTION_YEARS + 1, 0, 1));
}

/** Where the person was recorded. */
export function kindOf(
  subjectId: string,
  facts: readonly KnownFact[],
): SubjectErased['data']['kind'] {
  const own = facts.find(({ aggregateId }) => aggregateId === subjectId);
  if (own?.aggregateType === 'user') return 'USER';
  return own?.aggregateType === 'lead' ? 'LEAD' : 'CONTACT';
}

/**
 * When what the law keeps may go; null where nothing has to stay. A lead without a contract has no
 * such duty: only one that became a customer has.
 */
export function retainedUntil(facts: readonly KnownFact[]): Date | null {
  const years = facts.filter(isContract).map(({ time }) => new Date(time).getUTCFullYear());
  return years.length === 0 ? null : endOfRetention(Math.max(...years));
}

function isContract({ type, data }: KnownFact): boolean {
  if (type !== 'lead.status_changed') return false;
  return (data as { newStatus?: string }).newStatus === 'CONVERTED';
}

/** What a context keeps about people, why and how long; shown in the answer to a request. */
const PROCESSING: Readonly<Record<string, { source: string; purpose: string; period: string }>> = {
  leads: {
    source: 'Vertrieb, Leads und Ansprechpartner',
    purpose: 'Anbahnung von Verträgen (Art. 6 Abs. 1 b, f DSGVO)',
    period:
      'Kontaktdaten bis 60 Tage nach Ablauf des Schutzes, Schlüssel bis 365 Tage nach Verlust; Kunden 10 Jahre',
  },
  activities: {
    source: 'Vertrieb, Kontakthistorie',
    purpose: 'Nachvollziehen der Betreuung (Art. 6 Abs. 1 b, f DSGVO)',
    period: 'wie der Lead, zu dem sie gehören',
  },
  communication: {
    source: 'Nachrichten an Sie',
    purpose: 'Beantworten und Nachfassen (Art. 6 Abs. 1 a, b DSGVO)',
    period: 'Geschäftsbriefe 6 Jahre, sonst wie der Lead',
  },
  admin: {
    source: 'Benutzerverwaltung und Prüfpfad',
    purpose: 'Zugang und Nachweis (Art. 6 Abs. 1 c, f DSGVO)',
    period: 'Prüfpfad 10 Jahre',
  },
};

const UNKNOWN = {
  source: 'abgeleitete Kennzahlen',
  purpose: 'Übersicht für den Vertrieb',
  period: 'wie die Quelle',
};

export function processingOf(module: string): { source: string; purpose: string; period: string } {
  return PROCESSING[module] ?? UNKNOWN;
}
