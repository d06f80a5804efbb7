import { createTransport } from 'nodemailer';
import { MailRefused, type Mailer } from './mailer.ts';

export interface SmtpOptions {
  /** `smtp://user:password@host:port`; `smtps://` for TLS from the first byte. */
  readonly url: string;
  readonly from: string;
}

const TIMEOUT_MS = 5_000;

/** Hands mails to an SMTP server, one connection per mail. */
export function createSmtp({ url, from }: SmtpOptions): Mailer {
  const transport = createTransport({
    url,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = from.split('@').at(-1) ?? 'localhost';
  return {
    async send({ key, to, subject, text, unsubscribeUrl }) {
      try {
        await transport.sendMail({
          from,
          to: { name: '', address: to },
          subject,
          text,
          messageId: `<${key}@${domain}>`,
          ...(unsubscribeUrl === undefined
            ? {}
            : {
                list: { unsubscribe: { url: unsubscribeUrl } },
                headers: { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
              }),
        });
      } catch (cause) {
        throw refusalOf(cause) ?? cause;
      }
    },
  };
}

/** A reply code means that the server was there and spoke about this mail; 5xx is its last word. */
function refusalOf(cause: unknown): MailRefused | undefined {
  const { responseCode, code, command } = cause as Reply;
  if (code === 'EAUTH' || responseCode === undefined || responseCode < 400) return undefined;
  return new MailRefused(responseCode >= 500, { cause, isAddress: command === 'RCPT TO' });
}

interface Reply {
  readonly responseCode?: number;
  readonly code?: string;
  /** What the server was answering to. */
  readonly command?: string;
}
