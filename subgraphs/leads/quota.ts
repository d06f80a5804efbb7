import { Refusal, type Role } from '#kernel/access';
import { plusMonths, type Timestamp } from './calendar.ts';

export interface ImportQuota {
  readonly openLeads: number;
  readonly importsPerDay: number;
  readonly rows: number;
}

export const LEADS_PER_MONTH = 100;
const NEW_CUSTOMER_MONTHS = 12;

const none: ImportQuota = { openLeads: 0, importsPerDay: 0, rows: 0 };
const importQuotas: Readonly<Record<Role, ImportQuota>> = {
  sales: { openLeads: 100, importsPerDay: 3, rows: 100 },
  manager: { openLeads: 200, importsPerDay: 5, rows: 200 },
  admin: { openLeads: Infinity, importsPerDay: Infinity, rows: 1_000 },
  auditor: none,
  partner: none,
  system: none,
};

/** @throws Refusal `LEAD_QUOTA_EXCEEDED` when the month's leads of this user are used up */
export function requireRegistrationQuota(
  registeredThisMonth: number,
  leadsPerMonth: number = LEADS_PER_MONTH,
): void {
  if (registeredThisMonth < leadsPerMonth) return;
  throw exceeded(`Sie haben in diesem Monat bereits ${leadsPerMonth} Leads registriert.`);
}

/** The widest quota among the roles counts. */
export function importQuotaOf(roles: readonly Role[]): ImportQuota {
  return roles
    .map((role) => importQuotas[role])
    .reduce((widest, each) => (each.rows > widest.rows ? each : widest), none);
}

/** @throws Refusal `LEAD_QUOTA_EXCEEDED` before anything of the import is registered */
export function requireImportQuota(
  roles: readonly Role[],
  used: { openLeads: number; importsToday: number; rows: number },
): void {
  const quota = importQuotaOf(roles);
  if (used.rows > quota.rows) throw exceeded(`Möglich sind ${quota.rows} Zeilen je Import.`);
  if (used.importsToday >= quota.importsPerDay) {
    throw exceeded(`Möglich sind ${quota.importsPerDay} Importe am Tag.`);
  }
  if (used.openLeads + used.rows > quota.openLeads) {
    throw exceeded(`Möglich sind ${quota.openLeads} offene Leads.`);
  }
}

/** Who bought within twelve months is a customer, not a lead. @throws Refusal `ALREADY_CUSTOMER` */
export function requireNewCustomer(lastPurchaseAt: Timestamp | null, now: Timestamp): void {
  if (lastPurchaseAt === null || plusMonths(lastPurchaseAt, NEW_CUSTOMER_MONTHS) < now) return;
  throw new Refusal('ALREADY_CUSTOMER', 'Diese Firma hat in den letzten 12 Monaten gekauft.');
}

function exceeded(message: string): Refusal {
  return new Refusal('LEAD_QUOTA_EXCEEDED', message);
}
