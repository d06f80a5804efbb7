import { AccessDenied, Refusal, hasRole, requireScope, type Actor } from '#kernel/access';
import { unitOfWorkIn, type Transaction } from '#kernel/database';
import { InvalidFact, type Context } from '#kernel/events';
import { once } from '#kernel/graphql';
import { localDate, type Timestamp } from './calendar.ts';
import { record, stampOf } from './change.ts';
import { contactInput, withoutNulls } from './lead-input.ts';
import { setContact } from './contact.ts';
import { normalizeCompany } from './duplicate.ts';
import { duplicatesOf, searcher, type Found } from './duplicate-search.ts';
import type { LeadEvent } from './events.ts';
import { after, initialLead } from './lead.ts';
import { leadSettings } from './lead-settings.ts';
import { painOf } from './lead-view.ts';
import { register, territoryOfCountry, type Registration } from './registration.ts';
import { requireNewCustomer, requireRegistrationQuota } from './quota.ts';
import { badInput, requireReason } from './requirements.ts';
import type { LeadRegisterInput } from './schema.generated.ts';
import { seasonAt } from './season.ts';
import type { Territory } from './vocabulary.ts';

/**
 * Registers a lead: sales and managers become its owner, a partner's lead waits in triage.
 *
 * @throws Refusal `ALREADY_CUSTOMER`, `DUPLICATE_LEAD`, `SIMILAR_LEAD`, `LEAD_QUOTA_EXCEEDED`,
 *   `FIRST_CONTACT_REQUIRED`; AccessDenied for a territory the caller does not hold
 */
export function registerLead(
  context: Context,
  input: LeadRegisterInput,
): Promise<{ leadId: string }> {
  const { actor, clock } = context;
  requireScope(actor, 'leads:register');
  requireTerritory(actor, input);
  const operation = 'leadRegister';
  return context.database.transaction(actor, (tx) =>
    once(tx, { module: 'leads', operation, key: input.idempotencyKey, input, clock }, async () => {
      await refuseOverQuota(tx, context);
      return newLead(tx, context, input, { operation, registeredAtSource: 'system' });
    }),
  );
}

/** The way a lead comes in. */
interface Origin {
  /** Name of the mutation, also the action in the audit trail. */
  operation: string;
  registeredAtSource: NonNullable<Registration['registeredAtSource']>;
}

/** What every way of registering shares; quotas differ and come before. @throws as `registerLead` */
export async function newLead(
  tx: Transaction,
  context: Context,
  input: LeadRegisterInput,
  origin: Origin,
): Promise<{ leadId: string }> {
  const territory = requireTerritory(context.actor, input);
  await refuseKnown(tx, context, input, territory);
  const leadId = context.newId();
  const facts = decide(context, input, { leadId, ...origin });
  const act = {
    operation: origin.operation,
    input: { leadId, version: 0, reason: input.forceReason },
  };
  await record(context, tx, { leadId, state: initialLead, version: 0, facts, act }).catch(
    refuseBadFact,
  );
  return { leadId };
}

function requireTerritory(actor: Actor, input: LeadRegisterInput): Territory {
  const territory = territoryOfCountry(input.countryCode ?? 'DE');
  if (!actor.territories.includes(territory) && !hasRole(actor, 'admin')) throw new AccessDenied();
  return territory;
}

/** Everything in these facts was typed by a person: what they cannot hold is his to mend. */
function refuseBadFact(error: unknown): never {
  if (!(error instanceof InvalidFact)) throw error;
  throw badInput('Dieser Wert ist zu lang oder hat nicht die erwartete Form.', error.field);
}

interface Wanted extends Origin {
  leadId: string;
}

