import type { Logger } from '#kernel/telemetry';
import type { EventCatalog } from './catalog.ts';
import { toEntry, type LogEntry, type LogRow } from './log.ts';
import type { LogBatch } from './log-head.ts';
import type { LogSource } from './log-source.ts';
import { createPages, PAGE_SIZE } from './pages.ts';
import { Ring } from './ring.ts';

export interface ReaderOptions {
  readonly catalogs: ReadonlyMap<string, EventCatalog>;
  readonly log: Logger;
  /** Where the facts of a module come from. */
  sourceOf(module: string): LogSource;
}

/** One per process: the newest facts of every module in memory, older ones from their source. */
export interface Reader {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Takes over a batch the local log head has just committed. */
  push(module: string, batch: LogBatch): void;
  /** At most `limit` entries after a position, in order. */
  read(module: string, after: number, limit: number): Promise<readonly LogEntry[]>;
  /** Position of the newest fact known here. */
  position(module: string): number;
  /** Settles at the next advance of any module, or when the signal aborts. */
  advanced(signal?: AbortSignal): Promise<void>;
  /** Calls back at every advance; answers how to stop that. */
  onAdvance(listener: (module: string) => void): () => void;
  /** Whether everything after the position is still there. */
  retains(module: string, after: number): Promise<boolean>;
  isListening(): boolean;
  /** True once `stop` was called: followers end instead of waiting for what never comes. */
  isStopping(): boolean;
}

/** Facts of one module that wait for those before them; of more the oldest are read from the log. */
const WAITING_MAX = 20_000;

interface Waiting {
  readonly prevEnd: number;
  readonly rows: readonly LogRow[];
}

export function createReader({ catalogs, log, sourceOf }: ReaderOptions): Reader {
  const rings = new Map([...catalogs.keys()].map((module) => [module, new Ring()]));
  const pages = new Map(
    [...catalogs].map(([module, catalog]) => [
      module,
      createPages(async (after, limit) => {
        const rows = await sourceOf(module).after(module, after, limit);
        // What is read again was learned of when it came.
        return rows.map((row) => toEntry(catalog, row, ringOf(module).seenAt(row.position)));
      }),
    ]),
  );
  const sources = new Set([...catalogs.keys()].map(sourceOf));
  const listeners = new Set<(module: string) => void>();
  const catchingUp = new Map<string, Promise<void>>();
  /** What came while there was a gap before it: it need not be read from the log as well. */
  const waiting = new Map<string, Waiting[]>();
  /** Modules of which there was news during the look that is under way. */
  const again = new Set<string>();
  /** Before that, where the log stands is not known here, and news says nothing. */
  let ready = false;
  let stopping = false;

  const ringOf = (module: string): Ring => {
    const ring = rings.get(module);
    if (ring === undefined) throw new TypeError(`The backbone knows no module ${module}`);
    return ring;
  };
  const advance = (module: string): void => {
    for (const listener of listeners) listener(module);
  };
  const add = (module: string, rows: readonly LogRow[]): void => {
    const catalog = catalogs.get(module);
    if (catalog === undefined || rows.length === 0) return;
    ringOf(module).add(rows.map((row) => toEntry(catalog, row)));
    advance(module);
  };
  /** Reads on in the log until nothing is left; calls meanwhile share one run and one more after it. */
  const catchUp = (module: string): Promise<void> => {
    const running = catchingUp.get(module);
    if (running !== undefined) {
      again.add(module);
      return running;
    }
    const run = (async () => {
      const ring = ringOf(module);
      for (;;) {
        again.delete(module);
        const rows = await sourceOf(module).after(module, ring.position, PAGE_SIZE);
        add(
          module,
          rows.filter((row) => row.position > ring.position),
        );
        addWaiting(module);
        if (rows.length < PAGE_SIZE && !again.has(module)) return;
      }
    })().finally(() => catchingUp.delete(module));
    catchingUp.set(module, run);
    return run;
  };
  const hint = (module: string, position: number): void => {
    const ring = rings.get(module);
    if (!ready || ring === undefined || position <= ring.position || stopping) return;
    again.add(module);
    // Whoever began a look tells of its failure; news may come by the thousand while it is under way.
    if (catchingUp.has(module)) return;
    catchUp(module).catch((error: unknown) =>
      log.warn({ module, err: error }, 'catching up failed'),
    );
  };
  /** Only when everything before is here; otherwise the log closes the gap, and they wait for that. */
  const take = (module: string, prevEnd: number, rows: readonly LogRow[]): void => {
    const ring = rings.get(module);
    if (ready && ring?.position === prevEnd) return add(module, rows);
    const end = rows.at(-1)?.position ?? 0;
    if (ready && ring !== undefined && end > ring.position) {
      const kept = [...(waiting.get(module) ?? []), { prevEnd, rows }];
      let n = kept.reduce((sum, each) => sum + each.rows.length, 0);
      while (n > WAITING_MAX) n -= kept.shift()?.rows.length ?? n;
      waiting.set(module, kept);
    }
    hint(module, end);
  };
  const addWaiting = (module: string): void => {
    const kept = waiting.get(module) ?? [];
    while (kept[0] !== undefined && kept[0].prevEnd <= ringOf(module).position) {
      const { position } = ringOf(module);
      add(module, kept.shift()?.rows.filter((row) => row.position > position) ?? []);
    }
  };

  const advanced: Reader['advanced'] = (signal) =>
    new Promise((resolve) => {
      const done = (): void => {
        listeners.delete(done);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      if (signal?.aborted === true || stopping) return resolve();
      listeners.add(done);
      signal?.addEventListener('abort', done);
    });
  /** True once the position is known here; one of another log, or a forged one, never is. */
  const arrives = async (module: string, position: number): Promise<boolean> => {
    const ring = ringOf(module);
    if (position > ring.position) await catchUp(module);
    const { delayMs } = sourceOf(module);
    const patience = AbortSignal.timeout(delayMs);
    while (position > ring.position && delayMs > 0 && !patience.aborted && !stopping) {
      await advanced(patience);
    }
    return position <= ring.position;
  };

  return {
    async start() {
      const modules = [...catalogs.keys()];
      await Promise.all(
        [...sources].map((each) =>
          each.start({ hint, rows: (module, { prevEnd, rows }) => take(module, prevEnd, rows) }),
        ),
      );
      // Listening comes first, so that nothing falls between.
      await Promise.all(
        modules.map(async (module) =>
          ringOf(module).startAfter(await sourceOf(module).head(module)),
        ),
      );
      ready = true;
      await Promise.all(modules.map(catchUp));
    },
    async stop() {
      stopping = true;
      await Promise.all([...sources].map((each) => each.stop()));
      await Promise.allSettled(catchingUp.values());
      for (const module of catalogs.keys()) advance(module);
    },
    push(module, { prevEnd, firstPosition, n, rows }) {
      if (rows === undefined) hint(module, firstPosition + n - 1);
      else take(module, prevEnd, rows);
    },
    async read(module, after, limit) {
      const ring = ringOf(module);
      const cached = ring.after(after, limit);
      if (cached !== undefined) return cached;
      return pages.get(module)?.read(after, limit) ?? [];
    },
    position: (module) => ringOf(module).position,
    isStopping: () => stopping,
    advanced,
    onAdvance(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async retains(module, after) {
      if (!(await arrives(module, after))) return false;
      if (ringOf(module).after(after, 1) !== undefined) return true;
      return sourceOf(module).retains(module, after);
    },
    isListening: () => [...sources].every((each) => each.isListening()),
  };
}
