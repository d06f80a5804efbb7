import { createHmac, timingSafeEqual } from 'node:crypto';
import type { EndpointRequest } from '#kernel/graphql';

const TOLERANCE_SECONDS = 300;
const ID = /^[\w.:-]{1,200}$/;

/**
 * The delivery's id when it is signed as Standard Webhooks asks (`webhook-id`, `webhook-timestamp`,
 * `webhook-signature`: HMAC-SHA-256 over id, time and raw bytes) and at most five minutes away from
 * `now`; undefined otherwise. The secret is `whsec_` and Base64.
 */
export function signedDelivery(
  request: Pick<EndpointRequest, 'header' | 'body'>,
  secret: string,
  now: Date,
): string | undefined {
  const id = request.header('webhook-id') ?? '';
  const timestamp = request.header('webhook-timestamp') ?? '';
  if (!ID.test(id) || !/^\d{1,12}$/.test(timestamp)) return undefined;
  if (Math.abs(now.getTime() / 1_000 - Number(timestamp)) > TOLERANCE_SECONDS) return undefined;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key)
    .update(`${id}.${timestamp}.`)
    .update(request.body)
    .digest();
  // Several stand side by side while the provider changes its secret.
  const given = (request.header('webhook-signature') ?? '').split(' ', 10);
  return given.some((each) => isSame(each, expected)) ? id : undefined;
}

function isSame(signature: string, expected: Buffer): boolean {
  if (!signature.startsWith('v1,')) return false;
  const given = Buffer.from(signature.slice('v1,'.length), 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
