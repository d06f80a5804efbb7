import { createHash } from 'node:crypto';
import { open, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Transaction } from '#kernel/database';
import type { ArchiveReader, StoredFact } from './history.ts';

/** Facts of one file. */
export const PIECE_FACTS = 1_000;
const PIECE_BYTES_MAX = 512 * 1024 * 1024;
const CACHED_PIECES = 4;

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Hash and number of the facts of a segment, over their lines in order. */
export interface Digest {
  readonly sha256: string;
  readonly n: number;
}

export function toLines(facts: readonly StoredFact[]): string {
  return facts.map((fact) => `${JSON.stringify(fact)}\n`).join('');
}

/** Writes one piece and waits until it is on disk. */
export async function writePiece(path: string, lines: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(await compress(lines));
    await file.sync();
  } finally {
    await file.close();
  }
}

export function pieceFile(directory: string, module: string, segment: string, at: number): string {
  return join(directory, module, segment, `${String(at).padStart(4, '0')}.ndjson.gz`);
}

export async function makeSegmentFolder(
  directory: string,
  module: string,
  segment: string,
): Promise<void> {
  await mkdir(join(directory, module, segment), { recursive: true, mode: 0o700 });
}

/** @throws Error for a file that is missing or damaged */
async function readLines(path: string): Promise<string> {
  const bytes = await decompress(await readFile(path), { maxOutputLength: PIECE_BYTES_MAX });
  return bytes.toString('utf8');
}

/** Reads every piece of a segment back. @throws Error for a file that is missing or damaged */
export async function digestFiles(
  directory: string,
  module: string,
  segment: string,
  pieces: number,
): Promise<Digest> {
  const hash = createHash('sha256');
  let n = 0;
  for (let at = 0; at < pieces; at += 1) {
    const lines = await readLines(pieceFile(directory, module, segment, at));
    hash.update(lines);
    n += parse(lines).length;
  }
  return { sha256: hash.digest('hex'), n };
}

function parse(lines: string): StoredFact[] {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as StoredFact);
}

/** Reads facts that have left the tables from the files in a folder. */
export function createArchiveReader(directory: string): ArchiveReader {
  const cache = new Map<string, Promise<StoredFact[]>>();
  const piece = (module: string, segment: string, at: number): Promise<StoredFact[]> => {
    const path = pieceFile(directory, module, segment, at);
    const reading = cache.get(path) ?? readLines(path).then(parse);
    cache.delete(path);
    cache.set(path, reading);
    // A file that could not be read may be put back.
    reading.catch(() => cache.delete(path));
    if (cache.size > CACHED_PIECES) cache.delete(cache.keys().next().value ?? '');
    return reading;
  };
  const segments = (tx: Transaction, module: string): Promise<SegmentRow[]> =>
    tx.query<SegmentRow>(`select segment, pieces from ${module}.archive order by first_seq`);
  return {
    async bySeq(tx, module, seqs) {
      const rows = await segments(tx, module);
      const found = new Map<number, StoredFact>();
      const wanted = new Set(seqs);
      const places = rows.flatMap(({ segment, pieces }) =>
        pieces.map((first, at) => ({ first, segment, at })),
      );
      const needed = new Set(seqs.map((seq) => places.findLastIndex(({ first }) => first <= seq)));
      for (const index of needed) {
        const place = places[index];
        if (place === undefined) continue;
        for (const fact of await piece(module, place.segment, place.at)) {
          if (wanted.has(fact.seq)) found.set(fact.seq, fact);
        }
      }
      return found;
    },
    async ofAggregate(tx, module, aggregateId, upTo) {
      const rows = await tx.query<{ segment: string; pieces: number[] }>(
        `select segment, pieces from ${module}.archived_stream
         where aggregate_id = $1 and first_version <= $2 order by first_version`,
        [aggregateId, upTo],
      );
      const facts: StoredFact[] = [];
      for (const { segment, pieces } of rows) {
        for (const at of pieces) {
          const all = await piece(module, segment, at);
          facts.push(
            ...all.filter((fact) => fact.aggregateId === aggregateId && fact.version <= upTo),
          );
        }
      }
      return facts;
    },
    async *all(tx, module) {
      const archived = await tx.query<SegmentRow>(
        `select segment, pieces from ${module}.archive a where verified_at is not null
           and to_regclass('${module}.' || segment) is null order by first_seq`,
      );
      for (const { segment, pieces } of archived) {
        for (const at of pieces.keys()) yield await piece(module, segment, at);
      }
    },
  };
}

interface SegmentRow {
  readonly segment: string;
  readonly pieces: number[];
}
