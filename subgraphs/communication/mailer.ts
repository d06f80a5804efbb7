import type { Context } from '#kernel/events';

/** One hand-over: one text to one address. */
export interface Mail {
  /** The same for every try, so that the other side can tell a second hand-over from a second mail. */
  readonly key: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Ends the recipient's consent; absent for colleagues. */
  readonly unsubscribeUrl?: string | undefined;
}

/** A way out of the house. */
export interface Mailer {
  /**
   * Settles once the mail was taken over.
   *
   * @throws MailRefused when this mail was turned down; anything else means that the way is closed
   */
  send(mail: Mail, context: Pick<Context, 'em'>): Promise<void>;
}

/** The other side answered, and does not want this mail: for ever, or for now. */
export class MailRefused extends Error {
  readonly isFinal: boolean;
  /** It is the address that is refused, not this mail. */
  readonly isAddress: boolean;

  constructor(isFinal: boolean, options: ErrorOptions & { isAddress?: boolean } = {}) {
    super(isFinal ? 'The mail was refused' : 'The mail was deferred', options);
    this.name = 'MailRefused';
    this.isFinal = isFinal;
    this.isAddress = options.isAddress ?? false;
  }
}
