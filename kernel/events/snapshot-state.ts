import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import type { Transaction } from '#kernel/database';
import type { Aggregate } from './aggregate.ts';
import { bindingsOf } from './bindings.ts';
import type { AnyEvent } from './catalog.ts';
import type { Keyring } from './personal.ts';
import type { Sealed } from './sealed.ts';

/**
 * A state at rest. One that people's values went into is encrypted under a key nobody keeps: each of
 * these people holds a share of it under his own key. When one of them is erased the key is gone, and
 * the facts are replayed without what was his.
 */
interface StoredState {
  /** State, Base64: clear when nobody's values are in it. */
  readonly state: string;
  readonly iv?: string;
  readonly shares?: readonly Sealed[];
}

const EVERY = 100;
const KEY_BYTES = 32;
const TAG_BYTES = 16;

/** Versions between two snapshots; 0 for an aggregate that has none. */
export function snapshotEveryOf(aggregate: Pick<Aggregate<unknown>, 'snapshotEvery'>): number {
  return aggregate.snapshotEvery ?? EVERY;
}

const schemas = new WeakMap<object, number>();

/**
 * Stands for the shape of the state: the declared version, the versions of the facts and the text of
 * `evolve`. A change of any of them makes older snapshots useless by itself.
 */
export function snapshotSchemaOf<S, E extends AnyEvent>(aggregate: Aggregate<S, E>): number {
  const known = schemas.get(aggregate);
  if (known !== undefined) return known;
  const hash = createHash('sha256').update(
    JSON.stringify([
      aggregate.snapshotVersion ?? 1,
      aggregate.evolve.toString(),
      Object.entries(aggregate.events.facts).map(([type, { version }]) => [type, version]),
    ]),
  );
  const schema = hash.digest().readUInt32BE() >>> 1;
  schemas.set(aggregate, schema);
  return schema;
}

/** The state of a snapshot and whose values are in it; undefined when it cannot be read any more. */
export async function openSnapshot<S>(
  tx: Transaction,
  aggregate: Aggregate<S, never>,
  id: string,
  version: number,
): Promise<{ state: S; subjects: string[] } | undefined> {
  const [row] = await tx.query<{ state: StoredState; schema_version: number }>(
    {
      name: `snapshot-${aggregate.events.module}`,
      text: `select state, schema_version from ${aggregate.events.module}.snapshot
        where aggregate_id = $1 and version = $2`,
    },
    [id, version],
  );
  if (row === undefined) return undefined;
  const place = placeOf(aggregate.events.module, id, version, row.schema_version);
  const { keyring } = bindingsOf(tx);
  try {
    const bytes = await openState(keyring, row.state, place);
    if (bytes === undefined) return undefined;
    const subjects = (row.state.shares ?? []).map(({ sid }) => sid);
    return { state: deserialize(bytes) as S, subjects };
  } catch {
    // A cache only: whatever is wrong with it, the facts are right.
    return undefined;
  }
}

/** @throws SubjectErased when one of the people was erased meanwhile; Error without keys */
export async function sealState(
  keyring: Keyring | undefined,
  state: unknown,
  place: string,
  subjects: ReadonlySet<string>,
): Promise<StoredState> {
  const bytes = serialize(state);
  if (subjects.size === 0) return { state: bytes.toString('base64') };
  if (keyring === undefined) throw new Error('A state holds personal values and there are no keys');
  const iv = randomBytes(12);
  const parts = [...subjects].map(() => randomBytes(KEY_BYTES));
  const cipher = createCipheriv('aes-256-gcm', combine(parts), iv).setAAD(Buffer.from(place));
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  const shares = await Promise.all(
    [...subjects].map((sid, at) =>
      keyring.sealValue(sid, place, (parts[at] as Buffer).toString('base64')),
    ),
  );
  return { state: sealed.toString('base64'), iv: iv.toString('base64'), shares };
}

async function openState(
  keyring: Keyring | undefined,
  stored: StoredState,
  place: string,
): Promise<Buffer | undefined> {
  const bytes = Buffer.from(stored.state, 'base64');
  if (stored.shares === undefined || stored.iv === undefined) return bytes;
  if (keyring === undefined) return undefined;
  const shares = await Promise.all(stored.shares.map((each) => keyring.openValue(each, place)));
  if (shares.includes(null)) return undefined;
  const key = combine(shares.map((each) => Buffer.from(String(each), 'base64')));
  const iv = Buffer.from(stored.iv, 'base64');
  const cut = bytes.length - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place));
  decipher.setAuthTag(bytes.subarray(cut));
  return Buffer.concat([decipher.update(bytes.subarray(0, cut)), decipher.final()]);
}

/** Where a state belongs; part of what is authenticated. */
export function placeOf(module: string, id: string, version: number, schema: number): string {
  return `${module}.snapshot|${id}|${version}|${schema}`;
}

function combine(parts: readonly Buffer[]): Buffer {
  const key = Buffer.alloc(KEY_BYTES);
  for (const part of parts) {
    for (let at = 0; at < KEY_BYTES; at += 1) key[at] = (key[at] ?? 0) ^ (part[at] ?? 0);
  }
  return key;
}
