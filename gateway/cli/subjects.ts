import type { Actor } from '#kernel/access';
import { Listr } from 'listr2';
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { CommandFailure, EXIT } from './failure.ts';
import type { Operator } from './operate.ts';
import { printResult } from './output.ts';
import type { Session } from './session.ts';
import { subjectPage, type SubjectDocument } from './subject-page.ts';

interface Erasure {
  readonly id: string;
  readonly position: string | null;
  readonly waitingFor: string[] | null;
}

export interface ErasureJournal {
  readonly state: 'PRESENT' | 'NEW' | 'MISSING' | 'FOREIGN';
  readonly directory: string;
  readonly persons: number;
}

const JOURNAL = 'state directory persons';
const ERASURE = 'id position waitingFor';
const POLL_MS = 500;

/** Writes down everything recorded about a person, in clear. */
export async function exportPerson(
  { session, actor, output }: Operator,
  options: { subject: string; identity: string; isHtml: boolean; out: string | undefined },
): Promise<void> {
  const mutation = `mutation Export($input: SubjectInput!) {
    answer: subjectExport(input: $input) { document userErrors { code message } } }`;
  const input = { subjectId: options.subject, reason: options.identity };
  const { answer } = await session.ask<{ answer: { document: SubjectDocument } }>(actor, mutation, {
    input,
  });
  const { document } = answer;
  const text = options.isHtml ? subjectPage(document) : `${JSON.stringify(document, null, 2)}\n`;
  if (options.out === undefined) return output.out(text);
  await writeFile(options.out, text, { mode: 0o600, flag: 'wx' });
  const facts = document.sources.reduce((sum, each) => sum + each.facts.length, 0);
  const sentence = `${facts} facts are in ${options.out}; answer by ${document.answerBy.slice(0, 10)} and delete the file then`;
  printResult(output, { file: options.out, facts, answerBy: document.answerBy }, sentence);
}

/** Erases a person for good and waits until everybody has cleared what he held. */
export async function erasePerson(
  operator: Operator,
  options: { subject: string; reason: string; isSure: boolean; waitSeconds: number },
): Promise<void> {
  const { session, actor, output } = operator;
  const { subject, reason } = options;
  if (!options.isSure) await confirm(subject);
  const mutation = `mutation Erase($input: SubjectInput!) {
    answer: subjectErase(input: $input) { erasure { ${ERASURE} } userErrors { code message } } }`;
  const { answer } = await session.ask<{ answer: { erasure: Erasure } }>(actor, mutation, {
    input: { subjectId: subject, reason },
  });
  const deadline = performance.now() + options.waitSeconds * 1_000;
  let erasure = answer.erasure;
  await new Listr(
    [
      {
        title: 'The key is destroyed; everybody clears what he held',
        task: async (_, task) => {
          while (!isDone(erasure) && performance.now() < deadline) {
            task.output = tellOf(erasure);
            await wait(POLL_MS);
            erasure = await erasureOf(operator, erasure.id);
          }
        },
      },
    ],
    { renderer: output.isJson ? 'silent' : 'default', fallbackRenderer: 'simple' },
  ).run();
  const { id, position } = erasure;
  if (!isDone(erasure)) {
    const message = `The person is unreadable, but not everything is cleared: ${tellOf(erasure)}. Look again with "gdpr status ${id}"; after 15 minutes somebody has to see to these consumers.`;
    throw new CommandFailure(EXIT.fault, 'ERASURE_NOT_DONE', message);
  }
  const certificate = { erasure: id, position, status: 'DONE', at: new Date().toISOString() };
  printResult(output, certificate, `Done: erasure ${id} at position ${position} of admin`);
}

/** How far an erasure is. @throws CommandFailure while it is not done */
export async function showErasure(operator: Operator, id: string): Promise<void> {
  const erasure = await erasureOf(operator, id);
  const status = isDone(erasure) ? 'DONE' : 'PROCESSING';
  printResult(operator.output, { ...erasure, status }, `${status}: ${tellOf(erasure)}`);
  if (status !== 'DONE') {
    throw new CommandFailure(EXIT.fault, 'ERASURE_NOT_DONE', 'Not everything is cleared yet');
  }
}

