import { createHash } from 'node:crypto';
import type { Actor } from '#kernel/access';
import type { Transaction, UnitOfWork } from '#kernel/database';
import {
  PIECE_FACTS,
  digestFiles,
  makeSegmentFolder,
  pieceFile,
  toLines,
  writePiece,
  type Digest,
} from './archive-files.ts';
import { STORED_COLUMNS, type StoredFact } from './history.ts';

export interface ArchiveOptions {
  readonly module: string;
  /** Folder outside the database. */
  readonly directory: string;
  /** Only segments whose every fact was stored before. */
  readonly before: Date;
}

/** What became of a segment. */
export interface ArchivedSegment extends Digest {
  readonly segment: string;
}

export interface ArchiveReport extends ArchivedSegment {
  /** Absent when the files hold what was archived. */
  readonly fault?: string;
}

/** The files do not hold what was in the table; nothing was removed. */
export class ArchiveMismatch extends Error {
  readonly code = 'ARCHIVE_MISMATCH';

  constructor(segment: string, fault: string) {
    super(`The archive of ${segment} is not usable: ${fault}`);
    this.name = 'ArchiveMismatch';
  }
}

const SEGMENT = 1_000_000;
const TIMEOUT_MS = 10 * 60_000;
const STREAMS_PAGE = 1_000;
const LIMITS = { statementTimeoutMs: TIMEOUT_MS, transactionTimeoutMs: TIMEOUT_MS };

interface Exported extends Digest {
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly fromTime: string;
  readonly toTime: string;
  readonly pieces: number[];
  readonly streams: Map<string, { first: number; last: number; pieces: Set<number> }>;
}

/**
 * Moves old segments of the event table into files: writes them, reads them back, and only when count
 * and hash agree takes the segment out. A segment stays while a consumer is not past it, a fact of it
 * is set aside, or it may hold something unlogged. May be interrupted anywhere and repeated.
 *
 * @throws ArchiveMismatch when the files are not what was written
 */
export async function archiveSegments(
  workers: UnitOfWork,
  actor: Actor,
  { module, directory, before }: ArchiveOptions,
): Promise<ArchivedSegment[]> {
  const done: ArchivedSegment[] = [];
  const ready = await workers.transaction(actor, (tx) => segmentsReady(tx, module, before), LIMITS);
  for (const from of ready) {
    const segment = segmentName(from);
    const exported = await exportSegment(workers, actor, module, directory, from);
    if (exported.n > 0) {
      const digest = await digestFiles(directory, module, segment, exported.pieces.length);
      const fault = difference(exported, digest);
      if (fault !== undefined) throw new ArchiveMismatch(segment, fault);
    }
    await workers.transaction(
      actor,
      async (tx) => {
        await record(tx, module, segment, directory, exported);
        await tx.query(`select ${module}.drop_segment($1)`, [from]);
      },
      LIMITS,
    );
    done.push({ segment, n: exported.n, sha256: exported.sha256 });
  }
  return done;
}

/** What was archived of a module, oldest first. */
export function listArchive(tx: Transaction, module: string): Promise<ArchivedSegment[]> {
  return tx.query<ArchivedSegment>(
    `select segment, n, sha256 from ${module}.archive order by first_seq`,
  );
}

