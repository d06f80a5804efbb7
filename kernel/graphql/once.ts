import { createHash } from 'node:crypto';
import { Refusal } from '#kernel/access';
import type { Transaction } from '#kernel/database';
import type { Clock } from '#kernel/events';

export interface MutationKey {
  module: string;
  /** Name of the mutation. */
  operation: string;
  /** As the client sent it; without one the work simply runs. */
  key: string | null | undefined;
  input: unknown;
  clock: Clock;
}

const KEPT_MS = 24 * 60 * 60 * 1_000;
const KEY_LENGTH_MAX = 200;

/**
 * Runs the work of a mutation once per (key, operation, actor) within 24 hours; a repetition gets
 * the stored answer in full. Belongs into the transaction of the work, so that a refused or failed
 * one leaves no key behind.
 *
 * @throws Refusal `CONFLICT` when the key was used with another input
 */
export async function once<Answer>(
  tx: Transaction,
  mutation: MutationKey,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const { module, operation, key, clock } = mutation;
  if (key === undefined || key === null) return work();
  if (key.length < 1 || key.length > KEY_LENGTH_MAX) {
    throw new Refusal(
      'BAD_USER_INPUT',
      'Der Wiederholungsschlüssel hat 1 bis 200 Zeichen.',
      'idempotencyKey',
    );
  }
  const identity = [key, operation, tx.actor.userId];
  const hash = createHash('sha256').update(canonicalJson(mutation.input)).digest();
  const now = clock.now();
  const claimed = await tx.query(
    `insert into ${module}.mutation_key as k (key, operation, actor, input_hash, at)
     values ($1, $2, $3, $4, $5)
     on conflict (key, operation, actor) do update
       set input_hash = excluded.input_hash, answer = null, at = excluded.at
       where k.at < $6
     returning 1 as claimed`,
    [...identity, hash, now, new Date(now.getTime() - KEPT_MS)],
  );
  if (claimed.length === 0) return recordedAnswer<Answer>(tx, module, identity, hash);
  const answer = await work();
  await tx.query(
    `update ${module}.mutation_key set answer = $4 where key = $1 and operation = $2 and actor = $3`,
    [...identity, JSON.stringify(answer)],
  );
  return answer;
}

/** Removes stored answers that name one of the ids, of whomever; a repetition is then a new request. */
export async function forgetAnswers(
  tx: Transaction,
  module: string,
  ids: readonly string[],
): Promise<void> {
  await tx.query(
    `delete from ${module}.mutation_key where exists (
       select from jsonb_each_text(case when jsonb_typeof(answer) = 'object' then answer end) as field
       where field.value = any ($1))`,
    [ids],
  );
}

async function recordedAnswer<Answer>(
  tx: Transaction,
  module: string,
  identity: readonly string[],
  hash: Buffer,
): Promise<Answer> {
  const [row] = await tx.query<{ input_hash: Buffer; answer: Answer }>(
    `select input_hash, answer from ${module}.mutation_key
     where key = $1 and operation = $2 and actor = $3`,
    identity,
  );
  if (row === undefined || !row.input_hash.equals(hash)) {
    throw new Refusal(
      'CONFLICT',
      'Dieser Wiederholungsschlüssel wurde schon mit anderen Angaben verwendet.',
      'idempotencyKey',
    );
  }
  return row.answer;
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    each !== null && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
