/** Personal value at rest: AES-256-GCM under the person's key, bound to the place it was written for. */
export interface Sealed {
  readonly $enc: 'v1';
  /** The person. */
  readonly sid: string;
  /** Field path at the time of writing; part of what is authenticated. */
  readonly path: string;
  /** 96 bits, Base64. */
  readonly iv: string;
  /** Ciphertext and 128-bit tag, Base64. */
  readonly ct: string;
}

/** Whether a value is personal and still encrypted. */
export function isSealed(value: unknown): value is Sealed {
  return value !== null && typeof value === 'object' && '$enc' in value && value.$enc === 'v1';
}

type Is<V> = (value: unknown) => value is V;

/** Everything in a value that the predicate holds for, however deep. */
export function foundIn<V>(value: unknown, is: Is<V>, found: V[] = []): V[] {
  if (is(value)) found.push(value);
  else if (value !== null && typeof value === 'object') {
    for (const each of Object.values(value)) foundIn(each, is, found);
  }
  return found;
}

/** A copy with other values in place of these. */
export function replacedIn<V>(value: unknown, is: Is<V>, by: (value: V) => unknown): unknown {
  if (is(value)) return by(value);
  if (Array.isArray(value)) return value.map((each) => replacedIn(each, is, by));
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  const copy: Record<string, unknown> = {};
  for (const [field, each] of Object.entries(value)) copy[field] = replacedIn(each, is, by);
  return copy;
}
