import { createHmac, createSecretKey, hkdfSync, randomBytes, type KeyObject } from 'node:crypto';
import DataLoader from 'dataloader';
import pg from 'pg';
import { NIL_UUID } from '#kernel/access';
import type { Transaction } from '#kernel/database';
import { bindingsOf } from './bindings.ts';
import type { AnyEvent, Recorded } from './catalog.ts';
import { encrypt, unseal, unwrap, wrap } from './cipher.ts';
import { foundIn, isSealed, replacedIn, type Sealed } from './sealed.ts';

/** 256-bit key that wraps the keys of people. */
export interface KeyEncryptionKey {
  readonly id: string;
  readonly key: Uint8Array;
}

export interface KeyringOptions {
  /** Connection string of the key store's role. */
  readonly url: string;
  /** The first wraps new keys, the others only unwrap until `rewrap` has replaced them. */
  readonly keyEncryptionKeys: readonly [KeyEncryptionKey, ...KeyEncryptionKey[]];
  readonly cacheMs?: number;
}

export interface Keyring {
  /** Encrypts the personal fields of a fact. @throws SubjectErased */
  seal(
    event: { id: string; aggregateId: string; data: unknown },
    personal: Readonly<Record<string, string>>,
  ): Promise<unknown>;
  /** The fact in clear; values of erased people are null. Hand it to nobody who may not read it. */
  open<E extends AnyEvent>(event: Recorded<E>): Promise<Recorded<E>>;
  /** Encrypts one value for a place, such as `table.column|rowId`. @throws SubjectErased */
  sealValue(subjectId: string, place: string, value: unknown): Promise<Sealed>;
  /** The value in clear, or null when the person was erased. @throws Error when it was moved or altered */
  openValue(sealed: Sealed, place: string): Promise<unknown>;
  /** The same for many, whose keys are looked up together. */
  openValues(
    values: readonly { readonly sealed: Sealed; readonly place: string }[],
  ): Promise<unknown[]>;
  /**
   * Keyed hash of a normalised personal value, for exact look-up only: HMAC-SHA-256, Base64url, under a
   * key of its own for each place, such as `leads.email.DE`.
   */
  blindIndex(place: string, value: string): Promise<string>;
  /** Whether what is encrypted about the person can be read. */
  hasKey(subjectId: string): Promise<boolean>;
  /** Whether the person was erased; one without a key was perhaps never written about. */
  isErased(subjectId: string): Promise<boolean>;
  /** Drops a person's key, or everybody's, from memory at once. */
  forget(subjectId?: string): void;
  /** Wraps up to `limit` keys anew under the first key; answers how many are left under others. */
  rewrap(limit: number): Promise<number>;
  close(): Promise<void>;
}

/** The person was erased; nothing personal can be recorded about him any more. */
export class SubjectErased extends Error {
  readonly code = 'SUBJECT_ERASED';

  constructor() {
    super('Die Daten dieser Person wurden gelöscht.');
    this.name = 'SubjectErased';
  }
}

const CACHE_MAX = 10_000;
const CACHE_MS = 60_000;
/** Keys read with one statement. */
const LOOKUP_MAX = 1_000;

/**
 * Opens the key store.
 *
 * @throws Error when a key-encryption key in use is missing or wrong
 */
