import { AccessDenied, Refusal, hasRole, requireScope } from '#kernel/access';
import { unitOfWorkIn, type Transaction } from '#kernel/database';
import type { Context } from '#kernel/events';
import { once } from '#kernel/graphql';
import { localDate } from './calendar.ts';
import { record, stampOf } from './change.ts';
import { contactInput, withoutNulls } from './lead-input.ts';
import { setContact } from './contact.ts';
import { normalizeCompany } from './duplicate.ts';
import { duplicatesOf, searcher } from './duplicate-search.ts';
import type { LeadEvent } from './events.ts';
import { after, initialLead } from './lead.ts';
import { leadSettings } from './lead-settings.ts';
import { painOf } from './lead-view.ts';
import { register, territoryOfCountry, type Registration } from './registration.ts';
import { requireRegistrationQuota } from './quota.ts';
import { requireReason } from './requirements.ts';
import type { LeadRegisterInput } from './schema.generated.ts';
import { seasonAt } from './season.ts';
import type { Territory } from './vocabulary.ts';

/**
 * Registers a lead: sales and managers become its owner, a partner's lead waits in triage.
 *
 * @throws Refusal `DUPLICATE_LEAD`, `SIMILAR_LEAD`, `LEAD_QUOTA_EXCEEDED`, `FIRST_CONTACT_REQUIRED`;
 *   AccessDenied for a territory the caller does not hold
 */
export function registerLead(
  context: Context,
  input: LeadRegisterInput,
): Promise<{ leadId: string }> {
  const { actor, clock } = context;
  requireScope(actor, 'leads:register');
  const territory = territoryOfCountry(input.countryCode ?? 'DE');
  if (!actor.territories.includes(territory) && !hasRole(actor, 'admin')) throw new AccessDenied();
  const operation = 'leadRegister';
  return context.database.transaction(actor, (tx) =>
    once(tx, { module: 'leads', operation, key: input.idempotencyKey, input, clock }, async () => {
      await refuseOverQuota(tx, context);
      await refuseDuplicate(tx, context, input, territory);
      const leadId = context.newId();
      const facts = decide(context, input, leadId);
      const act = { operation, input: { leadId, version: 0, reason: input.forceReason } };
      await record(context, tx, { leadId, state: initialLead, version: 0, facts, act });
      return { leadId };
    }),
  );
}

function decide(context: Context, input: LeadRegisterInput, leadId: string): LeadEvent[] {
  const stamp = stampOf(context);
  const settings = { protection: leadSettings.protection, offsets: leadSettings.offsets };
  const facts = register(initialLead, registrationOf(context, input, leadId), settings, stamp);
  if (!input.contact) return facts;
  const contact = contactInput(context.newId(), input.contact);
  return [...facts, ...setContact(after(initialLead, facts), contact, stamp)];
}

function registrationOf(context: Context, input: LeadRegisterInput, leadId: string): Registration {
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
    source: isPartner ? 'PARTNER' : input.source,
    season: seasonAt(leadSettings.seasons, stampOf(context).at),
    ownerUserId: isPartner ? null : actor.userId,
    ...(isPartner ? { partnerOrgId: actor.partnerOrgId ?? null } : {}),
    ...(firstContact ? { firstContact } : {}),
  } as Registration;
}

/** Counted per calendar month in Berlin; a partner's registrations count for the partner's user. */
async function refuseOverQuota(tx: Transaction, context: Context): Promise<void> {
  const { actor } = context;
  if (hasRole(actor, 'admin')) return;
  const month = localDate(stampOf(context).at).slice(0, 7);
  await tx.query("select pg_advisory_xact_lock(hashtextextended('leads.quota.' || $1, 0))", [
    actor.userId,
  ]);
  const [row] = await tx.query<{ n: number }>(
    `select count(*)::int as n from leads.lead
     where registered_by = $1 and registered_at >= ($2 || '-01')::timestamp at time zone 'Europe/Berlin'`,
    [actor.userId, month],
  );
  requireRegistrationQuota(row?.n ?? 0, leadSettings.registrationsPerMonthMax);
}

/** Says that one exists, and no more. Two registrations of one company wait for each other. */
async function refuseDuplicate(
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
  if (found.some((each) => each.isHard)) {
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
