import type { Endpoint, EndpointAnswer } from '#kernel/graphql';
import { recordBounce, type Heard } from './bounces.ts';
import { statusOfNotice, statusOfReport } from './delivery-status.ts';
import { signedDelivery } from './webhook-signature.ts';

const BODY_BYTES_MAX = 512 * 1_024;
const PER_MINUTE_MAX = 600;

/**
 * Where the mail provider tells of mails that came back: a notice in JSON, or the delivery status
 * notification itself. Without a right signature nothing is read and nothing is written; without a
 * secret nobody is listened to.
 */
export function mailWebhook({ secret }: { readonly secret: string | undefined }): Endpoint {
  return {
    path: '/webhooks/mail',
    job: 'communication.mail-webhook',
    methods: ['POST'],
    headers: ['content-type', 'webhook-id', 'webhook-timestamp', 'webhook-signature'],
    bodyBytesMax: BODY_BYTES_MAX,
    perMinuteMax: PER_MINUTE_MAX,
    async answer(request, contextIn) {
      if (secret === undefined) return { status: 404 };
      const deliveryId = signedDelivery(request, secret, contextIn().clock.now());
      if (deliveryId === undefined) return json(401, { error: unsigned });
      const isJson = (request.header('content-type') ?? '').startsWith('application/json');
      const status = isJson ? statusOfNotice(request.body) : statusOfReport(request.body);
      if (status === undefined) return json(200, { result: 'IGNORED' });
      return answers[await recordBounce(contextIn, deliveryId, status)];
    },
  };
}

const unsigned = {
  code: 'UNAUTHENTICATED',
  message: 'The signature is missing, wrong or older than five minutes.',
};

/** What is no news is well received all the same: nobody shall send it again. */
const answers: Readonly<Record<Heard, EndpointAnswer>> = {
  RECORDED: json(200, { result: 'RECORDED' }),
  REPEATED: json(200, { result: 'REPEATED' }),
  NOT_OURS: json(200, { result: 'IGNORED' }),
  TOO_EARLY: {
    ...json(503, { error: { code: 'TOO_EARLY', message: 'The message is still being sent.' } }),
    headers: { 'content-type': 'application/json', 'retry-after': '60' },
  },
};

function json(status: number, body: object): EndpointAnswer {
  const headers = { 'content-type': 'application/json' };
  return { status, headers, body: JSON.stringify(body) };
}
