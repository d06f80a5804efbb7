import { afterEach, expect, test } from 'vitest';
import { startEdge, type Edge, type EdgeOptions } from './edge.fixture.ts';
import { leads } from './edge-graph.fixture.ts';
import { listenTo, type EventStream } from './event-stream.fixture.ts';
import { createPlanning } from './planning.ts';
import { startPlanningThread } from './planning-thread.ts';
import { eventually } from '#kernel/testing';

const own = leads[0]?.id as string;
const body = { query: 'subscription { leadChanged { type lead { id } } }' };

let edge: Edge;
const open: (() => void)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) close();
  await edge.stop();
});

async function listen(token: string): Promise<EventStream> {
  const stream = await listenTo(edge.gateway.url, { token, body });
  open.push(() => stream.stop());
  return stream;
}

/** A planner of its own that is at somebody else's and has somebody waiting, until it is freed. */
async function busyPlanner({ queueMax }: { queueMax: number }) {
  const gate = Promise.withResolvers<void>();
  const planning = createPlanning({
    queueMax,
    waitMs: 60_000,
    start() {
      const thread = startPlanningThread();
      return {
        ...thread,
        get ended() {
          return thread.ended;
        },
        async run(order, timeoutMs) {
          if (order.kind === 'plan') await gate.promise;
          return thread.run(order, timeoutMs);
        },
      };
    },
  });
  const next = edge.serving(edge.supergraph.sdl, planning);
  const busy = planning.open(edge.supergraph.sdl);
  open.push(() => void Promise.all([next.close(), busy.close()]));
  await Promise.all([next.ready(), busy.ready()]);
  const others = ['{ hello }', '{ __typename }'].map((text) =>
    busy.plan({ text, operationName: undefined, timeoutMs: 20_000 }),
  );
  return {
    next,
    async free() {
      gate.resolve();
      await Promise.all(others);
    },
  };
}

const reading = (count: number) => expect.poll(() => edge.feed.readers()).toBe(count);

/** A stream that has had its first event, where all are planned anew at once. */
async function begunStream(limits: EdgeOptions['limits'] = {}) {
  edge = await startEdge({ limits: { moveJitterMs: 0, ...limits } });
  const stream = await listen(await edge.token('sales'));
  await reading(1);
  edge.feed.push(own);
  const first = await stream.next();
  expect(first?.id).toMatch(/^1~/);
  return { stream, first };
}

test('streams go on under a new supergraph without losing an event, begun or not yet', async () => {
  edge = await startEdge({ limits: { moveJitterMs: 0 } });
  const token = await edge.token('sales');
  const [begun, fresh] = [await listen(token), await listen(token)];
  await reading(2);
  edge.feed.push(own);
  expect((await begun.next())?.id).toMatch(/^1~/);
  expect((await fresh.next())?.id).toMatch(/^1~/);
  const late = await listen(token);
  await reading(3);
  for (let at = 2; at <= 10; at++) {
    await edge.gateway.replaceSupergraph(edge.supergraph);
    edge.feed.push(own);
    for (const stream of [begun, fresh, late]) {
      expect((await stream.next())?.id).toMatch(new RegExp(`^${at}~`));
    }
  }
  await reading(3);
});

test('streams go on under the old plan while the planner has no room, and move when it has', async () => {
  const { stream } = await begunStream();
  const { next, free } = await busyPlanner({ queueMax: 1 });
  let refusals = 0;
  let moved = 0;
  await edge.gateway.replaceSupergraph({
    ...next,
    compile: (input) =>
      next.compile(input).then(
        (compiled) => {
          moved += 1;
          return compiled;
        },
        (error: unknown) => {
          refusals += 1;
          throw error;
        },
      ),
  });
  await eventually(() => expect(refusals).toBeGreaterThan(0));
  edge.feed.push(own);
  expect((await stream.next())?.id).toMatch(/^2~/);
  expect(moved).toBe(0);
  await free();
  await eventually(() => expect(moved).toBe(1));
  edge.feed.push(own);
  expect((await stream.next())?.id).toMatch(/^3~/);
  await reading(1);
});

test('streams follow the newest supergraph, also where the one before is planned later', async () => {
  const { stream } = await begunStream();
  const { next, free } = await busyPlanner({ queueMax: 2 });
  const late = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  let read = 0;
  await edge.gateway.replaceSupergraph({
    ...next,
    async compile(input) {
      asked.resolve();
      const compiled = await next.compile(input).finally(() => late.resolve());
      const subscribe: typeof compiled.subscribe = (...given) => {
        read += 1;
        return compiled.subscribe(...given);
      };
      return { ...compiled, subscribe };
    },
  });
  await asked.promise;
  await edge.gateway.replaceSupergraph(edge.supergraph);
  await eventually(() => expect(edge.planned()).toBe(2));
  await free();
  await late.promise;
  for (const at of [2, 3]) {
    edge.feed.push(own);
    expect((await stream.next())?.id).toMatch(new RegExp(`^${at}~`));
  }
  expect(read).toBe(0);
  await reading(1);
});

test('streams end with the reason and their place when the planner has no room for too long', async () => {
  const { stream, first: last } = await begunStream({ movePatienceMs: 1 });
  const { next, free } = await busyPlanner({ queueMax: 1 });
  await edge.gateway.replaceSupergraph(next);
  expect((await stream.next())?.data?.errors?.[0]?.extensions).toMatchObject({
    code: 'OVERLOADED',
    position: last?.id,
  });
  expect((await stream.next())?.event).toBe('complete');
  await reading(0);
  await free();
});

test('streams end with the reason and their place where the new supergraph lacks what they ask', async () => {
  const { stream, first: last } = await begunStream();
  const sdl = edge.supergraph.sdl.replace(/^ {2}leadChanged.*\n/m, '');
  await edge.gateway.replaceSupergraph(edge.serving(sdl));
  expect((await stream.next())?.data?.errors?.[0]?.extensions).toMatchObject({
    code: 'SUPERGRAPH_CHANGED',
    position: last?.id,
  });
  expect((await stream.next())?.event).toBe('complete');
  await reading(0);
});
