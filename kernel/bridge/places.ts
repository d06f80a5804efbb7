import type { StoredMsg } from '@nats-io/jetstream';
import type { Link } from './link.ts';
import { fromMessage, type IncomingFact } from './messages.ts';
import { streamName, subjectsOf } from './streams.ts';

/** Which position of a module's log lies where in its stream. */
export interface Places {
  bounds(): Promise<{ readonly first: number; readonly last: number }>;
  /** Position of the newest fact, 0 without one. */
  head(): Promise<number>;
  /** Sequence of the first fact behind a position, and of the newest of all. */
  after(position: number): Promise<{ readonly from: number; readonly last: number }>;
  retains(position: number): Promise<boolean>;
  /** Where a fact was seen, to begin there next time. */
  remember(position: number, sequence: number): void;
}

const REMEMBERED_MAX = 256;

/** Positions rise with the sequence, so that any of them is found by halving. */
export function createPlaces(link: Link, module: string): Places {
  const remembered = new Map<number, number>();
  const stream = streamName(module);

  /** The first fact at or behind a sequence, with where it is. */
  const at = async (sequence: number): Promise<(IncomingFact & { seq: number }) | undefined> => {
    const { jsm } = await link.use();
    for (let seq = sequence; ;) {
      const message = await jsm.direct.getMessage(stream, {
        seq,
        next_by_subj: subjectsOf(module),
      });
      if (message === null) return undefined;
      const found = factIn(module, message);
      if (found !== undefined) return { ...found, seq: message.seq };
      seq = message.seq + 1;
    }
  };
  const bounds: Places['bounds'] = async () => {
    const { jsm } = await link.use();
    const { state } = await jsm.streams.info(stream);
    // An empty stream has no first message to ask for, only the place of the next one.
    return {
      first: state.messages === 0 ? state.last_seq + 1 : state.first_seq,
      last: state.last_seq,
    };
  };
  const search = async (position: number, first: number, last: number): Promise<number> => {
    let low = first;
    let high = last + 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const found = await at(middle);
      if (found === undefined || found.row.position > position) high = middle;
      else low = found.seq + 1;
    }
    return low;
  };

  return {
    bounds,
    async head() {
      const { first, last } = await bounds();
      if (first > last) return 0;
      const { jsm } = await link.use();
      const message = await jsm.direct.getMessage(stream, { last_by_subj: subjectsOf(module) });
      return message === null ? 0 : (factIn(module, message)?.row.position ?? 0);
    },
    async after(position) {
      const { first, last } = await bounds();
      const known = remembered.get(position);
      const isThere = known !== undefined && known >= first && known <= last;
      // A stream that was emptied and filled again holds the same facts at other places.
      if (isThere && (await at(known))?.row.position === position) return { from: known + 1, last };
      return { from: await search(position, first, last), last };
    },
    async retains(position) {
      const { first, last } = await bounds();
      const oldest = first > last ? undefined : await at(first);
      return oldest !== undefined && oldest.previous <= position;
    },
    remember(position, sequence) {
      remembered.delete(position);
      remembered.set(position, sequence);
      if (remembered.size > REMEMBERED_MAX) {
        remembered.delete(remembered.keys().next().value ?? position);
      }
    },
  };
}

/** Undefined for a message that is no fact. */
function factIn(module: string, { data, header }: StoredMsg): IncomingFact | undefined {
  try {
    return fromMessage(module, { data, headers: header });
  } catch {
    return undefined;
  }
}
