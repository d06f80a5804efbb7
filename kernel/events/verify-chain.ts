import type { Actor } from '#kernel/access';
import type { Transaction, UnitOfWork } from '#kernel/database';
import { MARK_BYTES, genesis, isGenuine, link, type Seal, type SealKey } from './chain.ts';
import { readHistory, type ArchiveReader } from './history.ts';
import { SEAL_FACTS_MAX, readSealFile, readSeals } from './seals.ts';

export interface VerifyOptions {
  readonly module: string;
  /** First position of interest; begins at the seal before it. */
  readonly from?: number | undefined;
  /** Last position of interest; ends at the seal that covers it. */
  readonly to?: number | undefined;
  /** Every key that may have signed; public halves are enough. */
  readonly keys: readonly SealKey[];
  /** Folder with the copies of the seals. */
  readonly directory?: string | undefined;
  readonly archive?: ArchiveReader | undefined;
}

export interface ChainReport {
  readonly module: string;
  /** Everything up to here is what was sealed; 0 when nothing is. */
  readonly verifiedTo: number;
  readonly facts: number;
  readonly seals: number;
  /** Facts behind the last seal: there, but not sealed yet. */
  readonly unsealed: number;
  /** Absent when all is well. */
  readonly wrong?: Wrong;
}

export interface Wrong {
  /** First position that is not what was sealed. */
  readonly position: number;
  readonly reason: 'missing' | 'altered' | 'seal forged' | 'seal not continued' | 'seal missing';
}

interface Progress {
  hash: Buffer;
  position: number;
  n: number;
  facts: number;
  seals: number;
}

const TIMEOUT_MS = 60_000;

/**
 * Computes the chain anew from the facts as stored, hot and archived, and compares it with the seals,
 * their signatures and their copies outside the database. Changes nothing.
 */
export async function verifyChain(
  workers: UnitOfWork,
  actor: Actor,
  options: VerifyOptions,
): Promise<ChainReport> {
  const { module, from = 0, to = Number.MAX_SAFE_INTEGER } = options;
  const step = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
    workers.transaction(actor, work, { readOnly: true, statementTimeoutMs: TIMEOUT_MS });
  const outside = await outsideSeals(options);
  const progress = await step((tx) => begin(tx, options, from));
  const report = (more: { unsealed?: number; wrong?: Wrong | undefined }): ChainReport => ({
    module,
    verifiedTo: progress.position,
    facts: progress.facts,
    seals: progress.seals,
    unsealed: more.unsealed ?? 0,
    ...(more.wrong === undefined ? {} : { wrong: more.wrong }),
  });
  if (progress.wrong !== undefined) return report({ wrong: progress.wrong });
  while (progress.position < to) {
    const seal = await step(async (tx) => {
      const [next] = await readSeals(tx, module, { after: progress.position });
      return next && { next, wrong: await checkSeal(tx, options, progress, next, outside) };
    });
    if (seal === undefined) break;
    if (seal.wrong !== undefined) return report({ wrong: seal.wrong });
    const { toPosition, n, hash } = seal.next;
    progress.facts += n - progress.n;
    progress.seals += 1;
    Object.assign(progress, { position: toPosition, n, hash });
  }
  const lost = [...outside.keys()].find((position) => position > progress.position);
  if (lost !== undefined && progress.position < to) {
    return report({ wrong: { position: progress.position + 1, reason: 'seal missing' } });
  }
  const tail = progress.position >= to ? {} : await checkTail(step, options, progress.position);
  return report(tail);
}

/** The chain begins with the module's name, or with the seal before the first position of interest. */
async function begin(
  tx: Transaction,
  { module, keys }: VerifyOptions,
  from: number,
): Promise<Progress & { wrong?: Wrong }> {
  const [seal] = from <= 1 ? [] : await readSeals(tx, module, { upTo: from - 1, newest: true });
  if (seal === undefined) {
    return { hash: genesis(module), position: 0, n: 0, facts: 0, seals: 0 };
  }
  const { hash, toPosition: position, n } = seal;
  const progress = { hash, position, n, facts: 0, seals: 0 };
  if (isGenuine(keys, module, seal)) return progress;
  return { ...progress, position: 0, wrong: { position, reason: 'seal forged' } };
}

async function checkSeal(
  tx: Transaction,
  { module, keys, archive }: VerifyOptions,
  progress: Progress,
  seal: Seal,
  outside: ReadonlyMap<number, string>,
): Promise<Wrong | undefined> {
  if (!isGenuine(keys, module, seal)) return { position: seal.toPosition, reason: 'seal forged' };
  if (!seal.previous.equals(progress.hash)) {
    return { position: progress.position + 1, reason: 'seal not continued' };
  }
  const copy = outside.get(seal.toPosition);
  if (copy !== undefined && copy !== seal.hash.toString('hex')) {
    return { position: seal.toPosition, reason: 'seal forged' };
  }
  const count = seal.marks.length / MARK_BYTES;
  const read = await readHistory(tx, module, progress.position, count, archive);
  const entries = read.filter(({ position }) => position <= seal.toPosition);
  let { hash } = progress;
  for (const [index, { position, fact }] of entries.entries()) {
    if (fact === undefined) return { position, reason: 'missing' };
    hash = link(hash, position, fact);
    const mark = seal.marks.subarray(index * MARK_BYTES, (index + 1) * MARK_BYTES);
    if (!hash.subarray(0, MARK_BYTES).equals(mark)) return { position, reason: 'altered' };
  }
  if (entries.length < count) {
    return { position: (entries.at(-1)?.position ?? progress.position) + 1, reason: 'missing' };
  }
  return hash.equals(seal.hash) && seal.n === progress.n + count
    ? undefined
    : { position: seal.toPosition, reason: 'altered' };
}

/** What is not sealed yet has to be there at least. */
async function checkTail(
  step: <T>(work: (tx: Transaction) => Promise<T>) => Promise<T>,
  { module, archive }: VerifyOptions,
  after: number,
): Promise<{ unsealed: number; wrong?: Wrong }> {
  let unsealed = 0;
  let position = after;
  for (;;) {
    const from = position;
    const entries = await step((tx) => readHistory(tx, module, from, SEAL_FACTS_MAX, archive));
    const gone = entries.find(({ fact }) => fact === undefined);
    if (gone !== undefined) {
      return { unsealed, wrong: { position: gone.position, reason: 'missing' } };
    }
    unsealed += entries.length;
    position = entries.at(-1)?.position ?? position;
    if (entries.length < SEAL_FACTS_MAX) return { unsealed };
  }
}

/** Position → hash of the copies. */
async function outsideSeals({ directory, module }: VerifyOptions): Promise<Map<number, string>> {
  if (directory === undefined) return new Map();
  const lines = await readSealFile(directory, module);
  return new Map(lines.map(({ toPosition, hash }) => [toPosition, hash]));
}