/** Reads every archived segment of a module and compares count and hash with what was recorded. */
export async function verifyArchive(
  workers: UnitOfWork,
  actor: Actor,
  { module, directory }: Pick<ArchiveOptions, 'module' | 'directory'>,
): Promise<ArchiveReport[]> {
  const rows = await workers.transaction(
    actor,
    (tx) =>
      tx.query<ArchivedSegment & { pieces: number }>(
        `select segment, n, sha256, cardinality(pieces) as pieces from ${module}.archive
         order by first_seq`,
      ),
    { readOnly: true },
  );
  const reports: ArchiveReport[] = [];
  for (const { segment, n, sha256, pieces } of rows) {
    const fault = await digestFiles(directory, module, segment, pieces).then(
      (digest) => difference({ n, sha256 }, digest),
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    reports.push({ segment, n, sha256, ...(fault === undefined ? {} : { fault }) });
  }
  return reports;
}

/** First numbers of the segments that may leave, oldest first. */
async function segmentsReady(tx: Transaction, module: string, before: Date): Promise<number[]> {
  const rows = await tx.query<{ from: number }>(
    `with segment as (
       select substring(c.relname from 7)::bigint * ${SEGMENT} as first
       from pg_inherits i join pg_class c on c.oid = i.inhrelid
       where i.inhparent = '${module}.event'::regclass
     ), floor as (select coalesce(max(floor_seq), 0) as seq from ${module}.log_control)
     select first as from from segment, floor
     where first + ${SEGMENT} <= floor.seq and not exists (
       select from ${module}.event e
       where e.seq >= first and e.seq < first + ${SEGMENT} and e.recorded_at >= $1)
     order by first`,
    [before],
  );
  const ready: number[] = [];
  for (const { from } of rows) {
    const [end] = await tx.query<{ position: number | null }>(
      `select max(l.first_position + u.ord - 1) as position
       from ${module}.log l cross join lateral unnest(l.seqs) with ordinality as u (seq, ord)
       where u.seq >= $1 and u.seq < $1 + ${SEGMENT}`,
      [from],
    );
    if (!(await isPassed(tx, module, end?.position ?? 0))) break;
    ready.push(from);
  }
  return ready;
}

/** Whether every consumer of the module's facts, wherever it keeps its books, is done up to there. */
async function isPassed(tx: Transaction, module: string, position: number): Promise<boolean> {
  const schemas = await tx.query<{ schema: string }>(
    `select n.nspname as schema from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relname = 'log_control' and c.relkind = 'r'`,
  );
  for (const { schema } of schemas) {
    const [row] = await tx.query<{ behind: boolean }>(
      `select exists (select from ${schema}.consumer
           where source = $1 and status <> 'RETIRED' and position < $2)
         or exists (select from ${schema}.dead_letter
           where source = $1 and position <= $2 and status in ('PARKED', 'RETRYING')) as behind`,
      [module, position],
    );
    if (row?.behind !== false) return false;
  }
  return true;
}

async function exportSegment(
  workers: UnitOfWork,
  actor: Actor,
  module: string,
  directory: string,
  from: number,
): Promise<Exported> {
  const segment = segmentName(from);
  const hash = createHash('sha256');
  const pieces: number[] = [];
  const streams: Exported['streams'] = new Map();
  let n = 0;
  let last: StoredFact | undefined;
  const times: string[] = [];
  await makeSegmentFolder(directory, module, segment);
  for (;;) {
    const after = last?.seq ?? from - 1;
    const facts = await workers.transaction(
      actor,
      (tx) =>
        tx.query<StoredFact>(
          `select ${STORED_COLUMNS} from ${module}.event e
           where e.seq > $1 and e.seq < $2 order by e.seq limit ${PIECE_FACTS}`,
          [after, from + SEGMENT],
        ),
      { readOnly: true, ...LIMITS },
    );
    const [first] = facts;
    if (first === undefined) break;
    const lines = toLines(facts);
    hash.update(lines);
    await writePiece(pieceFile(directory, module, segment, pieces.length), lines);
    for (const fact of facts) note(streams, fact, pieces.length);
    times.push(first.recordedAt);
    pieces.push(first.seq);
    n += facts.length;
    last = facts.at(-1);
  }
  const sha256 = hash.digest('hex');
  const firstSeq = pieces[0] ?? from;
  const now = new Date().toISOString();
  return {
    n,
    sha256,
    pieces,
    streams,
    firstSeq,
    lastSeq: last?.seq ?? from,
    fromTime: times[0] ?? now,
    toTime: last?.recordedAt ?? now,
  };
}

function note(streams: Exported['streams'], fact: StoredFact, piece: number): void {
  const { aggregateId, version } = fact;
  const known = streams.get(aggregateId);
  if (known === undefined) {
    streams.set(aggregateId, { first: version, last: version, pieces: new Set([piece]) });
    return;
  }
  known.last = version;
  known.pieces.add(piece);
}

async function record(
  tx: Transaction,
  module: string,
  segment: string,
  directory: string,
  exported: Exported,
): Promise<void> {
  const { firstSeq, lastSeq, fromTime, toTime, n, sha256, pieces, streams } = exported;
  await tx.query(
    `insert into ${module}.archive
       (segment, first_seq, last_seq, from_time, to_time, n, sha256, location, pieces, verified_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, clock_timestamp())`,
    [segment, firstSeq, lastSeq, fromTime, toTime, n, sha256, directory, pieces],
  );
  const all = [...streams].map(([id, { first, last, pieces: in_ }]) => ({
    id,
    first,
    last,
    pieces: [...in_],
  }));
  for (let at = 0; at < all.length; at += STREAMS_PAGE) {
    await tx.query(
      `insert into ${module}.archived_stream (aggregate_id, segment, first_version, last_version, pieces)
       select (s ->> 'id')::uuid, $1, (s ->> 'first')::int, (s ->> 'last')::int,
         array(select p::int from jsonb_array_elements_text(s -> 'pieces') p)
       from jsonb_array_elements($2::jsonb) s`,
      [segment, JSON.stringify(all.slice(at, at + STREAMS_PAGE))],
    );
  }
}

function difference(expected: Digest, found: Digest): string | undefined {
  if (expected.n !== found.n) return `${found.n} facts instead of ${expected.n}`;
  return expected.sha256 === found.sha256 ? undefined : 'the hash differs';
}

function segmentName(from: number): string {
  return `event_${String(from / SEGMENT).padStart(6, '0')}`;
}
