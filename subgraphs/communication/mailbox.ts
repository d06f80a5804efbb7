import type { Mailer } from './mailer.ts';
import { MailboxMail } from './tables.ts';

/**
 * Keeps mails in the house: what was handed over is read under `mailbox`. Only the key is stored here,
 * since the words already stand, sealed, in the message.
 */
export function createMailbox(): Mailer {
  return {
    async send({ key }, context) {
      await context.em().upsert(MailboxMail, { key });
    },
  };
}
