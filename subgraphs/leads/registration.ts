import { Refusal } from '#kernel/access';
import { plusMs, type Timestamp } from './calendar.ts';
import type { LeadBackdated, LeadEvent, LeadRegistered, LeadUpdated } from './events.ts';
import { companyName, known, profile } from './fields.ts';
import { defaultOffsets, type FollowUpOffsets } from './follow-up.ts';
import { anchorFollowUps } from './follow-up-run.ts';
import { after, type Lead } from './lead.ts';
import { currencyOf, isMoney } from './money.ts';
import { documentFirstContact, type FirstContact } from './progress.ts';
import type { ProtectionTerms } from './protection.ts';
import {
  badInput,
  requireEmail,
  requireReason,
  requireStanding,
  type Stamp,
} from './requirements.ts';
import { advanceStage } from './stage.ts';
import { territories, type Territory } from './vocabulary.ts';

type Registered = LeadRegistered['data'];
type Updated = LeadUpdated['data'];

/** What people tell about a lead; the derived flags are computed here. */
export type ProfileInput = Omit<
  Updated,
  'leadId' | 'changed' | 'at' | 'companyName' | 'hasEmail' | 'hasPhone' | 'hasChampion'
>;

export interface Registration extends ProfileInput {
  readonly leadId: string;
  readonly companyName: string;
  readonly city: string;
  readonly countryCode: string;
  readonly source: Registered['source'];
  readonly sourceCampaign?: string | null | undefined;
  readonly registeredAtSource?: 'system' | 'manual' | 'import' | undefined;
  readonly season?: string | null | undefined;
  readonly partnerOrgId?: string | null | undefined;
  readonly emailConsent?: boolean | undefined;
  /** Null for leads of partners and of the public form: they wait for the manager. */
  readonly ownerUserId: string | null;
  readonly firstContact?: FirstContact | undefined;
  /** REGISTRIERUNG when a contact channel comes along and the caller wants it. */
  readonly stage?: 'VORMERKUNG' | 'REGISTRIERUNG' | undefined;
}

export interface RegistrationSettings {
  readonly protection: ProtectionTerms;
  readonly offsets?: FollowUpOffsets;
}

const BACKDATE_TOLERANCE_MS = 60_000;

export function register(
  lead: Lead,
  input: Registration,
  settings: RegistrationSettings,
  stamp: Stamp,
): LeadEvent[] {
  if (lead.status !== null) throw new Refusal('CONFLICT', 'Dieser Lead ist bereits registriert.');
  const { source, firstContact } = input;
  if ((source === 'MESSE' || source === 'TELEFON') && firstContact === undefined) {
    const message = 'Für Messe und Telefon ist der Erstkontakt anzugeben.';
    throw new Refusal('FIRST_CONTACT_REQUIRED', message, 'firstContact');
  }
  const events: LeadEvent[] = [registered(input, stamp)];
  if (input.ownerUserId !== null) {
    events.push({
      type: 'lead.assigned',
      data: {
        leadId: input.leadId,
        ownerUserId: input.ownerUserId,
        collaborators: [],
        assignedAt: stamp.at,
        cause: 'REGISTRATION',
        protection: settings.protection,
      },
    });
  }
  const add = (decide: (current: Lead) => readonly LeadEvent[]): void => {
    events.push(...decide(after(lead, events)));
  };
  add((current) => anchorFollowUps(current, stamp, settings.offsets ?? defaultOffsets));
  if (firstContact !== undefined) {
    add((current) => documentFirstContact(current, firstContact, stamp));
  } else if (input.stage === 'REGISTRIERUNG') {
    add((current) => advanceStage(current, 'REGISTRIERUNG', stamp));
  }
  return events;
}

