/**
 * Personal values in read models. They stay as they stand in their facts, ciphertext under the person's
 * key, so that a read model tells nobody more than the log does, and a rebuild finds the same rows.
 */
import type { Transaction } from '#kernel/database';
import { bindingsOf } from './bindings.ts';
import type { AnyEvent, Recorded } from './catalog.ts';
import type { Context } from './context.ts';
import { isSealed, type Sealed } from './personal.ts';

/** A value as a read model keeps it: what its fact says, and the fact it is bound to. */
interface KeptValue extends Sealed {
  readonly fact: string;
}

/** Column of a personal text: ciphertext; a text where there are no keys; null where there is nothing. */
export type Kept = KeptValue | string | null;

/** A row or value with what is kept in it readable. */
export type InClear<T> = T extends KeptValue
  ? never
  : T extends Date
    ? T
    : T extends object
      ? { [Field in keyof T]: InClear<T[Field]> }
      : T;

/** The fact as a read model keeps it: values of erased people are null, those of others ciphertext. */
export async function keep<E extends AnyEvent>(
  tx: Transaction,
  event: Recorded<E>,
): Promise<Recorded<E>> {
  const { keyring } = bindingsOf(tx);
  if (keyring === undefined) return event;
  const data = await replaced(event.data, isSealed, async (sealed) =>
    (await keyring.hasKey(sealed.sid)) ? { ...sealed, fact: event.id } : null,
  );
  return { ...event, data: data as typeof event.data };
}

/** A kept value as a statement takes it for its column, which is `jsonb`. */
export function keptColumn(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

/** What a row keeps, in clear; values of erased people are null. Hand it to nobody who may not read it. */
export async function openKept<T>(tx: Transaction, value: T): Promise<InClear<T>> {
  const { keyring } = bindingsOf(tx);
  if (keyring === undefined) return value as InClear<T>;
  const clear = await replaced(value, isKept, (kept) =>
    keyring.openValue(kept, `${kept.fact}|${kept.path}`),
  );
  return clear as InClear<T>;
}

/** The same for whoever answers: everything asked for at one time is opened together. */
export async function inClear<T>(context: Context, value: T): Promise<InClear<T>> {
  if (value === null || typeof value !== 'object') return value as InClear<T>;
  const loader = context.loader<unknown, unknown>('kernel.kept', (values) =>
    context.database.transaction(
      context.actor,
      (tx) => Promise.all(values.map((each) => openKept(tx, each))),
      { readOnly: true },
    ),
  );
  return (await loader.load(value)) as InClear<T>;
}

function isKept(value: unknown): value is KeptValue {
  return isSealed(value) && 'fact' in value;
}

/** A copy with other values where the predicate holds. */
async function replaced<V>(
  value: unknown,
  is: (value: unknown) => value is V,
  by: (value: V) => Promise<unknown>,
): Promise<unknown> {
  if (is(value)) return by(value);
  if (Array.isArray(value)) return Promise.all(value.map((each) => replaced(each, is, by)));
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  const entries = Object.entries(value).map(
    async ([field, each]) => [field, await replaced(each, is, by)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}
