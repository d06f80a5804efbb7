import { AccessDenied, Refusal, requireScope } from '#kernel/access';
import type { Transaction } from '#kernel/database';
import type { Context } from '#kernel/events';
import { once } from '#kernel/graphql';
import { localDate } from './calendar.ts';
import { importQuotaOf, requireImportQuota } from './quota.ts';
import { newLead } from './register-lead.ts';
import { badInput } from './requirements.ts';
import type { LeadImportInput, LeadRegisterInput } from './schema.generated.ts';

/** What became of one row: a lead, or why not. */
export interface ImportedRow {
  readonly number: number;
  readonly leadId: string | null;
  readonly fault: { code: string; field: string | null; message: string } | null;
}

interface Imported {
  readonly rows: readonly ImportedRow[];
  /** The first row there was no time for. */
  readonly nextRow: number | null;
}

interface Part {
  key: string;
  rows: readonly LeadRegisterInput[];
  firstRow: number;
  rowsTotal: number;
}

/** Well below what a subgraph may take to answer; a call always gets one row further. */
const BUDGET_MS = 3_000;
const KEY_LENGTH_MAX = 100;
/** As long as the answers to its rows are kept. */
const OPEN_MS = 24 * 60 * 60 * 1_000;
const KEPT_DAYS = 30;

/**
 * Registers rows as leads of the caller, each in a transaction of its own: a row at fault stops no
 * other. The key names the import. Whatever ended a call, the same key goes on with the rows that
 * are not done and answers for the others as it did. An import too long for one call comes in parts,
 * and what a call had no time for is asked for again.
 *
 * @throws Refusal `LEAD_QUOTA_EXCEEDED` before anything is registered, `BAD_USER_INPUT` for numbers
 *   that do not fit, `CONFLICT` for a key of another import or of the day before
 */
export async function importLeads(
  context: Context,
  input: LeadImportInput,
  { budgetMs = BUDGET_MS }: { budgetMs?: number } = {},
): Promise<Imported> {
  const began = performance.now();
  requireScope(context.actor, 'leads:register');
  requireScope(context.actor, 'leads:write');
  const part = partOf(input);
  await context.database.transaction(context.actor, (tx) => begin(tx, context, part));
  const rows: ImportedRow[] = [];
  for (const [index, row] of part.rows.entries()) {
    const number = part.firstRow + index;
    const isLate = index > 0 && performance.now() - began >= budgetMs;
    if (isLate) return { rows, nextRow: number };
    rows.push(await importRow(context, part, { row, number }));
  }
  return { rows, nextRow: null };
}

function partOf(input: LeadImportInput): Part {
  const { rows, firstRow = 1, rowsTotal, idempotencyKey: key } = input;
  const total = rowsTotal ?? rows.length;
  if (key.length < 1 || key.length > KEY_LENGTH_MAX) {
    const message = `Der Wiederholungsschlüssel hat 1 bis ${KEY_LENGTH_MAX} Zeichen.`;
    throw badInput(message, 'idempotencyKey');
  }
  if (rows.length === 0) throw badInput('Der Import enthält keine Zeilen.', 'rows');
  if (firstRow < 1 || firstRow + rows.length - 1 > total) {
    throw badInput('Diese Zeilen liegen außerhalb des Imports.', 'firstRow');
  }
  return { key, rows, firstRow, rowsTotal: total };
}

/** Counts once against the quotas, whole and before its first row. */
async function begin(tx: Transaction, context: Context, part: Part): Promise<void> {
  const { userId, roles } = context.actor;
  const { key, rowsTotal } = part;
  const now = context.clock.now();
  await tx.query("select pg_advisory_xact_lock(hashtextextended('leads.import.' || $1, 0))", [
    userId,
  ]);
  const [begun] = await tx.query<{ rows_total: number; begun_at: Date }>(
    'select rows_total, begun_at from leads.import where actor = $1 and key = $2',
    [userId, key],
  );
  if (begun !== undefined) {
    const isOver = begun.begun_at.getTime() < now.getTime() - OPEN_MS;
    if (begun.rows_total === rowsTotal && !isOver) return;
    const message = 'Dieser Schlüssel gehört zu einem anderen oder abgelaufenen Import.';
    throw new Refusal('CONFLICT', message, 'idempotencyKey');
  }
  // Whoever may not import at all is told so by the number of rows, without being counted.
  const used =
    importQuotaOf(roles).rows === 0
      ? { openLeads: 0, importsToday: 0 }
      : await usedBy(tx, userId, localDate(now.toISOString()));
  requireImportQuota(roles, { ...used, rows: rowsTotal });
  await tx.query('delete from leads.import where actor = $1 and begun_at < $2', [
    userId,
    new Date(now.getTime() - KEPT_DAYS * OPEN_MS),
  ]);
  await tx.query(
    'insert into leads.import (actor, key, rows_total, begun_at) values ($1, $2, $3, $4)',
    [userId, key, rowsTotal, now],
  );
}

async function usedBy(tx: Transaction, userId: string, today: string) {
  const [used] = await tx.query<{ open_leads: number; imports_today: number }>(
    `select
       (select count(*)::int from leads.lead where owner_id = $1
         and status in ('REGISTERED', 'ACTIVE', 'REMINDER', 'GRACE_PERIOD', 'QUALIFIED')) as open_leads,
       (select count(*)::int from leads.import
         where actor = $1 and begun_at >= $2::timestamp at time zone 'Europe/Berlin') as imports_today`,
    [userId, today],
  );
  return { openLeads: used?.open_leads ?? 0, importsToday: used?.imports_today ?? 0 };
}

/** A refusal is an answer like a lead: stored with the key, so that it stays the same. */
async function importRow(
  context: Context,
  { key }: Part,
  { row, number }: { row: LeadRegisterInput; number: number },
): Promise<ImportedRow> {
  const { actor, clock } = context;
  const operation = 'leadImport';
  const answer = await context.database.transaction(actor, (tx) =>
    once(
      tx,
      { module: 'leads', operation, key: `${key} ${number}`, input: row, clock },
      async () => {
        try {
          const lead = await tx.nested(() =>
            newLead(tx, context, row, { operation, registeredAtSource: 'import' }),
          );
          return { leadId: lead.leadId, fault: null };
        } catch (error) {
          return { leadId: null, fault: faultOf(error) };
        }
      },
    ),
  );
  return { number, ...answer };
}

function faultOf(error: unknown): NonNullable<ImportedRow['fault']> {
  if (error instanceof Refusal) {
    return { code: error.code, field: error.field ?? null, message: error.message };
  }
  if (error instanceof AccessDenied) {
    const message = 'In diesem Gebiet dürfen Sie keine Leads registrieren.';
    return { code: error.code, field: 'countryCode', message };
  }
  throw error;
}
