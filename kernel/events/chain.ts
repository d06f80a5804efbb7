import {
  createHash,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { canonical } from './canonical.ts';
import type { StoredFact } from './history.ts';

/** Ed25519 key that signs seals; the public half alone is enough to verify them. */
export interface SealKey {
  /** Derived from the public key. */
  readonly id: string;
  readonly publicKey: KeyObject;
  readonly privateKey?: KeyObject;
}

/** A statement about everything logged up to a position. */
export interface Seal {
  readonly toPosition: number;
  /** Facts from the beginning of the log. */
  readonly n: number;
  readonly hash: Buffer;
  /** Hash of the seal before. */
  readonly previous: Buffer;
  readonly marks: Buffer;
  readonly keyId: string;
  readonly signature: Buffer;
}

/** Bytes of a hash that are kept per fact, to name the first wrong one. */
export const MARK_BYTES = 8;

const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The key that belongs to a secret of the configuration; the secret signs nothing itself. */
export function sealKeyFrom(secret: Uint8Array): SealKey {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'freshplan event seal v1', 32));
  const privateKey = createPrivateKey({
    key: Buffer.concat([ED25519_PKCS8, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey(privateKey);
  const id = sha256(publicKey.export({ format: 'der', type: 'spki' }))
    .toString('hex')
    .slice(0, 16);
  return { id, privateKey, publicKey };
}

/** h(0) of a module's log. */
export function genesis(module: string): Buffer {
  return sha256(module);
}

/** h(n) from h(n − 1) and the n-th fact of the log. */
export function link(previous: Buffer, position: number, fact: StoredFact): Buffer {
  return createHash('sha256')
    .update(previous)
    .update(canonical({ ...fact, position }))
    .digest();
}

/** @throws Error for the public half of a key */
export function signSeal(
  key: SealKey,
  module: string,
  seal: Omit<Seal, 'keyId' | 'signature'>,
): Seal {
  if (key.privateKey === undefined) throw new Error('This key verifies only');
  const signed = { ...seal, keyId: key.id };
  return { ...signed, signature: sign(null, signedText(module, signed), key.privateKey) };
}

export function isGenuine(keys: readonly SealKey[], module: string, seal: Seal): boolean {
  const key = keys.find(({ id }) => id === seal.keyId);
  return key !== undefined && verify(null, signedText(module, seal), key.publicKey, seal.signature);
}

function signedText(module: string, seal: Omit<Seal, 'signature'>): Buffer {
  return Buffer.from(
    canonical({
      module,
      toPosition: seal.toPosition,
      n: seal.n,
      hash: seal.hash.toString('hex'),
      previous: seal.previous.toString('hex'),
      marks: sha256(seal.marks).toString('hex'),
      keyId: seal.keyId,
    }),
  );
}

function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}