function decide(context: Context, input: LeadRegisterInput, wanted: Wanted): LeadEvent[] {
  const stamp = stampOf(context);
  const settings = { protection: leadSettings.protection, offsets: leadSettings.offsets };
  const facts = register(initialLead, registrationOf(context, input, wanted), settings, stamp);
  if (!input.contact) return facts;
  const contact = contactInput(context.newId(), input.contact);
  return [...facts, ...setContact(after(initialLead, facts), contact, stamp)];
}

function registrationOf(
  context: Context,
  input: LeadRegisterInput,
  { leadId, registeredAtSource }: Wanted,
): Registration {
  const { actor } = context;
  const {
    firstContact,
    contact: _,
    forceReason: __,
    confirmSimilar: ___,
    idempotencyKey: ____,
    ...told
  } = input;
  const { pains, ...given } = told;
  const isPartner = !hasRole(actor, 'sales', 'manager', 'admin');
  return {
    ...(withoutNulls(given) as LeadRegisterInput),
    ...(pains ? { pains: pains.map(painOf) } : { pains: [] }),
    leadId,
    registeredAtSource,
    source: isPartner ? 'PARTNER' : input.source,
    season: seasonAt(leadSettings.seasons, stampOf(context).at),
    ownerUserId: isPartner ? null : actor.userId,
    ...(isPartner ? { partnerOrgId: actor.partnerOrgId ?? null } : {}),
    ...(firstContact ? { firstContact } : {}),
  } as Registration;
}

/**
 * Counted per calendar month in Berlin; a partner's registrations count for the partner's user.
 * Imports have quotas of their own.
 */
async function refuseOverQuota(tx: Transaction, context: Context): Promise<void> {
  const { actor } = context;
  if (hasRole(actor, 'admin')) return;
  const month = localDate(stampOf(context).at).slice(0, 7);
  await tx.query("select pg_advisory_xact_lock(hashtextextended('leads.quota.' || $1, 0))", [
    actor.userId,
  ]);
  const [row] = await tx.query<{ n: number }>(
    `select count(*)::int as n from leads.lead
     where registered_by = $1 and registered_at >= ($2 || '-01')::timestamp at time zone 'Europe/Berlin'
       and detail ->> 'registeredAtSource' is distinct from 'import'`,
    [actor.userId, month],
  );
  requireRegistrationQuota(row?.n ?? 0, leadSettings.registrationsPerMonthMax);
}

/**
 * Says that one exists, and no more. Who bought within twelve months is a customer, which no reason
 * overrides; that comes first, for a forced duplicate would not be heard. Two registrations of one company wait
 * for each other.
 */
async function refuseKnown(
  tx: Transaction,
  context: Context,
  input: LeadRegisterInput,
  territory: Territory,
): Promise<void> {
  const name = normalizeCompany(input.companyName);
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 1))', [`${territory} ${name}`]);
  const found = await unitOfWorkIn(tx).transaction(searcher(territory), (inner) =>
    duplicatesOf(inner, { ...input, territory }),
  );
  const same = found.filter((each) => each.isHard);
  requireNewCustomer(lastConversion(same), stampOf(context).at);
  if (same.length > 0) {
    const mayForce = hasRole(context.actor, 'manager', 'admin');
    if (!mayForce || !input.forceReason) {
      throw new Refusal(
        'DUPLICATE_LEAD',
        'Dieser Betrieb ist in diesem Gebiet bereits als Lead erfasst.',
      );
    }
    requireReason(input.forceReason, 'forceReason');
  } else if (found.length > 0 && !input.confirmSimilar) {
    throw new Refusal(
      'SIMILAR_LEAD',
      'Es gibt einen ähnlichen Lead. Bitte prüfen und bestätigen Sie, dass es ein anderer Betrieb ist.',
      'confirmSimilar',
    );
  }
}

/** All that leads know of a purchase: a lead of the company was won. */
function lastConversion(found: readonly Found[]): Timestamp | null {
  const all = found.flatMap(({ convertedAt }) => (convertedAt === null ? [] : [convertedAt]));
  return all.toSorted().at(-1) ?? null;
}
