import { Webhook } from 'standardwebhooks';

export interface WebhookVerifierOptions {
  /** Shared secrets, `whsec_…`; more than one while they are being changed. */
  readonly secrets: readonly [string, ...string[]];
  /**
   * True the first time an id is seen. Default: the memory of this process; firms with several
   * processes give one that they share, and keep an id for ten minutes.
   */
  readonly isNew?: (id: string) => boolean | Promise<boolean>;
}

/** What was sent, once it is proven who sent it. */
export interface Delivery {
  readonly id: string;
  readonly payload: unknown;
  /** Delivered before: answer 200 and do nothing. */
  readonly isRepeated: boolean;
}

/** The delivery is not from us, or too old: answer 401 and do nothing. */
export class DeliveryRefused extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'DeliveryRefused';
  }
}

export type WebhookVerifier = (
  /** The body as it came, byte for byte. */
  body: string | Uint8Array,
  headers: Readonly<Record<string, string | string[] | undefined>>,
) => Promise<Delivery>;

/** Longer than a delivery is accepted for: five minutes to either side. */
const KEPT_MS = 600_000;
const KEPT_MAX = 10_000;

/** Verifies deliveries signed by Standard Webhooks: at most five minutes old, each id once. */
export function createWebhookVerifier(options: WebhookVerifierOptions): WebhookVerifier {
  const keys = options.secrets.map((secret) => new Webhook(secret));
  const isNew = options.isNew ?? createMemory();
  return async (body, headers) => {
    const signed = Object.fromEntries(
      ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [
        name,
        String(headers[name] ?? ''),
      ]),
    );
    const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
    const payload = verifyWithAny(keys, text, signed);
    const id = signed['webhook-id'] ?? '';
    return { id, payload, isRepeated: !(await isNew(id)) };
  };
}

function verifyWithAny(
  keys: readonly Webhook[],
  body: string,
  headers: Record<string, string>,
): unknown {
  let cause: unknown;
  for (const key of keys) {
    try {
      return key.verify(body, headers);
    } catch (error) {
      cause = error;
    }
  }
  throw new DeliveryRefused('The delivery is not signed by us, or too old', cause);
}

function createMemory(): (id: string) => boolean {
  const seen = new Map<string, number>();
  return (id) => {
    const now = Date.now();
    for (const [known, at] of seen) {
      if (now - at < KEPT_MS && seen.size < KEPT_MAX) break;
      seen.delete(known);
    }
    if (seen.has(id)) return false;
    seen.set(id, now);
    return true;
  };
}
