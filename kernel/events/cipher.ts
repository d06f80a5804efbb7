import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM: ciphertext and 128-bit tag. What it is bound to has to be told again to decrypt it. */
export function encrypt(
  key: Uint8Array,
  iv: Buffer,
  plain: string | Buffer,
  bound: string,
): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(bound));
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws Error when the text, its place or the key is another one */
export function decrypt(key: Uint8Array, iv: Buffer, sealed: Buffer, bound: string): Buffer {
  const cut = sealed.length - TAG_BYTES;
  const decipher = createDecipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(bound));
  decipher.setAuthTag(sealed.subarray(cut));
  return Buffer.concat([decipher.update(sealed.subarray(0, cut)), decipher.final()]);
}

/** A key under another key; the first 96 bits are the IV. */
export function wrap(wrappingKey: Uint8Array, key: Buffer, subjectId: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  return Buffer.concat([iv, encrypt(wrappingKey, iv, key, subjectId)]);
}

/** @throws Error when it was wrapped under another key or for somebody else */
export function unwrap(wrappingKey: Uint8Array, wrapped: Buffer, subjectId: string): Buffer {
  const [iv, sealed] = [wrapped.subarray(0, IV_BYTES), wrapped.subarray(IV_BYTES)];
  return decrypt(wrappingKey, iv, sealed, subjectId);
}
