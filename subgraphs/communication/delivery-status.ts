import { z } from 'zod';

/** What became of one hand-over, as the world outside tells. */
export interface DeliveryStatus {
  readonly messageId: string;
  readonly recipientId: string;
  /** For ever, or after tries that were given up. */
  readonly kind: 'HARD' | 'SOFT';
}

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
/** The Message-ID of every mail of ours. */
const OURS = new RegExp(`<(${UUID})\\.(${UUID})@[^>\\s]+>`, 'i');

const notice = z.object({
  type: z.literal('mail.bounced'),
  data: z.object({
    /** Message-ID of the mail that came back, in angle brackets. */
    messageId: z.string().max(320),
    /** RFC 3463. */
    status: z.string().regex(/^[45]\.\d{1,3}\.\d{1,3}$/),
  }),
});

/** A bounce in a provider's own words; undefined for anything else. */
export function statusOfNotice(body: Buffer): DeliveryStatus | undefined {
  const parsed = notice.safeParse(jsonOf(body));
  if (!parsed.success) return undefined;
  const { messageId, status } = parsed.data.data;
  return statusOf(messageId, status);
}

/**
 * A delivery status notification (RFC 3464) as the mail it is. Undefined when it tells of no failure or
 * of no mail of ours. The parts looked at may not be encoded, so their lines are read as they stand.
 */
export function statusOfReport(body: Buffer): DeliveryStatus | undefined {
  const text = body.toString('latin1').replaceAll('\r\n', '\n');
  const head = headOf(text);
  if (!/^content-type:\s*multipart\/report\b/im.test(head)) return undefined;
  const boundary = /\bboundary="?([^"\s;]{1,70})/i.exec(head);
  if (boundary?.[1] === undefined) return undefined;
  const parts = text.split(`--${boundary[1]}`).slice(1);
  const report = parts.find((part) => isOfType(part, 'message/(?:global-)?delivery-status'));
  const returned = parts.find((part) =>
    isOfType(part, '(?:message/rfc822|text/rfc822-headers|message/global(?:-headers)?)'),
  );
  if (report === undefined || returned === undefined) return undefined;
  if (!/^action:[ \t]*failed\b/im.test(report)) return undefined;
  const status = /^status:[ \t]*([45]\.\d{1,3}\.\d{1,3})/im.exec(report)?.[1];
  const messageId = /^message-id:\s*(<[^>\s]{1,320}>)/im.exec(returned)?.[1];
  if (status === undefined || messageId === undefined) return undefined;
  return statusOf(messageId, status);
}

function statusOf(ours: string, status: string): DeliveryStatus | undefined {
  const [, messageId, recipientId] = OURS.exec(ours) ?? [];
  if (messageId === undefined || recipientId === undefined) return undefined;
  const kind = status.startsWith('5') ? 'HARD' : 'SOFT';
  return { messageId: messageId.toLowerCase(), recipientId: recipientId.toLowerCase(), kind };
}

function isOfType(part: string, type: string): boolean {
  return new RegExp(`^content-type:\\s*${type}\\b`, 'im').test(headOf(part.trimStart()));
}

const HEAD_LENGTH_MAX = 16_000;

/** The lines before the first empty one. */
function headOf(text: string): string {
  const end = text.indexOf('\n\n');
  return text.slice(0, Math.min(end === -1 ? text.length : end, HEAD_LENGTH_MAX));
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}
