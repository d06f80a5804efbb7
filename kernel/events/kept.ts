/**
 * Personal values in read models. They stay as they stand in their facts, ciphertext under the person's
 * key, so that a read model tells nobody more than the log does, and a rebuild finds the same rows.
 */
import type { Transaction } from '#kernel/database';
import { bindingsOf } from './bindings.ts';
import type { AnyEvent, Recorded } from './catalog.ts';
import type { Context } from './context.ts';
import { foundIn, isSealed, replacedIn, type Sealed } from './sealed.ts';

declare const kept: unique symbol;

/** What a row keeps of a value, and of which fact. One text, which costs a row and its reader less. */
interface KeptValue {
  readonly [kept]: true;
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

const PREFIX = '$enc.v1.';

/** The fact as a read model keeps it: values of erased people are null, those of others ciphertext. */
export async function keep<E extends AnyEvent>(
  tx: Transaction,
  event: Recorded<E>,
): Promise<Recorded<E>> {
  const { keyring } = bindingsOf(tx);
  if (keyring === undefined) return event;
  const subjects = new Set(foundIn(event.data, isSealed).map(({ sid }) => sid));
  if (subjects.size === 0) return event;
  const erased = new Set<string>();
  await Promise.all(
    [...subjects].map(async (sid) => (await keyring.hasKey(sid)) || erased.add(sid)),
  );
  const data = replacedIn(event.data, isSealed, (sealed) =>
    erased.has(sealed.sid) ? null : textOf(sealed, event.id),
  );
  return { ...event, data: data as typeof event.data };
}

/** A kept value as a statement takes it for its column, which is `jsonb`. */
export function keptColumn(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

/**
 * What a row keeps, in clear; values of erased people are null. Hand it to nobody who may not read it, and
 * hand in columns that are `Kept` alone: a text somebody typed may look like ciphertext.
 */
export async function openKept<T>(tx: Transaction, value: T): Promise<InClear<T>> {
  const { keyring } = bindingsOf(tx);
  const texts = keyring === undefined ? [] : [...new Set(foundIn(value, isKept))];
  if (keyring === undefined || texts.length === 0) return value as InClear<T>;
  const values = await keyring.openValues(texts.map(sealedFrom));
  const clear = new Map(texts.map((text, index) => [text, values[index]]));
  return replacedIn(value, isKept, (text) => clear.get(text)) as InClear<T>;
}

/** The same for whoever answers: everything asked for at one time is opened together. */
export async function inClear<T>(context: Context, value: T): Promise<InClear<T>> {
  if (foundIn(value, isKept).length === 0) return value as InClear<T>;
  const loader = context.loader<unknown, unknown>('kernel.kept', (values) =>
    context.database.transaction(context.actor, (tx) => openKept(tx, [...values]), {
      readOnly: true,
    }),
  );
  return (await loader.load(value)) as InClear<T>;
}

function isKept(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith(PREFIX);
}

function textOf({ sid, iv, ct, path }: Sealed, fact: string): string {
  return `${PREFIX}${[sid, fact, iv, ct, path].join('.')}`;
}

function sealedFrom(text: string): { sealed: Sealed; place: string } {
  const [sid = '', fact, iv = '', ct = '', ...steps] = text.slice(PREFIX.length).split('.');
  const path = steps.join('.');
  return { sealed: { $enc: 'v1', sid, path, iv, ct }, place: `${fact}|${path}` };
}
