import { SMTPServer } from 'smtp-server';
import { freePort } from '../stories/system.ts';

/** Where a mail stands when the office holds still. */
export type Moment = 'greeting' | 'accepted';

/** A mail server that can be told to take its time at a given moment. */
export interface PostOffice {
  readonly url: string;
  /** Message-ID of every mail it has accepted, as often as it was handed over. */
  readonly accepted: readonly string[];
  /** Holds still at the next such moment, until `goOn`. Settles when it has come. */
  holdAt(moment: Moment): Promise<void>;
  goOn(): void;
  close(): Promise<void>;
}

export async function openPostOffice(): Promise<PostOffice> {
  const accepted: string[] = [];
  let hold: { at: Moment; reached: () => void } | undefined;
  let waiting: (() => void)[] = [];
  const pass = (moment: Moment, next: () => void): void => {
    if (hold?.at !== moment) return next();
    waiting.push(next);
    hold.reached();
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    onConnect: (_session, next) => pass('greeting', () => next()),
    onData(stream, _session, next) {
      let text = '';
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
      stream.on('end', () => {
        accepted.push(/^Message-ID:\s*(<[^>]+>)/im.exec(text)?.[1] ?? 'none');
        pass('accepted', () => next());
      });
    },
  });
  // Clients that die in the middle are the point of it.
  server.on('error', () => {});
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${port}`,
    accepted,
    holdAt: (at) => new Promise((resolve) => (hold = { at, reached: resolve })),
    goOn() {
      hold = undefined;
      for (const next of waiting.splice(0)) next();
      waiting = [];
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
