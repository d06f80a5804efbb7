/** An issuer of a bench's own: its identity is verified as everywhere, its people are invented. */
import { randomUUID } from 'node:crypto';
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createIdentity, type Identity } from '../../gateway/identity.ts';

const issuer = 'urn:freshplan:bench';

export interface SignIn {
  readonly identity: Identity;
  /** Of somebody new in sales, with the territory DE. */
  token(): Promise<string>;
}

export async function createSignIn(audience: string): Promise<SignIn> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] });
  const identity = createIdentity({
    issuer,
    audience,
    keys,
    territoriesOf: async () => ({ territories: ['DE'], disabled: false }),
  });
  const token = (): Promise<string> =>
    new SignJWT({ roles: ['sales'] })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(randomUUID())
      .setExpirationTime('1 h')
      .sign(privateKey);
  return { identity, token };
}
