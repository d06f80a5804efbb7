import { Listr } from 'listr2';
import { CommandFailure, EXIT } from './failure.ts';
import type { Operator } from './operate.ts';
import { printResult, printRows, type Output } from './output.ts';
import type { Session } from './session.ts';
import { journalAdvice, journalOf } from './subjects.ts';

export interface Range {
  readonly module?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** Computes the hash chain anew. @throws CommandFailure when a position is not what was sealed */
export async function verifyEvents(session: Session, range: Range, output: Output): Promise<void> {
  const { keeping } = session.runtime.backbone;
  const { from, to } = range;
  if (range.module === undefined && (from !== undefined || to !== undefined)) {
    throw new CommandFailure(EXIT.usage, 'MODULE_NEEDED', 'A position belongs to one --module');
  }
  const reports = await each(`Verify`, modulesOf(session, range.module), output, (module) =>
    keeping.verifyChain({ module, from, to }),
  );
  const rows = reports.map(({ wrong, ...report }) => ({
    ...report,
    firstWrong: wrong?.position ?? null,
    reason: wrong?.reason ?? null,
  }));
  printRows(output, rows, [
    'module',
    'verifiedTo',
    'facts',
    'seals',
    'unsealed',
    'firstWrong',
    'reason',
  ]);
  const wrong = rows.filter(({ firstWrong }) => firstWrong !== null);
  if (wrong.length > 0) {
    const places = wrong.map((row) => `${row.module}:${row.firstWrong} ${row.reason}`).join(', ');
    throw new CommandFailure(EXIT.fault, 'CHAIN_BROKEN', `Not what was sealed: ${places}`);
  }
}

/** Takes over logs that were restored from another cluster. */
export async function rebaseEvents(
  { session, actor, output }: Operator,
  reason: string,
): Promise<void> {
  const mutation = `mutation Rebase($input: LogRebaseInput!) {
    answer: logRebase(input: $input) { logged userErrors { code message } } }`;
  const { answer } = await session.ask<{ answer: { logged: number } }>(actor, mutation, {
    input: { reason },
  });
  const { logged } = answer;
  const journal = await journalOf(session, actor);
  const next = journal === null ? '' : `. Erasures: ${journalAdvice(journal)}`;
  printResult(
    output,
    { logged, erasureJournal: journal },
    `The logs belong to this cluster now; ${logged} facts were logged${next}`,
  );
}

export async function listArchive(session: Session, output: Output): Promise<void> {
  const { keeping } = session.runtime.backbone;
  const lists = await Promise.all(
    keeping.modules.map(async (module) =>
      (await keeping.archived(module)).map((segment) => ({ module, ...segment })),
    ),
  );
  const rows = lists.flat();
  if (rows.length === 0 && !output.isJson) return output.out('Nothing is archived yet\n');
  printRows(output, rows, ['module', 'segment', 'n', 'sha256']);
}

/** Moves what is older than the retention into files. */
export async function runArchive(
  { session, actor, output }: Operator,
  { days, reason }: { days: number | undefined; reason: string },
): Promise<void> {
  const olderThanDays = days ?? session.config.EVENTS_RETENTION_DAYS;
  const mutation = `mutation Archive($input: LogArchiveInput!) {
    answer: logArchive(input: $input) { segments userErrors { code message } } }`;
  interface Answer {
    answer: { segments: string[] };
  }
  const [segments = []] = await each('Archive', ['all logs'], output, async () => {
    const input = { olderThanDays, reason };
    return (await session.ask<Answer>(actor, mutation, { input })).answer.segments;
  });
  const sentence =
    segments.length === 0
      ? `No segment is complete, older than ${olderThanDays} days and past all consumers`
      : `Archived ${segments.join(', ')}`;
  printResult(output, { segments }, sentence);
}

/** Reads the archive back. @throws CommandFailure when files are missing or damaged */
export async function verifyArchives(session: Session, output: Output): Promise<void> {
  const { keeping } = session.runtime.backbone;
  const lists = await each('Verify the archive of', keeping.modules, output, async (module) =>
    (await keeping.verifyArchive(module)).map((report) => ({ module, fault: null, ...report })),
  );
  const rows = lists.flat();
  printRows(output, rows, ['module', 'segment', 'n', 'fault']);
  const damaged = rows.filter(({ fault }) => fault !== null);
  if (damaged.length > 0) {
    const names = damaged.map(({ module, segment }) => `${module}.${segment}`).join(', ');
    throw new CommandFailure(EXIT.fault, 'ARCHIVE_DAMAGED', `Not as archived: ${names}`);
  }
}

function modulesOf({ runtime }: Session, module: string | undefined): readonly string[] {
  const { modules } = runtime.backbone.keeping;
  if (module === undefined) return modules;
  if (modules.includes(module)) return [module];
  const message = `There is no log "${module}"; there are ${modules.join(', ')}`;
  throw new CommandFailure(EXIT.refused, 'UNKNOWN_MODULE', message);
}

/** One after the other, with a line per name on a terminal. */
async function each<T>(
  title: string,
  names: readonly string[],
  output: Output,
  work: (name: string) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  await new Listr(
    names.map((name) => ({
      title: `${title} ${name}`,
      task: async () => void results.push(await work(name)),
    })),
    { renderer: output.isJson ? 'silent' : 'default', fallbackRenderer: 'simple' },
  ).run();
  return results;
}
