/** Equal subscriptions of one person with equal rights read one source between them. */
import { LIMITS } from './limits.ts';
import { positionOf, type OperationResult } from './response.ts';

export type Results = AsyncIterableIterator<OperationResult>;

/** Opens a source after a position, or for what comes from now on. */
export type OpenSource = (from: string | undefined, signal: AbortSignal) => Results;

export interface SharedStreams {
  /**
   * What comes from now on. Who falls so far behind that his queue is full reads on by himself after
   * the last result he holds; where results have no position, all wait for him.
   */
  open(key: string, source: OpenSource, signal: AbortSignal): Results;
}

interface Member {
  receive(result: OperationResult): void;
  finish(fault?: unknown): void;
  /** Has no room, and cannot read on by himself. */
  isFull(): boolean;
}

interface Group {
  readonly members: Set<Member>;
  pull(): void;
  leave(member: Member): void;
}

const done = { value: undefined, done: true } as const;

export function createSharedStreams(queueMax = LIMITS.streamQueueMax): SharedStreams {
  const groups = new Map<string, Group>();
  return {
    open(key, source, signal) {
      let group = groups.get(key);
      if (group === undefined) {
        const opened = createGroup(source, () => {
          // Others may have begun anew under the key before this source has ended.
          if (groups.get(key) === opened) groups.delete(key);
        });
        groups.set(key, (group = opened));
      }
      return join(group, { source, signal, queueMax });
    },
  };
}

function createGroup(open: OpenSource, onEmpty: () => void): Group {
  const members = new Set<Member>();
  const abort = new AbortController();
  const source = open(undefined, abort.signal);
  let isPulling = false;
  const isHeldUp = (): boolean => {
    for (const member of members) if (member.isFull()) return true;
    return false;
  };
  const finish = (fault?: unknown): void => {
    onEmpty();
    for (const member of members) member.finish(fault);
    members.clear();
  };
  const group: Group = {
    members,
    pull() {
      if (isPulling || isHeldUp()) return;
      isPulling = true;
      source.next().then((result) => {
        isPulling = false;
        if (result.done === true) return finish();
        for (const member of members) member.receive(result.value);
      }, finish);
    },
    leave(member) {
      if (!members.delete(member) || members.size > 0) return;
      onEmpty();
      abort.abort();
      void source.return?.();
    },
  };
  return group;
}

interface Own {
  readonly source: OpenSource;
  readonly signal: AbortSignal;
  readonly queueMax: number;
}

function join(group: Group, { source, signal, queueMax }: Own): Results {
  const queue: OperationResult[] = [];
  let waiting: PromiseWithResolvers<IteratorResult<OperationResult>> | undefined;
  let over: { readonly fault?: unknown } | undefined;
  /** Behind which position to read on alone, and what is read there. */
  let behind: string | undefined;
  let own: Results | undefined;

  const answer = (result: IteratorResult<OperationResult>): void => {
    waiting?.resolve(result);
    waiting = undefined;
  };
  const member: Member = {
    receive(result) {
      if (waiting !== undefined) return answer({ value: result, done: false });
      queue.push(result);
      if (queue.length < queueMax) return;
      behind = positionOf(result);
      if (behind !== undefined) group.leave(member);
    },
    finish(fault) {
      over = { fault };
      if (fault === undefined) answer(done);
      else waiting?.reject(fault);
    },
    isFull: () => behind === undefined && queue.length >= queueMax,
  };
  group.members.add(member);

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      const wasFull = member.isFull();
      const held = queue.shift();
      // Others may wait for there to be room.
      if (wasFull) group.pull();
      if (held !== undefined) return Promise.resolve({ value: held, done: false });
      if (over?.fault !== undefined) return Promise.reject(over.fault);
      if (over !== undefined) return Promise.resolve(done);
      if (behind !== undefined) return (own ??= source(behind, signal)).next();
      waiting = Promise.withResolvers();
      const { promise } = waiting;
      group.pull();
      return promise;
    },
    async return() {
      over ??= {};
      queue.length = 0;
      answer(done);
      group.leave(member);
      await own?.return?.();
      return done;
    },
  };
}
