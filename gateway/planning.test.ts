import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { startEdge } from './edge.fixture.ts';
import { composeOverlapping, treeOf } from './overlapping-graph.fixture.ts';
import type { QueryPlan } from './planner.ts';
import { createPlanning, type OpenGraph, type PlanningOptions } from './planning.ts';
import { startPlanningThread, type PlanningThread } from './planning-thread.ts';
import { createSupergraph } from './supergraph.ts';
import type { Transport } from './transports/transport.ts';

const sdl = composeOverlapping();
/** Takes many seconds. */
const slow = treeOf(5);
const open: OpenGraph[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

/** What each thread was told to plan, in order. */
function start({ file, ...options }: PlanningOptions & { file?: URL } = {}) {
  const planned: string[][] = [];
  const threads: PlanningThread[] = [];
  const planning = createPlanning({
    ...options,
    start() {
      const thread = startPlanningThread(file);
      const texts: string[] = [];
      threads.push(thread);
      planned.push(texts);
      return {
        ...thread,
        get ended() {
          return thread.ended;
        },
        run(order, timeoutMs) {
          if (order.kind === 'plan') texts.push(order.operation.text);
          return thread.run(order, timeoutMs);
        },
      };
    },
  });
  const restarts: string[] = [];
  planning.onRestart((reason) => restarts.push(reason));
  const graph = planning.open(sdl);
  open.push(graph);
  const plan = (text: string, timeoutMs = 20_000): Promise<QueryPlan> =>
    graph.plan({ text, operationName: undefined, timeoutMs });
  return { planning, graph, plan, planned, threads, restarts };
}

const codeOf = (pending: Promise<unknown>): Promise<unknown> =>
  pending.then(
    () => 'planned',
    (error: { extensions?: { code?: string } }) => error.extensions?.code ?? error,
  );

describe('a plan', () => {
  it('is made once for all who ask the same', async () => {
    const { plan, planned } = start();
    const [one, other] = await Promise.all([plan('{ part { f0 } }'), plan('{ part { f0 } }')]);
    expect(one.node).toMatchObject({ kind: 'Fetch', serviceName: 's0' });
    expect(other).toBe(one);
    expect(await plan('{ part { f0 } }')).toBe(one);
    expect(planned).toEqual([['{ part { f0 } }']]);
  });

  it('that takes too long ends the thread, and who waits is planned by the next one', async () => {
    const { plan, planned, threads, graph, restarts } = start();
    await graph.ready();
    const tooLong = plan(slow, 50);
    const behind = plan('{ part { id } }');
    await expect(tooLong).rejects.toThrow(
      'longer than 0.05 s, or too much memory. Ask for less at once.',
    );
    expect((await behind).node).toBeDefined();
    expect(await codeOf(plan(slow, 50))).toBe('PLANNING_LIMIT');
    expect(planned).toEqual([[slow], ['{ part { id } }']]);
    expect(threads.map(({ ended }) => ended)).toEqual(['limit', undefined]);
    expect(restarts).toEqual(['limit']);
  });

  it('that fails is told as the planner told it, and nothing is kept of it', async () => {
    const { plan, planned } = start();
    for (const _ of [1, 2]) await expect(plan('{ nothing }')).rejects.toThrow('nothing');
    expect(planned[0]).toHaveLength(2);
  });

  it('is refused while too many wait, and to who waits too long', async () => {
    const { plan, graph, planned } = start({ queueMax: 1, waitMs: 20 });
    await graph.ready();
    const first = plan(slow, 300);
    const [second, third] = [plan('{ part { id } }'), plan('{ part { f0 } }')];
    expect(await Promise.all([first, second, third].map(codeOf))).toEqual([
      'PLANNING_LIMIT',
      'OVERLOADED',
      'OVERLOADED',
    ]);
    // The next thread is there before somebody asks.
    expect(planned).toEqual([[slow], []]);
  });
});

it('who asks for much waits longer than who asks for little', async () => {
  const { graph, planned } = start();
  await graph.ready();
  const plan = (text: string, askedBy: string): Promise<QueryPlan> =>
    graph.plan({ text, operationName: undefined, timeoutMs: 20_000, askedBy });
  const fields = Array.from({ length: 18 }, (_, at) => `{ part { a${at}: id } }`);
  const greedy = fields.map((text) => codeOf(plan(text, 'greedy')));
  await plan('{ part { id } }', 'modest');
  expect(planned[0]?.slice(0, 2)).toEqual([fields[0], '{ part { id } }']);
  const outcomes = await Promise.all(greedy);
  // One is planned, as many wait as one caller may have waiting.
  expect(outcomes.map((each) => each === 'planned')).toEqual(fields.map((_, at) => at < 17));
});

describe('the thread that plans', () => {
  it('is replaced when it breaks in the middle of a plan', async () => {
    const file = new URL(`data:text/javascript,
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ operation }) =>
        operation?.text === 'break' ? process.exit(3) :
        parentPort.postMessage({ kind: 'done', plan: { kind: 'QueryPlan' } }));`);
    const { plan, threads, restarts } = start({ file });
    const broken = plan('break');
    const behind = plan('{ part { id } }');
    await expect(broken).rejects.toThrow('The planning thread broke');
    expect(await behind).toEqual({ kind: 'QueryPlan' });
    expect(threads).toHaveLength(2);
    expect(restarts).toEqual(['crash']);
  });

  it('ends with the last supergraph, and refuses what it was at', async () => {
    const { planning, plan, graph, threads, restarts } = start();
    const another = planning.open(sdl);
    await another.ready();
    const pending = codeOf(plan(slow));
    await another.close();
    expect(threads[0]?.ended).toBeUndefined();
    await graph.close();
    expect(await pending).toBe('OVERLOADED');
    expect(threads.map(({ ended }) => ended)).toEqual(['closed']);
    expect(await codeOf(plan('{ part { id } }'))).toBe('OVERLOADED');
    const later = planning.open(sdl);
    open.push(later);
    await later.ready();
    expect([threads.length, restarts]).toEqual([2, []]);
  });

  it('keeps no process alive', async () => {
    const script = `import { planning } from ${JSON.stringify(new URL('planning.ts', import.meta.url))};
      await planning.open(${JSON.stringify(sdl)}).ready();
      console.log('ready');`;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
    expect((await run).stdout).toBe('ready\n');
  });

  it('refuses a supergraph it cannot plan over', async () => {
    const graph = start().planning.open('type Query {');
    open.push(graph);
    await expect(graph.ready()).rejects.toThrow('Syntax Error');
  });
});

it('an operation that takes too long to plan holds up nobody else', async () => {
  const answer = { data: { part: { f0: 1 } } };
  const transport: Transport = {
    compile: () => () => answer,
    subscribe: () => {
      throw new Error('No subscriptions here');
    },
  };
  const transports = new Map([0, 1, 2, 3, 4, 5].map((at) => [`s${at}`, transport]));
  const supergraph = createSupergraph({ sdl, transports });
  const edge = await startEdge({
    supergraph,
    anonymous: true,
    limits: { planningTimeoutMs: 1_000 },
  });
  onTestFinished(async () => {
    await edge.stop();
    await edge.supergraph.close();
    await supergraph.close();
  });
  const query = '{ part { f0 } }';
  await edge.post({ query });
  let isAnswered = false;
  const tooLong = edge.post({ query: slow }).finally(() => (isAnswered = true));
  for (const _ of [1, 2, 3]) expect(await (await edge.post({ query })).json()).toEqual(answer);
  expect(isAnswered).toBe(false);
  expect(await (await tooLong).json()).toMatchObject({
    errors: [{ extensions: { code: 'PLANNING_LIMIT' } }],
  });
  await edge.post({ query: '{ part { id } }' });
  const figures = (await edge.metrics.expose()).body;
  expect(figures).toContain('freshplan_planning_restarts_total{reason="limit"} 1');
  expect(figures).toContain('freshplan_planning_restarts_total{reason="crash"} 0');
});
