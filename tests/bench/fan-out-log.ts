/** Changes in memory: a log that every subscription reads at its own pace. */

export interface ChangeLog {
  /** The changes from now on, until the signal or the reader ends it. */
  changes(signal?: AbortSignal): AsyncIterableIterator<object>;
  /** Adds changes at once, with the time they are stamped with. */
  change(count: number): void;
  /** Who waits for the next one. */
  readers(): number;
}

/** What a parent asks of the process that holds the log. */
export type AskOfLog = Push | AwaitReaders;

export interface Push {
  readonly changes: number;
}

/** Answered with `{ read: true }` as soon as there are so many. */
export interface AwaitReaders {
  readonly readers: number;
}

/** Answers a parent until it ends. */
export function obeyParent(log: ChangeLog): void {
  process.on('message', (asked: AskOfLog) => {
    if ('changes' in asked) return log.change(asked.changes);
    const timer = setInterval(() => {
      if (log.readers() < asked.readers) return;
      clearInterval(timer);
      process.send?.({ read: true });
    }, 20);
  });
  process.on('disconnect', () => process.exit());
}

/** Milliseconds that mean the same in every process of a machine. */
export const clockMs = (): number => performance.timeOrigin + performance.now();

export function createChangeLog(): ChangeLog {
  const log: object[] = [];
  let readers = 0;
  let grown = Promise.withResolvers<void>();
  return {
    readers: () => readers,
    changes(signal) {
      let at = log.length;
      let isOver = false;
      const ended = Promise.withResolvers<void>();
      readers += 1;
      const end = (): void => {
        if (!isOver) readers -= 1;
        isOver = true;
        ended.resolve();
      };
      signal?.addEventListener('abort', end, { once: true });
      return {
        [Symbol.asyncIterator]() {
          return this;
        },
        async next() {
          while (!isOver && at >= log.length) await Promise.race([grown.promise, ended.promise]);
          if (isOver) return { value: undefined, done: true };
          at += 1;
          return { value: log[at - 1] as object, done: false };
        },
        async return() {
          end();
          return { value: undefined, done: true };
        },
      };
    },
    change(count) {
      for (let n = 0; n < count; n += 1) {
        const lead = {
          id: `00000000-0000-4000-8000-${String(log.length).padStart(12, '0')}`,
          companyName: 'Gasthof zum Goldenen Hirschen',
          status: 'QUALIFIED',
          territory: 'DE',
        };
        const leadChanged = { type: 'lead.status_changed', at: clockMs(), lead };
        log.push({ position: log.length + 1, leadChanged });
      }
      const before = grown;
      grown = Promise.withResolvers<void>();
      before.resolve();
    },
  };
}