export async function createKeyring(options: KeyringOptions): Promise<Keyring> {
  const [current] = options.keyEncryptionKeys;
  for (const { id, key } of options.keyEncryptionKeys) {
    if (key.length !== 32) throw new Error(`Key-encryption key ${id} has not 256 bits`);
  }
  const wrapping = new Map(
    options.keyEncryptionKeys.map(({ id, key }) => [id, createSecretKey(key)]),
  );
  const pool = new pg.Pool({
    connectionString: options.url,
    max: 2,
    application_name: 'freshplan-keys',
    connectionTimeoutMillis: 5_000,
  });
  pool.on('error', () => {});
  const cache = new Map<string, { key: KeyObject; until: number }>();
  const cacheMs = options.cacheMs ?? CACHE_MS;

  const bytesOf = (subjectId: string, row: { kek_id: string; wrapped: Buffer }): Buffer => {
    const key = wrapping.get(row.kek_id);
    if (key === undefined) throw new Error(`Key-encryption key ${row.kek_id} is missing`);
    return unwrap(key, row.wrapped, subjectId);
  };
  let forgettings = 0;
  // Whatever is asked for at one time is read with one statement.
  const lookUps = new DataLoader<string, KeyObject | null>(
    async (subjectIds) => {
      const before = forgettings;
      const { rows } = await pool.query<{ id: string; kek_id: string; wrapped: Buffer }>(
        'select subject_id as id, kek_id, wrapped from keys.subject_key where subject_id = any ($1)',
        [subjectIds],
      );
      const found = new Map(rows.map((row) => [row.id, row]));
      return subjectIds.map((subjectId) => {
        const row = found.get(subjectId.toLowerCase());
        if (row === undefined) return null;
        try {
          const key = createSecretKey(bytesOf(subjectId, row));
          // A key that was dropped while it was read may be destroyed by now.
          if (before === forgettings) remember(subjectId, key);
          return key;
        } catch (error) {
          return error as Error;
        }
      });
    },
    { cache: false, maxBatchSize: LOOKUP_MAX },
  );
  const remember = (subjectId: string, key: KeyObject): void => {
    if (cache.size >= CACHE_MAX) cache.delete(cache.keys().next().value ?? '');
    cache.set(subjectId, { key, until: Date.now() + cacheMs });
  };
  const find = async (subjectId: string): Promise<KeyObject | null> => {
    const hit = cache.get(subjectId);
    if (hit !== undefined && hit.until > Date.now()) return hit.key;
    cache.delete(subjectId);
    return lookUps.load(subjectId);
  };
  const findOrCreate = async (subjectId: string): Promise<KeyObject> => {
    const present = await find(subjectId);
    if (present !== null) return present;
    const wrapped = wrap(current.key, randomBytes(32), subjectId);
    await pool.query(
      `insert into keys.subject_key (subject_id, kek_id, wrapped) select $1, $2, $3
       where not exists (select from keys.erased where subject_id = $1) on conflict do nothing`,
      [subjectId, current.id, wrapped],
    );
    const created = await find(subjectId);
    if (created === null) throw new SubjectErased();
    return created;
  };
  const sealValue = async (
    sid: string,
    place: string,
    path: string,
    value: unknown,
  ): Promise<Sealed> => {
    const iv = randomBytes(12);
    const ct = encrypt(await findOrCreate(sid), iv, JSON.stringify(value), `${place}|${sid}`);
    return { $enc: 'v1', sid, path, iv: iv.toString('base64'), ct: ct.toString('base64') };
  };
  const openValues: Keyring['openValues'] = async (values) => {
    const subjects = [...new Set(values.map(({ sealed }) => sealed.sid))];
    const keys = new Map(
      await Promise.all(subjects.map(async (sid) => [sid, await find(sid)] as const)),
    );
    return values.map(({ sealed, place }) => {
      const key = keys.get(sealed.sid) ?? null;
      return key === null ? null : unseal(key, sealed, place);
    });
  };

  await verifyKeys(pool, bytesOf).catch(async (error: unknown) => {
    await pool.end();
    throw error;
  });
  return {
    async seal({ id, aggregateId, data }, personal) {
      const copy = structuredClone(data) as Record<string, unknown>;
      for (const [path, subjectField] of Object.entries(personal)) {
        const [holder, field] = parentOf(copy, path);
        if (holder === undefined || holder[field] === undefined || holder[field] === null) continue;
        const subject = subjectField === 'aggregateId' ? aggregateId : fieldOf(copy, subjectField);
        if (typeof subject !== 'string')
          throw new TypeError(`${path} has no subject ${subjectField}`);
        holder[field] = await sealValue(subject, `${id}|${path}`, path, holder[field]);
      }
      return copy;
    },
    async open(event) {
      const sealed = foundIn([event.data, event.meta], isSealed);
      if (sealed.length === 0) return event;
      const values = await openValues(
        sealed.map((each) => ({ sealed: each, place: `${event.id}|${each.path}` })),
      );
      const clear = new Map(sealed.map((each, index) => [each, values[index]]));
      const [data, meta] = [event.data, event.meta].map((each) =>
        replacedIn(each, isSealed, (value) => clear.get(value)),
      );
      return { ...event, data, meta };
    },
    sealValue: (subjectId, place, value) => sealValue(subjectId, place, place, value),
    openValue: async (sealed, place) => (await openValues([{ sealed, place }]))[0],
    openValues,
    async blindIndex(place, value) {
      const house = await findOrCreate(NIL_UUID);
      const key = hkdfSync('sha256', house, '', `blind index|${place}`, 32);
      return createHmac('sha256', Buffer.from(key)).update(value).digest('base64url');
    },
    async isErased(subjectId) {
      if ((await find(subjectId)) !== null) return false;
      const { rowCount } = await pool.query('select from keys.erased where subject_id = $1', [
        subjectId,
      ]);
      return rowCount !== 0;
    },
    hasKey: async (subjectId) => (await find(subjectId)) !== null,
    forget(subjectId) {
      forgettings += 1;
      if (subjectId === undefined) cache.clear();
      else cache.delete(subjectId);
    },
    async rewrap(limit) {
      const { rows } = await pool.query<{ subject_id: string; kek_id: string; wrapped: Buffer }>(
        'select subject_id, kek_id, wrapped from keys.subject_key where kek_id <> $1 limit $2',
        [current.id, limit],
      );
      for (const row of rows) {
        const wrapped = wrap(current.key, bytesOf(row.subject_id, row), row.subject_id);
        await pool.query(
          'update keys.subject_key set kek_id = $2, wrapped = $3 where subject_id = $1 and kek_id = $4',
          [row.subject_id, current.id, wrapped, row.kek_id],
        );
      }
      const left = await pool.query<{ n: string }>(
        'select count(*) as n from keys.subject_key where kek_id <> $1',
        [current.id],
      );
      return Number(left.rows[0]?.n);
    },
    close: () => pool.end(),
  };
}

