import type { Transaction } from '#kernel/database';
import { bindingsOf } from './bindings.ts';
import type { AnyEvent, Recorded } from './catalog.ts';

/** The fact in clear, for a projection; personal values of erased people are null. */
export async function open<E extends AnyEvent>(
  tx: Transaction,
  event: Recorded<E>,
): Promise<Recorded<E>> {
  const { keyring } = bindingsOf(tx);
  return keyring === undefined ? event : keyring.open(event);
}
