import { SMTPServer } from 'smtp-server';
import { freePort } from './system.ts';

export interface ReceivedMail {
  readonly to: string;
  readonly raw: string;
}

/** The mail server of the other side. */
export interface MailServer {
  /** Environment of a system that sends its mails here. */
  readonly environment: Record<string, string>;
  readonly mails: readonly ReceivedMail[];
  /** Addresses nobody lives at. */
  readonly unknown: Set<string>;
  /** Takes nothing for the moment. */
  isClosed: boolean;
  close(): Promise<void>;
}

export async function startMailServer(): Promise<MailServer> {
  const mails: ReceivedMail[] = [];
  const unknown = new Set<string>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    onConnect(_, done) {
      const closed = Object.assign(new Error('Later'), { responseCode: 421 });
      done(box.isClosed ? closed : null);
    },
    onRcptTo({ address }, _, done) {
      const refusal = Object.assign(new Error('No such user'), { responseCode: 550 });
      done(unknown.has(address) ? refusal : null);
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = session.envelope.rcptTo.map(({ address }) => address).join();
        mails.push({ to, raw: Buffer.concat(chunks).toString('utf8') });
        done();
      });
    },
  });
  server.on('error', () => {});
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const box: MailServer = {
    environment: { MAIL_ADAPTER: 'smtp', SMTP_URL: `smtp://127.0.0.1:${port}` },
    mails,
    unknown,
    isClosed: false,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return box;
}
