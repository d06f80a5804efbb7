import { afterEach, describe, expect, it } from 'vitest';
import { startEdge, type Edge } from './edge.fixture.ts';
import { leads } from './edge-graph.fixture.ts';
import { listenTo, type EventStream } from './event-stream.fixture.ts';
import { createResult, type OperationResult } from './response.ts';
import { createSharedStreams, type OpenSource } from './shared-streams.ts';

const QUEUE_MAX = 3;
const signal = new AbortController().signal;

/** A log read by position; `pulls` tells how far the sources have come, `opened` from where. */
function createLog({ positions = true } = {}) {
  const facts: number[] = [];
  const opened: (string | undefined)[] = [];
  const waiting = new Set<() => void>();
  let open = 0;
  let pulls = 0;
  const source: OpenSource = (from, until) => {
    let at = from === undefined ? facts.length : Number(from);
    opened.push(from);
    open += 1;
    const wake = (): void => waiting.forEach((each) => each());
    until.addEventListener('abort', wake);
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      async next() {
        while (at >= facts.length && !until.aborted) {
          await new Promise<void>((resolve) => waiting.add(resolve));
        }
        if (until.aborted) return { value: undefined, done: true };
        at += 1;
        pulls += 1;
        return { value: resultAt(at, positions), done: false };
      },
      async return() {
        open -= 1;
        return { value: undefined, done: true };
      },
    };
  };
  return {
    source,
    opened,
    open: () => open,
    pulls: () => pulls,
    add(count: number) {
      for (let n = 0; n < count; n += 1) facts.push(facts.length);
      waiting.forEach((each) => each());
      waiting.clear();
    },
  };
}

function resultAt(position: number, hasPosition: boolean): OperationResult {
  const extensions = hasPosition ? { position: String(position) } : undefined;
  return createResult({ text: `{"n":${position}}`, errors: [], extensions });
}

const take = async (results: AsyncIterator<OperationResult>, count: number): Promise<unknown[]> => {
  const taken: unknown[] = [];
  for (let n = 0; n < count; n += 1) taken.push((await results.next()).value?.data?.['n']);
  return taken;
};

