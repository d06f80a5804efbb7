import { createHmac, timingSafeEqual } from 'node:crypto';

const SECRET_BYTES_MIN = 32;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface UnsubscribeLinks {
  /** Link that ends the recipient's consent without a sign-in. */
  linkFor(recipientId: string): string;
  /** The recipient a token was made for; undefined for one that is not ours. */
  recipientOf(token: string): string | undefined;
}

/** Links of the form `<url>?t=<recipient>.<HMAC-SHA-256>`. @throws RangeError for a secret below 32 bytes */
export function unsubscribeLinks({
  url,
  secret,
}: {
  url: string;
  secret: string;
}): UnsubscribeLinks {
  if (Buffer.byteLength(secret) < SECRET_BYTES_MIN) {
    throw new RangeError(`The secret of unsubscribe links has at least ${SECRET_BYTES_MIN} bytes`);
  }
  const sign = (recipientId: string): Buffer =>
    createHmac('sha256', secret).update(`unsubscribe|${recipientId}`).digest();
  return {
    linkFor(recipientId) {
      const link = new URL(url);
      link.searchParams.set('t', `${recipientId}.${sign(recipientId).toString('base64url')}`);
      return link.href;
    },
    recipientOf(token) {
      const [recipientId = '', signature = ''] = token.split('.');
      if (!UUID.test(recipientId)) return undefined;
      const given = Buffer.from(signature, 'base64url');
      const expected = sign(recipientId);
      const isOurs = given.length === expected.length && timingSafeEqual(given, expected);
      return isOurs ? recipientId : undefined;
    },
  };
}
