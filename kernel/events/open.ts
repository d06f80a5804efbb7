import type { Transaction } from '#kernel/database';
import { bindingsOf } from './bindings.ts';
import type { AnyEvent, Recorded } from './catalog.ts';
import { SubjectErased, type Keyring } from './personal.ts';
import type { Sealed } from './sealed.ts';

/** The fact in clear, for a projection; personal values of erased people are null. */
export async function open<E extends AnyEvent>(
  tx: Transaction,
  event: Recorded<E>,
): Promise<Recorded<E>> {
  const { keyring } = bindingsOf(tx);
  return keyring === undefined ? event : keyring.open(event);
}

/**
 * Keyed hash of a normalised personal value under the key of a place, such as `leads.email.DE`: the same
 * for ever, so that a projection finds it again when it is rebuilt.
 *
 * @throws Error without a keyring: no value is hashed without a key
 */
export async function blindIndex(tx: Transaction, place: string, value: string): Promise<string> {
  return requireKeyring(tx).blindIndex(place, value);
}

/**
 * For a command about a person, so that it does not go half-way.
 *
 * @throws SubjectErased
 */
export async function requireNotErased(tx: Transaction, subjectId: string): Promise<void> {
  const { keyring } = bindingsOf(tx);
  if (keyring !== undefined && (await keyring.isErased(subjectId))) throw new SubjectErased();
}

/** Drops a person's key from this process's memory: for whoever hears that he was erased elsewhere. */
export function forgetSubject(tx: Transaction, subjectId: string): void {
  bindingsOf(tx).keyring?.forget(subjectId);
}

/**
 * Encrypts what only the house may know, such as a shared secret, under the key of what it belongs to;
 * it can be opened at this place alone, such as `table.column|rowId`.
 *
 * @throws Error without a keyring: nothing is kept in clear instead
 */
export function sealSecret(
  tx: Transaction,
  ownerId: string,
  place: string,
  secret: string,
): Promise<Sealed> {
  return requireKeyring(tx).sealValue(ownerId, place, secret);
}

/** @throws Error without a keyring or key, and when it was moved or altered */
export async function openSecret(tx: Transaction, sealed: Sealed, place: string): Promise<string> {
  const secret = await requireKeyring(tx).openValue(sealed, place);
  if (typeof secret !== 'string') throw new Error('The key of a secret is gone');
  return secret;
}

function requireKeyring(tx: Transaction): Keyring {
  const { keyring } = bindingsOf(tx);
  if (keyring === undefined) throw new Error('This needs the key store');
  return keyring;
}