describe('equal streams', () => {
  it('go on being shared when the source of those before ends late', async () => {
    const log = createLog();
    const shared = createSharedStreams(QUEUE_MAX);
    const before = shared.open('k', log.source, signal);
    const waiting = before.next();
    const left = before.return?.();
    const one = shared.open('k', log.source, signal);
    await left;
    expect(await waiting).toMatchObject({ done: true });
    await new Promise(setImmediate);
    const other = shared.open('k', log.source, signal);
    const both = [take(one, 1), take(other, 1)];
    log.add(1);
    expect(await Promise.all(both)).toEqual([[1], [1]]);
    expect(log.opened).toHaveLength(2);
  });

  it('read one source, which is left with the last of them', async () => {
    const log = createLog();
    const shared = createSharedStreams(QUEUE_MAX);
    const [one, other] = [
      shared.open('k', log.source, signal),
      shared.open('k', log.source, signal),
    ];
    const both = [take(one, 2), take(other, 2)];
    log.add(2);
    expect(await Promise.all(both)).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(log.opened).toEqual([undefined]);
    await one.return?.();
    expect(log.open()).toBe(1);
    const next = take(other, 1);
    log.add(1);
    expect(await next).toEqual([3]);
    await other.return?.();
    expect(log.open()).toBe(0);
    shared.open('k', log.source, signal);
    expect(log.opened).toEqual([undefined, undefined]);
  });

  it('bring who comes later what happens from then on', async () => {
    const log = createLog();
    const shared = createSharedStreams(QUEUE_MAX);
    const one = shared.open('k', log.source, signal);
    const first = take(one, 1);
    log.add(1);
    await first;
    const late = shared.open('k', log.source, signal);
    const rest = [take(one, 1), take(late, 1)];
    log.add(1);
    expect(await Promise.all(rest)).toEqual([[2], [2]]);
  });

  it('lose nothing when one falls behind: he reads on alone, after what he holds', async () => {
    const log = createLog();
    const shared = createSharedStreams(QUEUE_MAX);
    const [quick, slow] = [
      shared.open('k', log.source, signal),
      shared.open('k', log.source, signal),
    ];
    log.add(0);
    const ahead = take(quick, 10);
    log.add(10);
    expect(await ahead).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(await take(slow, 10)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(log.opened).toEqual([undefined, String(QUEUE_MAX)]);
  });

  it('wait for the slowest where results have no position', async () => {
    const log = createLog({ positions: false });
    const shared = createSharedStreams(QUEUE_MAX);
    const [quick, slow] = [
      shared.open('k', log.source, signal),
      shared.open('k', log.source, signal),
    ];
    const ahead = take(quick, 10);
    log.add(10);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(log.pulls()).toBe(QUEUE_MAX);
    // With room again, nobody else has to ask.
    expect(await take(slow, 1)).toEqual([1]);
    await expect.poll(() => log.pulls()).toBe(QUEUE_MAX + 1);
    expect([1, ...(await take(slow, 9))]).toEqual(await ahead);
    expect(log.opened).toEqual([undefined]);
  });

  it('end together with their source, each after what he holds', async () => {
    const failing: OpenSource = () => {
      const results = [resultAt(1, true)];
      return {
        [Symbol.asyncIterator]() {
          return this;
        },
        async next() {
          const value = results.shift();
          if (value === undefined) throw new Error('gone');
          return { value, done: false };
        },
      };
    };
    const shared = createSharedStreams(QUEUE_MAX);
    const [one, other] = [shared.open('k', failing, signal), shared.open('k', failing, signal)];
    expect(await take(one, 1)).toEqual([1]);
    await expect(one.next()).rejects.toThrow('gone');
    expect(await take(other, 1)).toEqual([1]);
    await expect(other.next()).rejects.toThrow('gone');
  });
});

describe('behind the gateway', () => {
  let edge: Edge;
  const query = 'subscription { leadChanged { lead { id } } }';
  const own = leads[0]?.id as string;
  const streams: EventStream[] = [];
  afterEach(async () => {
    for (const stream of streams.splice(0)) stream.stop();
    await edge.stop();
  });

  const listen = async (token: string, body: object = { query }): Promise<EventStream> => {
    const stream = await listenTo(edge.gateway.url, { token, body });
    streams.push(stream);
    return stream;
  };
  /** Of the next event, which tells of a lead. */
  const placeIn = async (stream: EventStream): Promise<string | undefined> => {
    const event = await stream.next();
    expect(event?.data).toMatchObject({ data: { leadChanged: { lead: { id: own } } } });
    return event?.id;
  };
  const reading = (count: number) => expect.poll(() => edge.feed.readers()).toBe(count);

  it('one person’s equal subscriptions share a source, nobody else’s', async () => {
    edge = await startEdge({ sharesStreams: true });
    const sales = await edge.token('sales');
    // Another sign-in of the same person, with the same rights.
    const again = await edge.token('sales', { jti: 'another' });
    const mine = [await listen(sales), await listen(sales), await listen(again)];
    await reading(1);
    // Of the same role and territory; and one of another role, who may see the same lead.
    await listen(await edge.token('colleague'));
    await reading(2);
    const manager = await listen(await edge.token('manager'));
    await reading(3);
    await listen(sales, { query: 'subscription { leadChanged { type } }' });
    await reading(4);
    edge.feed.push(own);
    const [first, ...others] = await Promise.all(mine.map(placeIn));
    expect(first).toMatch(/^1~/);
    expect(others).toEqual([first, first]);
    // The same place, sealed for another person.
    const his = await placeIn(manager);
    expect(his).toMatch(/^1~/);
    expect(his).not.toBe(first);
    for (const stream of streams.slice(0, 2)) stream.stop();
    await reading(4);
    streams[2]?.stop();
    await reading(3);
  });

  it('an error names the request of each of those who share its source', async () => {
    edge = await startEdge({ sharesStreams: true });
    const token = await edge.token('sales');
    const denied = { query: 'subscription { leadChanged { lead { id margin } } }' };
    const mine = [await listen(token, denied), await listen(token, denied)];
    await reading(1);
    edge.feed.push(own);
    const [one, other] = await Promise.all(
      mine.map(async ({ next }) => (await next())?.data?.errors?.[0]?.extensions.requestId),
    );
    expect(one).toMatch(/^[\w.-]+$/);
    expect(other).not.toBe(one);
  });

  it('what begins in the past or goes on somewhere has a source of its own', async () => {
    edge = await startEdge({ sharesStreams: true });
    const token = await edge.token('sales');
    const stream = await listen(token);
    await reading(1);
    edge.feed.push(own);
    const resume = await placeIn(stream);
    await listen(token, { query, extensions: { resume } });
    await reading(2);
    const from = 'subscription ($from: ID) { leadChanged(id: $from) { type } }';
    await listen(token, { query: from });
    await listen(token, { query: from });
    await reading(4);
  });
});
