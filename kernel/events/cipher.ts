import { createCipheriv, createDecipheriv, randomBytes, type KeyObject } from 'node:crypto';
import type { Sealed } from './sealed.ts';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** A `KeyObject` is set up once; bytes are set up for every value, which takes longer than the value. */
type Key = Uint8Array | KeyObject;

/** AES-256-GCM: ciphertext and 128-bit tag. What it is bound to has to be told again to decrypt it. */
export function encrypt(key: Key, iv: Buffer, plain: string | Buffer, bound: string): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(bound));
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws Error when the text, its place or the key is another one */
export function decrypt(key: Key, iv: Buffer, sealed: Buffer, bound: string): Buffer {
  const cut = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(bound));
  decipher.setAuthTag(sealed.subarray(cut));
  return Buffer.concat([decipher.update(sealed.subarray(0, cut)), decipher.final()]);
}

/** A key under another key; the first 96 bits are the IV. */
export function wrap(wrappingKey: Key, key: Buffer, subjectId: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  return Buffer.concat([iv, encrypt(wrappingKey, iv, key, subjectId)]);
}

/** @throws Error when it was wrapped under another key or for somebody else */
export function unwrap(wrappingKey: Key, wrapped: Buffer, subjectId: string): Buffer {
  const [iv, sealed] = [wrapped.subarray(0, IV_BYTES), wrapped.subarray(IV_BYTES)];
  return decrypt(wrappingKey, iv, sealed, subjectId);
}

/** The value in clear. @throws Error as `decrypt` does */
export function unseal(key: KeyObject, { sid, iv, ct }: Sealed, place: string): unknown {
  const [nonce, text] = [Buffer.from(iv, 'base64'), Buffer.from(ct, 'base64')];
  return JSON.parse(decrypt(key, nonce, text, `${place}|${sid}`).toString('utf8')) as unknown;
}