export function update(
  lead: Lead,
  changes: ProfileInput & { companyName?: string | undefined },
  { at }: Stamp,
): LeadUpdated[] {
  const { leadId, territory } = requireStanding(lead);
  const values = known({ companyName, ...profile }, changes);
  const changed = Object.keys(values);
  if (changed.length === 0) return [];
  if (changes.companyName !== undefined) requireName(changes.companyName, 'companyName');
  if (changes.city !== undefined) requireName(changes.city ?? '', 'city');
  checkProfile(changes, territory);
  return [{ type: 'lead.updated', data: { leadId, changed, at, ...values, ...flagsOf(changes) } }];
}

/** Moves the registration; the protection moves along while it is the one of the registration. */
export function backdate(
  lead: Lead,
  input: { registeredAt: Timestamp; reason: string },
  stamp: Stamp,
  offsets: FollowUpOffsets = defaultOffsets,
): LeadEvent[] {
  const { leadId, registeredAt: previousRegisteredAt, protection } = requireStanding(lead);
  requireReason(input.reason);
  const { registeredAt } = input;
  if (registeredAt > plusMs(stamp.at, BACKDATE_TOLERANCE_MS)) {
    throw badInput('Der Zeitpunkt darf nicht in der Zukunft liegen.', 'registeredAt');
  }
  const backdated: LeadBackdated = {
    type: 'lead.backdated',
    data: {
      leadId,
      registeredAt,
      previousRegisteredAt,
      ...(protection?.fromRegistration === true ? { assignedAt: registeredAt } : {}),
      at: stamp.at,
    },
  };
  return [backdated, ...anchorFollowUps(after(lead, [backdated]), stamp, offsets)];
}

/** The territory a country belongs to. */
export function territoryOfCountry(countryCode: string): Territory {
  const code = countryCode.trim().toUpperCase();
  const territory = territories.find((each) => each === code);
  if (territory === undefined) {
    throw badInput('Möglich sind die Länder DE, AT und CH.', 'countryCode');
  }
  return territory;
}

function registered(input: Registration, { at }: Stamp): LeadRegistered {
  const { leadId, ownerUserId, source, partnerOrgId, season, sourceCampaign } = input;
  const territory = territoryOfCountry(input.countryCode);
  checkProfile(input, territory);
  return {
    type: 'lead.registered',
    data: {
      leadId,
      source,
      ...known(profile, input),
      ...flagsOf(input),
      companyName: requireName(input.companyName, 'companyName'),
      city: requireName(input.city, 'city'),
      partnerOrgId: partnerOrgId ?? null,
      season: season ?? null,
      sourceCampaign: sourceCampaign ?? null,
      emailConsent: input.emailConsent ?? false,
      territory,
      countryCode: territory,
      registeredAt: at,
      registeredAtSource: input.registeredAtSource ?? 'system',
      ...(ownerUserId === null ? {} : { ownerUserId }),
    },
  };
}

function flagsOf(input: ProfileInput): Partial<Updated> {
  return {
    ...(input.email === undefined ? {} : { hasEmail: isGiven(input.email) }),
    ...(input.phone === undefined ? {} : { hasPhone: isGiven(input.phone) }),
    ...(input.internalChampionName === undefined
      ? {}
      : { hasChampion: isGiven(input.internalChampionName) }),
  };
}

function isGiven(text: string | null): boolean {
  return text !== null && text.trim() !== '';
}

function checkProfile(input: ProfileInput, territory: Territory): void {
  const { estimatedVolume, email, employeeCount, branchCount } = input;
  const currency = currencyOf(territory);
  if (typeof estimatedVolume === 'string' && !isMoney(estimatedVolume, currency)) {
    throw badInput(`Das Volumen ist ein Betrag in ${currency}.`, 'estimatedVolume');
  }
  requireEmail(email, 'email');
  if (typeof employeeCount === 'number' && employeeCount < 0) {
    throw badInput('Die Zahl darf nicht negativ sein.', 'employeeCount');
  }
  if (typeof branchCount === 'number' && branchCount < 1) {
    throw badInput('Es gibt mindestens einen Standort.', 'branchCount');
  }
}

function requireName(text: string, field: string): string {
  const name = text.trim();
  if (name === '') throw badInput('Dieses Feld darf nicht leer sein.', field);
  return name;
}
