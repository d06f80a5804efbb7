import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Actor } from '#kernel/access';
import type { Transaction, UnitOfWork } from '#kernel/database';
import type { Logger } from '#kernel/telemetry';
import { MARK_BYTES, genesis, link, signSeal, type Seal, type SealKey } from './chain.ts';
import { readHistory, type ArchiveReader } from './history.ts';

/** Facts of one seal at most. */
export const SEAL_FACTS_MAX = 1_000;
const SEAL_EVERY_MS = 60_000;
const TIMEOUT_MS = 30_000;

export interface SealingOptions {
  readonly key: SealKey;
  /** Folder outside the database that keeps a copy of every seal, one file per module. */
  readonly directory?: string;
  /** Keys of before; they verify old seals and sign no new ones. */
  readonly formerKeys?: readonly SealKey[];
}

/** A seal as a line of the file outside the database. */
interface SealLine {
  readonly toPosition: number;
  readonly n: number;
  readonly hash: string;
}

/** What was sealed is not what is here: nothing is sealed until somebody has looked. */
export class SealMismatch extends Error {
  readonly code = 'SEAL_MISMATCH';

  constructor(module: string, position: number) {
    super(`The log of ${module} does not continue what was sealed up to ${position}`);
    this.name = 'SealMismatch';
  }
}

/**
 * Seals everything that is logged by now.
 *
 * @returns facts sealed by this call
 * @throws SealMismatch when the file outside tells another past, or a fact is missing
 */
export async function sealLog(
  workers: UnitOfWork,
  actor: Actor,
  { module, key, directory, archive }: SealingOptions & { module: string; archive?: ArchiveReader },
): Promise<number> {
  let sealed = 0;
  for (;;) {
    const outside = await lastLine(directory, module);
    const facts = await workers.transaction(
      actor,
      async (tx) => {
        const [lock] = await tx.query<{ won: boolean }>(
          'select pg_try_advisory_xact_lock(hashtext($1), hashtext($2)) as won',
          ['events.seal', module],
        );
        if (lock?.won !== true) return 0;
        await compare(tx, module, outside);
        return sealNext(tx, module, key, archive);
      },
      { statementTimeoutMs: TIMEOUT_MS },
    );
    sealed += facts;
    if (directory !== undefined) await copyOut(workers, actor, module, directory, outside);
    if (facts < SEAL_FACTS_MAX) return sealed;
  }
}

async function sealNext(
  tx: Transaction,
  module: string,
  key: SealKey,
  archive: ArchiveReader | undefined,
): Promise<number> {
  const [last] = await readSeals(tx, module, { newest: true });
  const entries = await readHistory(tx, module, last?.toPosition ?? 0, SEAL_FACTS_MAX, archive);
  const end = entries.at(-1);
  if (end === undefined) return 0;
  const previous = last?.hash ?? genesis(module);
  const marks = Buffer.alloc(entries.length * MARK_BYTES);
  let hash = previous;
  for (const [index, { position, fact }] of entries.entries()) {
    if (fact === undefined) throw new SealMismatch(module, position);
    hash = link(hash, position, fact);
    hash.copy(marks, index * MARK_BYTES, 0, MARK_BYTES);
  }
  const n = (last?.n ?? 0) + entries.length;
  const seal = signSeal(key, module, { toPosition: end.position, n, hash, previous, marks });
  await tx.query(
    `insert into ${module}.seal (to_position, n, hash, previous, marks, key_id, signature)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [seal.toPosition, n, hash, previous, marks, seal.keyId, seal.signature],
  );
  return entries.length;
}

/** Seals after a position in order, or the newest one alone. */
export async function readSeals(
  tx: Transaction,
  module: string,
  { after = 0, upTo, newest = false, limit = 1 }: SealRange,
): Promise<Seal[]> {
  return tx.query<Seal>(
    `select to_position as "toPosition", n, hash, previous, marks, key_id as "keyId", signature
     from ${module}.seal where to_position > $1 and ($2::bigint is null or to_position <= $2)
     order by to_position ${newest ? 'desc' : 'asc'} limit $3`,
    [after, upTo ?? null, limit],
  );
}

interface SealRange {
  readonly after?: number;
  readonly upTo?: number;
  readonly newest?: boolean;
  readonly limit?: number;
}

/** The last seal of the file has to be in the table: a table that was emptied is not filled anew. */
async function compare(tx: Transaction, module: string, line: SealLine | undefined): Promise<void> {
  if (line === undefined) return;
  const rows = await tx.query(
    `select from ${module}.seal where to_position = $1 and n = $2 and hash = decode($3, 'hex')`,
    [line.toPosition, line.n, line.hash],
  );
  if (rows.length === 0) throw new SealMismatch(module, line.toPosition);
}

/** Writes down what the file does not have yet, also what a crash kept out of it. */
async function copyOut(
  workers: UnitOfWork,
  actor: Actor,
  module: string,
  directory: string,
  last: SealLine | undefined,
): Promise<void> {
  const seals = await workers.transaction(
    actor,
    (tx) => readSeals(tx, module, { after: last?.toPosition ?? 0, limit: 1_000 }),
    { readOnly: true },
  );
  if (seals.length === 0) return;
  await mkdir(directory, { recursive: true });
  const lines = seals.map(({ toPosition, n, hash, keyId, signature }) =>
    JSON.stringify({
      toPosition,
      n,
      hash: hash.toString('hex'),
      keyId,
      signature: signature.toString('base64'),
    }),
  );
  // The line break in front keeps a line apart that a crash has cut.
  await appendFile(fileOf(directory, module), `\n${lines.join('\n')}\n`, { flush: true });
}

/** The seals in the file outside the database; a line cut by a crash ends them. */
export async function readSealFile(directory: string, module: string): Promise<SealLine[]> {
  const text = await readFile(fileOf(directory, module), 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  });
  return text
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as SealLine);
}

async function lastLine(
  directory: string | undefined,
  module: string,
): Promise<SealLine | undefined> {
  return directory === undefined ? undefined : (await readSealFile(directory, module)).at(-1);
}

function fileOf(directory: string, module: string): string {
  return join(directory, `${module}.seals`);
}

export interface Sealer {
  start(): void;
  stop(): Promise<void>;
  /** So many facts more were logged. */
  logged(module: string, n: number): void;
}

/** Seals the logs this process leads, every minute and every thousand facts, apart from the writers. */
export function createSealer(options: {
  readonly workers: UnitOfWork;
  readonly actor: Actor;
  readonly modules: readonly string[];
  readonly sealing: SealingOptions;
  readonly archive?: ArchiveReader | undefined;
  readonly log: Logger;
  leads(module: string): boolean;
}): Sealer {
  const { workers, actor, modules, sealing, archive, log } = options;
  const waiting = new Map(modules.map((module) => [module, 0]));
  const running = new Map<string, Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  const run = (module: string): void => {
    if (running.has(module) || !options.leads(module)) return;
    waiting.set(module, 0);
    const work = sealLog(workers, actor, {
      ...sealing,
      module,
      ...(archive === undefined ? {} : { archive }),
    })
      .then(() => {})
      .catch((error: unknown) => log.error({ module, err: error }, 'the log was not sealed'))
      .finally(() => running.delete(module));
    running.set(module, work);
  };
  return {
    start() {
      timer = setInterval(() => modules.forEach(run), SEAL_EVERY_MS);
    },
    async stop() {
      clearInterval(timer);
      await Promise.all(running.values());
    },
    logged(module, n) {
      const total = (waiting.get(module) ?? 0) + n;
      waiting.set(module, total);
      if (total >= SEAL_FACTS_MAX) run(module);
    },
  };
}