/** Keeps a person's data from being used, or lets them be used again. */
export async function restrictPerson(
  { session, actor, output }: Operator,
  { subject, reason, isRestricted }: { subject: string; reason: string; isRestricted: boolean },
): Promise<void> {
  const field = isRestricted ? 'subjectRestrict' : 'subjectUnrestrict';
  const mutation = `mutation Restrict($input: SubjectRestrictionInput!) {
    answer: ${field}(input: $input) { restriction { restrictedAt } userErrors { code message } } }`;
  await session.ask(actor, mutation, { input: { subjectId: subject, reason } });
  const sentence = isRestricted
    ? `The data of ${subject} are kept and not used until "gdpr unrestrict"`
    : `The data of ${subject} may be used again`;
  printResult(output, { subject, isRestricted }, sentence);
}

/** Begins the journal of erasures anew, with everybody the database knows as erased. */
export async function beginJournal(
  { session, actor, output }: Operator,
  reason: string,
): Promise<void> {
  const mutation = `mutation Begin($input: ErasureJournalBeginInput!) {
    answer: erasureJournalBegin(input: $input) { journal { ${JOURNAL} } userErrors { code message } } }`;
  const { answer } = await session.ask<{ answer: { journal: ErasureJournal } }>(actor, mutation, {
    input: { reason },
  });
  const { journal } = answer;
  const sentence = `A new journal in ${journal.directory} names ${journal.persons} people; whoever was erased after this database was saved is not among them`;
  printResult(output, { ...journal }, sentence);
}

/** Null where none is kept. */
export async function journalOf(session: Session, actor: Actor): Promise<ErasureJournal | null> {
  const query = `{ answer: erasureJournal { ${JOURNAL} } }`;
  return (await session.ask<{ answer: ErasureJournal | null }>(actor, query)).answer;
}

/** What to do before the next start. */
export function journalAdvice({ state, directory, persons }: ErasureJournal): string {
  switch (state) {
    case 'PRESENT':
      return `the journal in ${directory} names ${persons} erased people: it has to be the newest copy`;
    case 'NEW':
      return `there is no journal yet; the next start begins one in ${directory}`;
    case 'MISSING':
      return `the journal is not in ${directory}: put its newest copy there, or begin a new one with "gdpr journal"`;
    case 'FOREIGN':
      return `the journal in ${directory} belongs to another database: put the newest copy of the right one there`;
  }
}

export async function holdPerson(
  { session, actor, output }: Operator,
  { subject, reason, isHeld }: { subject: string; reason: string; isHeld: boolean },
): Promise<void> {
  const field = isHeld ? 'subjectHold' : 'subjectRelease';
  const mutation = `mutation Hold($input: SubjectInput!) {
    answer: ${field}(input: $input) { subjectId userErrors { code message } } }`;
  await session.ask(actor, mutation, { input: { subjectId: subject, reason } });
  const sentence = isHeld ? 'is held and cannot be erased' : 'is held no longer';
  printResult(output, { subjectId: subject, isHeld }, `${subject} ${sentence}`);
}

async function erasureOf({ session, actor }: Operator, id: string): Promise<Erasure> {
  const query = `query Erasure($id: ID!) { subjectErasure(id: $id) { ${ERASURE} } }`;
  const { subjectErasure } = await session.ask<{ subjectErasure: Erasure }>(actor, query, { id });
  return subjectErasure;
}

function isDone({ waitingFor }: Erasure): boolean {
  return waitingFor?.length === 0;
}

function tellOf({ waitingFor }: Erasure): string {
  if (waitingFor === null) return 'not logged yet, is the system running?';
  return waitingFor.length === 0
    ? 'all consumers are past it'
    : `waiting for ${waitingFor.join(', ')}`;
}

async function confirm(subject: string): Promise<void> {
  if (!process.stdin.isTTY) {
    const message = 'An erasure cannot be taken back: repeat with --yes';
    throw new CommandFailure(EXIT.usage, 'CONFIRMATION_NEEDED', message);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(
    `Everything about ${subject} becomes unreadable for ever, backups included. Type "erase" to go on: `,
  );
  terminal.close();
  if (answer.trim() !== 'erase') {
    throw new CommandFailure(EXIT.refused, 'NOT_CONFIRMED', 'Nothing was changed');
  }
}
