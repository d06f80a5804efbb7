import { Client, type Dispatcher } from 'undici';
import {
  AddressRefused,
  addressOf,
  createResolve,
  guardedLookup,
  type AddressRules,
  type Resolve,
} from './address.ts';
import { signatureOf } from './signature.ts';

/** One call to a receiver. */
export interface Post {
  readonly url: string;
  /** The same for every try, so that the other side can tell a repetition. */
  readonly id: string;
  readonly body: string;
  /** Each signs; more than one while they are being changed. */
  readonly secrets: readonly string[];
  readonly at: Date;
}

/** Why a try failed. What the receiver wrote is never kept. */
export type SendFailure =
  | 'ADDRESS_REFUSED'
  | 'UNREACHABLE'
  | 'TLS'
  | 'TIMEOUT'
  | 'REDIRECT'
  | 'STATUS'
  | 'ANSWER_TOO_LONG';

export type Answer =
  | { readonly is: 'TAKEN'; readonly status: number }
  /** The receiver wants nothing any more. */
  | { readonly is: 'GONE'; readonly status: number }
  | { readonly is: 'FAILED'; readonly failure: SendFailure; readonly status?: number | undefined }
  /** Ended by the signal; whether it arrived is unknown. */
  | { readonly is: 'STOPPED' };

/** The way out to receivers; never rejects. */
export type Send = (post: Post, signal: AbortSignal) => Promise<Answer>;

export interface SenderOptions {
  readonly rules: AddressRules;
  readonly resolve?: Resolve | undefined;
  /** The whole call, from the look-up of the name to the end of the answer. */
  readonly timeoutMs?: number | undefined;
  /** Whom certificates of receivers are signed by; default: those the runtime trusts. */
  readonly ca?: string | undefined;
}

const TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 4_000;
const ANSWER_BYTES_MAX = 16 * 1024;
const HEADER_BYTES_MAX = 16 * 1024;

/**
 * Posts over a connection of its own: the name is resolved once, the address checked, and connected
 * to is that address. No redirect is followed, no proxy asked, no connection kept.
 */
export function createSender(options: SenderOptions): Send {
  const { rules, timeoutMs = TIMEOUT_MS, ca } = options;
  const resolve = options.resolve ?? createResolve();
  return async (post, stopping) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([timeout, stopping]);
    let client: Client | undefined;
    try {
      const url = addressOf(post.url, rules);
      client = new Client(url.origin, {
        allowH2: false,
        pipelining: 0,
        maxHeaderSize: HEADER_BYTES_MAX,
        connect: {
          allowH2: false,
          timeout: Math.min(CONNECT_TIMEOUT_MS, timeoutMs),
          lookup: guardedLookup(rules, (hostname) => resolve(hostname, signal)),
          ...(ca === undefined ? {} : { ca }),
        },
      });
      return await call(client, url.pathname, post, signal);
    } catch (error) {
      if (stopping.aborted) return { is: 'STOPPED' };
      return { is: 'FAILED', failure: timeout.aborted ? 'TIMEOUT' : failureOf(error) };
    } finally {
      // The socket goes with it, whatever the other side still sends.
      void client?.destroy().catch(() => {});
    }
  };
}

async function call(
  client: Client,
  path: string,
  { id, body, secrets, at }: Post,
  signal: AbortSignal,
): Promise<Answer> {
  const timestamp = Math.floor(at.getTime() / 1_000);
  const answer = await client.request({
    method: 'POST',
    path,
    signal,
    body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'FreshPlan-Webhooks/1',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signatureOf({ id, timestamp, body }, secrets),
    },
  });
  const status = answer.statusCode;
  if (status === 410) return { is: 'GONE', status };
  if (status >= 300 && status < 400) return { is: 'FAILED', failure: 'REDIRECT', status };
  if (status < 200 || status >= 300) return { is: 'FAILED', failure: 'STATUS', status };
  // An answer is one when it has ended: a receiver that never comes to its end holds us up like a dead one.
  const isWhole = await isShort(answer.body);
  return isWhole ? { is: 'TAKEN', status } : { is: 'FAILED', failure: 'ANSWER_TOO_LONG', status };
}

async function isShort(body: Dispatcher.ResponseData['body']): Promise<boolean> {
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) return false;
  }
  return true;
}

function failureOf(error: unknown): SendFailure {
  if (error instanceof AddressRefused) return 'ADDRESS_REFUSED';
  const { code = '', cause } = error as { code?: string; cause?: unknown };
  if (cause instanceof AddressRefused) return 'ADDRESS_REFUSED';
  if (/TIMEOUT|ETIMEDOUT/.test(code)) return 'TIMEOUT';
  return /CERT|TLS|SSL|UNABLE_TO/.test(code) ? 'TLS' : 'UNREACHABLE';
}
