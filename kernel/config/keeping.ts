import { z } from 'zod';

const KEY_ID = /^[A-Za-z0-9-]{1,40}$/;

/** `id:key` pairs; undefined when one cannot be a key. */
function keysOf(text: string): { id: string; key: Uint8Array }[] | undefined {
  const pairs = text.split(',').filter((each) => each.trim() !== '');
  const keys = pairs.map((pair) => {
    const [id = '', encoded = ''] = pair.trim().split(':');
    return { id, key: Buffer.from(encoded, 'base64') };
  });
  return keys.every(({ id, key }) => KEY_ID.test(id) && key.length === 32) ? keys : undefined;
}

/** Keys of people, and where the past is kept. */
export const keepingSettings = {
  KEY_ENCRYPTION_KEY_ID: z
    .string()
    .regex(KEY_ID, 'is 1 to 40 letters, digits or dashes')
    .default('config')
    .describe('name of KEY_ENCRYPTION_KEY; a new key needs a new name'),
  KEY_ENCRYPTION_KEYS_FORMER: z
    .string()
    .default('')
    .refine((text) => keysOf(text) !== undefined, 'is not id:key, each key 32 bytes in base64')
    .transform((text) => keysOf(text) ?? [])
    .describe(
      'keys of before as id:key, separated by commas, until nothing is wrapped under them any more',
    ),
  SEAL_DIRECTORY: z
    .string()
    .min(1)
    .optional()
    .describe('folder outside the database with a copy of every seal; default: DATA_DIR/seals'),
  ARCHIVE_DIRECTORY: z
    .string()
    .min(1)
    .optional()
    .describe('folder of archived facts; default: DATA_DIR/archive'),
  ERASURE_DIRECTORY: z
    .string()
    .min(1)
    .optional()
    .describe(
      'folder, apart from dumps, that remembers who was erased; default: DATA_DIR/erasures',
    ),
  EVENTS_RETENTION_DAYS: z.coerce
    .number()
    .int()
    .min(30)
    .max(90)
    .default(90)
    .describe('days after which a full segment of the log leaves for the archive, 30..90'),
} as const;

/** One name, one key: which one wraps could not be told otherwise. */
export function keyFaults(config: {
  readonly KEY_ENCRYPTION_KEY_ID: string;
  readonly KEY_ENCRYPTION_KEYS_FORMER: readonly { readonly id: string }[];
}): { key: string; message: string }[] {
  const former = config.KEY_ENCRYPTION_KEYS_FORMER.map(({ id }) => id);
  const ids = [config.KEY_ENCRYPTION_KEY_ID, ...former];
  if (new Set(ids).size === ids.length) return [];
  const message = 'names a key twice: give every key an id of its own';
  return [{ key: 'KEY_ENCRYPTION_KEYS_FORMER', message }];
}