/**
 * Destroys a person's key in the caller's transaction. With its commit everything encrypted about
 * him is unreadable, backups included.
 */
export async function eraseSubject(tx: Transaction, subjectId: string): Promise<void> {
  // Nobody's key is the one of the blind indexes: without it no duplicate would be found.
  if (subjectId === NIL_UUID) throw new RangeError('Nobody cannot be erased');
  await tx.query('insert into keys.erased (subject_id) values ($1) on conflict do nothing', [
    subjectId,
  ]);
  await tx.query('delete from keys.subject_key where subject_id = $1', [subjectId]);
  tx.onCommit(() => {
    const { keyring, onErased } = bindingsOf(tx);
    keyring?.forget(subjectId);
    onErased?.(subjectId);
  });
}

/** Whether a person's key was destroyed. */
export async function isErased(tx: Transaction, subjectId: string): Promise<boolean> {
  const rows = await tx.query('select from keys.erased where subject_id = $1', [subjectId]);
  return rows.length > 0;
}

/** Every key-encryption key in use must be there and unwrap what it wrapped. */
async function verifyKeys(
  pool: pg.Pool,
  bytesOf: (subjectId: string, row: { kek_id: string; wrapped: Buffer }) => Buffer,
): Promise<void> {
  const { rows } = await pool.query<{ subject_id: string; kek_id: string; wrapped: Buffer }>(
    'select distinct on (kek_id) subject_id, kek_id, wrapped from keys.subject_key order by kek_id',
  );
  for (const row of rows) {
    try {
      bytesOf(row.subject_id, row);
    } catch {
      throw new Error(
        `Key-encryption key "${row.kek_id}" is missing or not the one in use: people's keys are wrapped under it. Give it in KEY_ENCRYPTION_KEY with its KEY_ENCRYPTION_KEY_ID, or in KEY_ENCRYPTION_KEYS_FORMER as ${row.kek_id}:<key>.`,
      );
    }
  }
}

function fieldOf(data: unknown, path: string): unknown {
  const [holder, field] = parentOf(data as Record<string, unknown>, path);
  return holder?.[field];
}

function parentOf(
  data: Record<string, unknown>,
  path: string,
): [Record<string, unknown> | undefined, string] {
  const steps = path.split('.');
  const field = steps.pop() ?? path;
  let holder: unknown = data;
  for (const step of steps) holder = (holder as Record<string, unknown> | undefined)?.[step];
  return [holder as Record<string, unknown> | undefined, field];
}
