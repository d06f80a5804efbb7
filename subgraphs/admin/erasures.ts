import { Refusal } from '#kernel/access';
import type { Transaction } from '#kernel/database';
import { eraseSubject } from '#kernel/events';
import type { ResolverContext } from '#kernel/graphql';
import { nameJournal, readJournal, writeErasures, type Journal } from './erasure-journal.ts';
import { audited, operate, reasonOf } from './operations.ts';
import { kindOf } from './subject.ts';
import { TIMEOUT_MS, erased, factsOf } from './subject-rights.ts';

/** NEW: the database has none yet. FOREIGN: the one in the folder is another database's. */
export type JournalState = 'PRESENT' | 'NEW' | 'MISSING' | 'FOREIGN';

const KINDS = ['LEAD', 'CONTACT', 'USER'] as const;

/** Without its journal a restored database would bring erased people back. */
class JournalRefused extends Error {
  constructor(state: 'MISSING' | 'FOREIGN', directory: string) {
    const what = state === 'MISSING' ? 'is not in' : 'belongs to another database than the one in';
    super(
      `The journal of this database ${what} ERASURE_DIRECTORY (${directory}): put its newest copy there. If it is lost for good, empty the folder and run "freshplan --as <administrator> gdpr journal --reason <text>"`,
    );
    this.name = 'JournalRefused';
  }
}

/** Whether the journal in the folder is the one this database knows. */
export async function journalOf(context: ResolverContext, directory: string) {
  operate(context);
  const { journal, known } = await look(context, directory);
  return { state: stateOf(journal, known), directory, persons: journal.records.length };
}

/**
 * Erases anew whom a restored database, or a key store of another time, does not know as erased;
 * answers how many. A database without a journal gets one.
 *
 * @throws JournalRefused where the journal is not the one this database knows
 */
export async function applyErasures(context: ResolverContext, directory: string): Promise<number> {
  operate(context);
  const { journal, known } = await look(context, directory);
  const state = stateOf(journal, known);
  if (state === 'MISSING' || state === 'FOREIGN') throw new JournalRefused(state, directory);
  if (state === 'NEW') {
    const journalId = journal.id ?? (await nameJournal(directory, context.newId()));
    await begin(context, journalId, 'Erster Start mit diesem Verzeichnis');
  }
  const kinds = new Map(journal.records.map(({ subjectId, kind }) => [subjectId, kind]));
  const subjectIds = await context.database.transaction(context.actor, (tx) =>
    halfErased(tx, [...kinds.keys()]),
  );
  for (const subjectId of subjectIds) {
    const reason = 'Löschungen nach einer Wiederherstellung';
    const act = { operation: 'subjectErase', riskTier: 'TIER1', reason, input: {} };
    await audited(context, { ...act, timeoutMs: TIMEOUT_MS }, async (tx, operationId) => {
      await eraseSubject(tx, subjectId);
      const named = KINDS.find((kind) => kind === kinds.get(subjectId));
      const kind = named ?? (await recordedKind(context, tx, subjectId));
      return [erased(operationId, [subjectId], kind, context)];
    });
  }
  return subjectIds.length;
}

/**
 * Begins a journal anew where the one of before is lost, with everybody this database knows as erased.
 *
 * @throws Refusal `JOURNAL_PRESENT`, `JOURNAL_FOREIGN`
 */
export async function beginJournal(
  context: ResolverContext,
  directory: string,
  input: { reason: string },
) {
  const { state } = await journalOf(context, directory);
  if (state === 'FOREIGN') {
    const message = 'Im Verzeichnis liegt das Verzeichnis der Löschungen einer anderen Datenbank.';
    throw new Refusal('JOURNAL_FOREIGN', message);
  }
  if (state === 'PRESENT') {
    throw new Refusal('JOURNAL_PRESENT', 'Das Verzeichnis der Löschungen ist da.');
  }
  const journalId = context.newId();
  await begin(context, journalId, reasonOf(input.reason));
  // Should this be cut off, the journal is still missing and is begun once more.
  const known = await context.database.transaction(context.actor, erasedPeople);
  const at = context.clock.now().toISOString();
  if (known.length > 0) {
    await writeErasures(
      directory,
      known.map((subjectId) => ({ subjectId, kind: 'UNKNOWN', at })),
    );
  }
  await nameJournal(directory, journalId);
  return journalOf(context, directory);
}

/** The file is named before the database knows the name: it is looked at last. */
async function look(context: ResolverContext, directory: string) {
  const known = await context.database.transaction(context.actor, knownJournal, { readOnly: true });
  return { journal: await readJournal(directory), known };
}

function stateOf({ id }: Journal, known: string | undefined): JournalState {
  if (known === undefined) return 'NEW';
  if (id === undefined) return 'MISSING';
  return id === known ? 'PRESENT' : 'FOREIGN';
}

async function begin(
  context: ResolverContext,
  journalId: string,
  reason: string | undefined,
): Promise<void> {
  // Processes that start side by side find one journal and begin it once.
  const input = { idempotencyKey: journalId };
  const act = { operation: 'erasureJournalBegin', riskTier: 'TIER1', reason, input };
  const at = context.clock.now().toISOString();
  await audited(context, act, async (_, operationId) => [
    { type: 'admin.erasure_journal.begun', data: { operationId, journalId, at } },
  ]);
}

async function knownJournal(tx: Transaction): Promise<string | undefined> {
  const rows = await tx.query<{ id: string }>('select journal_id as id from admin.erasure_journal');
  return rows[0]?.id;
}

/** People who are erased by the journal, the keys or the log, and not by keys and log alike. */
async function halfErased(tx: Transaction, subjectIds: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `select id from (select unnest($1::uuid[]) as id union select subject_id from keys.erased
       union select subject_id from admin.erased_subject) gone
     where id not in (select subject_id from keys.erased
       intersect select subject_id from admin.erased_subject) order by id`,
    [subjectIds],
  );
  return rows.map(({ id }) => id);
}

async function erasedPeople(tx: Transaction): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    'select subject_id as id from keys.erased union select subject_id from admin.erased_subject',
  );
  return rows.map(({ id }) => id);
}

async function recordedKind(context: ResolverContext, tx: Transaction, subjectId: string) {
  try {
    return kindOf(subjectId, await factsOf(context, tx, subjectId));
  } catch (error) {
    // Older data may know nothing of him.
    if (error instanceof Refusal && error.code === 'NOT_FOUND') return 'CONTACT';
    throw error;
  }
}
