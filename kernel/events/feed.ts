import { seesTerritory, type Actor } from '#kernel/access';
import type { AnyEvent, Recorded } from './catalog.ts';
import type { LogEntry } from './log.ts';
import type { Reader } from './reader.ts';

export interface Subscription {
  /** Types to receive; all of known modules. */
  readonly types: readonly string[];
  /** Position after which to begin; per module when the types come from several. Default: now. */
  readonly from?: number | Readonly<Record<string, number>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** For whom it is: facts of foreign territories that cannot be read are no gap to him. */
  readonly actor?: Actor | undefined;
}

/** Live facts, each once and in log order per module. */
export interface Feed {
  /**
   * Facts from a position on, then those that come. Nothing is filtered by rights: whoever hands
   * them on does that. Ends when the signal aborts.
   *
   * @throws ResumeGap when the position is older than what is kept, or of another log, and in the place
   *   of a fact of these types that this process cannot read: nothing is left out in silence
   */
  subscribe<E extends AnyEvent = AnyEvent>(subscription: Subscription): AsyncIterable<Recorded<E>>;
  /** Position of the newest fact of a module. */
  position(module: string): number;
  /** False while facts may come late: whoever keeps what they change, reads anew. */
  isLive(): boolean;
}

/** Something is missing from here on: load anew, then subscribe without a position. */
export class ResumeGap extends Error {
  readonly code = 'RESUME_GAP';
  /** Of the fact that cannot be read; undefined when what is missing is not kept any more. */
  readonly unreadable: { readonly module: string; readonly position: number } | undefined;

  constructor(unreadable?: { module: string; position: number }) {
    super('Die Aktualisierung kann hier nicht fortgesetzt werden, bitte neu laden.');
    this.name = 'ResumeGap';
    this.unreadable = unreadable;
  }
}

/** Facts a subscriber holds at most; a slow one reads on in the ring, then in the log. */
const PAGE_SIZE = 256;

/** Feeds any number of subscribers from one reader, without a queue per subscriber. */
export function createFeed(reader: Reader, moduleOf: (type: string) => string): Feed {
  return {
    position: (module) => reader.position(module),
    isLive: () => reader.isListening(),
    subscribe<E extends AnyEvent>({ types, from, signal, actor }: Subscription) {
      const wanted = new Set(types);
      const concerns = ({ event }: LogEntry): boolean =>
        wanted.has(event.type) && (actor === undefined || seesTerritory(actor, event.territory));
      const modules = [...new Set(types.map(moduleOf))];
      if (typeof from === 'number' && modules.length !== 1) {
        throw new TypeError('Types of several modules need a position for each of them');
      }
      // Positions are taken now, so nothing is missed before the first value is asked for.
      const places = new Map(
        modules.map((module) => {
          const given = typeof from === 'number' ? from : from?.[module];
          return [module, { after: given ?? reader.position(module), given: given !== undefined }];
        }),
      );
      return follow<E>(reader, places, { wanted, concerns, signal });
    },
  };
}

interface Wishes {
  readonly wanted: ReadonlySet<string>;
  /** Whether the subscriber has to know of a fact that cannot be read. */
  concerns(entry: LogEntry): boolean;
  readonly signal: AbortSignal | undefined;
}

async function* follow<E extends AnyEvent>(
  reader: Reader,
  places: Map<string, { after: number; given: boolean }>,
  { wanted, concerns, signal }: Wishes,
): AsyncGenerator<Recorded<E>, void, undefined> {
  for (const [module, place] of places) {
    if (place.given && !(await reader.retains(module, place.after))) throw new ResumeGap();
  }
  while (signal?.aborted !== true && !reader.isStopping()) {
    const advanced = reader.advanced(signal);
    let idle = true;
    for (const [module, place] of places) {
      const entries = await reader.read(module, place.after, PAGE_SIZE);
      for (const entry of entries) {
        const { event, fault, position } = entry;
        if (fault !== undefined && concerns(entry)) throw new ResumeGap({ module, position });
        if (fault === undefined && wanted.has(event.type)) {
          yield event as Recorded<E>;
          if (aborted(signal)) return;
        }
        place.after = position;
      }
      if (entries.length > 0) idle = false;
    }
    if (idle) await advanced;
  }
}

/** The signal may abort while a value is being handed over. */
function aborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
