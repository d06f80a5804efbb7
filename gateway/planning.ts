/**
 * Plans in a thread, so that no operation holds the event loop. One thread serves all supergraphs of
 * the process, one operation at a time. What it cannot plan in time ends it; whoever waits behind is
 * planned by the next one.
 */
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { GraphQLError } from 'graphql';
import { createLru } from './lru.ts';
import type { PlannedOperation, QueryPlan } from './planner.ts';
import {
  ThreadEnded,
  startPlanningThread,
  type EndReason,
  type PlanningThread,
} from './planning-thread.ts';
import { refused } from './refusals.ts';

export interface PlanInput extends PlannedOperation {
  /** For this one alone, not for those before it. */
  readonly timeoutMs: number;
  /** Who asks, a person or an address; those who asked for least get their turn first. Default: the house. */
  readonly askedBy?: string | undefined;
}

export interface OpenGraph {
  /** Resolves once operations can be planned. @throws for a supergraph that cannot be planned over */
  ready(): Promise<void>;
  /**
   * Equal ones share one plan, which is nobody's to change.
   *
   * @throws GraphQLError `PLANNING_LIMIT`, for a minute without another try; `OVERLOADED`
   */
  plan(input: PlanInput): Promise<QueryPlan>;
  /** What still waits is refused. The thread ends with the last one, and keeps no process alive before. */
  close(): Promise<void>;
}

/** Why a thread was replaced: nobody replaces one that was closed. */
export type RestartReason = Exclude<EndReason, 'closed'>;

export interface Planning {
  /** Begins to load at once. */
  open(sdl: string): OpenGraph;
  /** Tells of each thread that takes the place of one that ended before its time, until the returned function is called. */
  onRestart(listener: (reason: RestartReason) => void): () => void;
}

export interface PlanningOptions {
  readonly start?: () => PlanningThread;
  readonly queueMax?: number;
  readonly waitMs?: number;
}

interface Graph {
  readonly id: number;
  readonly sdl: string;
  isOpen: boolean;
}

/** Without an operation it is done when the supergraph is loaded. */
interface Job {
  readonly graph: Graph;
  readonly input: PlanInput | undefined;
  resolve(plan: QueryPlan | undefined): void;
  reject(error: unknown): void;
}

const QUEUE_MAX = 128;
const QUEUE_PER_CALLER_MAX = 16;
const CALLERS_MAX = 1_000;
const WAIT_MS = 5_000;
const LOAD_TIMEOUT_MS = 60_000;
/** Between a thread that broke and the next one. */
const REST_MS = 1_000;
const REFUSED_MS = 60_000;
const REFUSED_MAX = 1_000;
/** Shared by callers whose rights leave the same of an operation. */
const PLANS_MAX = 1_000;

/** Of this process. */
export const planning: Planning = createPlanning();

export function createPlanning(options: PlanningOptions = {}): Planning {
  const { queueMax = QUEUE_MAX, waitMs = WAIT_MS } = options;
  const { start = () => startPlanningThread() } = options;
  const graphs = new Set<Graph>();
  const restarts = createRestarts();
  const { waiting, take } = createTurns();
  let thread: PlanningThread | undefined;
  let isWorking = false;
  let lastId = 0;

  const work = async (): Promise<void> => {
    if (isWorking) return;
    isWorking = true;
    for (let job = take(); job !== undefined; job = take()) await follow(job);
    isWorking = false;
  };
  const living = (): PlanningThread => {
    if (thread !== undefined && thread.ended === undefined) return thread;
    restarts.tell(thread?.ended);
    return (thread = start());
  };
  const follow = async ({ graph, input, resolve, reject }: Job): Promise<void> => {
    try {
      if (!graph.isOpen) throw new ThreadEnded('closed');
      resolve(await runOn(living(), graph, input));
    } catch (error) {
      reject(error);
      if (!(error instanceof ThreadEnded)) return;
      if (error.reason === 'crash') await delay(REST_MS);
      // Else the next to ask would wait for it.
      if (error.reason === 'limit' && input !== undefined && waiting.size === 0) void load(graph);
    }
  };
  const load = (graph: Graph): Promise<unknown> => {
    const { promise, ...ends } = Promise.withResolvers<QueryPlan | undefined>();
    waiting.add({ graph, input: undefined, ...ends });
    void work();
    // Told by `ready`, and by the next plan.
    promise.catch(() => undefined);
    return promise;
  };
  const queue = async (graph: Graph, input: PlanInput): Promise<QueryPlan> => {
    if (!graph.isOpen || waiting.size >= queueMax || isGreedy(waiting, input)) throw overloaded();
    const { promise, resolve, reject } = Promise.withResolvers<QueryPlan | undefined>();
    const job: Job = { graph, input, resolve, reject };
    const timer = setTimeout(() => void (waiting.delete(job) && reject(overloaded())), waitMs);
    waiting.add(job);
    void work();
    const plan = await promise.finally(() => clearTimeout(timer));
    if (plan === undefined) throw new Error('The planner answered without a plan');
    return plan;
  };

  return {
    open(sdl) {
      const graph: Graph = { id: (lastId += 1), sdl, isOpen: true };
      graphs.add(graph);
      const loaded = load(graph);
      return {
        ready: async () => void (await loaded),
        plan: createMemory((input) => queue(graph, input)),
        async close() {
          graph.isOpen = false;
          graphs.delete(graph);
          thread?.forget(graph.id);
          if (graphs.size === 0) await thread?.end();
        },
      };
    },
    onRestart: restarts.listen,
  };
}

function createRestarts() {
  const listeners = new Set<(reason: RestartReason) => void>();
  return {
    tell(reason: EndReason | undefined): void {
      if (reason === undefined || reason === 'closed') return;
      for (const listener of listeners) listener(reason);
    },
    listen(listener: (reason: RestartReason) => void): () => void {
      // Of its own, so that whoever listens twice is told twice and leaves once.
      const mine = (reason: RestartReason): void => listener(reason);
      listeners.add(mine);
      return () => void listeners.delete(mine);
    },
  };
}

/** Nobody is planned for twice while somebody waits who was not planned for once. */
function createTurns() {
  const waiting = new Set<Job>();
  const turns = createLru<string, number>(CALLERS_MAX);
  let lastTurn = 0;
  const turnOf = ({ input }: Job): number => turns.get(input?.askedBy ?? '') ?? 0;
  const take = (): Job | undefined => {
    let next: Job | undefined;
    for (const job of waiting) if (next === undefined || turnOf(job) < turnOf(next)) next = job;
    if (next === undefined) return undefined;
    waiting.delete(next);
    const askedBy = next.input?.askedBy;
    if (askedBy !== undefined) turns.set(askedBy, (lastTurn += 1));
    return next;
  };
  return { waiting, take };
}

function isGreedy(waiting: ReadonlySet<Job>, { askedBy }: PlanInput): boolean {
  if (askedBy === undefined) return false;
  let own = 0;
  for (const { input } of waiting) if (input?.askedBy === askedBy) own += 1;
  return own >= QUEUE_PER_CALLER_MAX;
}

async function runOn(
  thread: PlanningThread,
  graph: Graph,
  input: PlanInput | undefined,
): Promise<QueryPlan | undefined> {
  const { id, sdl } = graph;
  if (!thread.loaded.has(id)) {
    await thread.run({ kind: 'load', graph: id, sdl }, LOAD_TIMEOUT_MS);
    thread.loaded.add(id);
    // Closed meanwhile.
    if (!graph.isOpen) thread.forget(id);
  }
  if (input === undefined) return undefined;
  const { text, operationName, timeoutMs } = input;
  return thread.run({ kind: 'plan', graph: id, operation: { text, operationName } }, timeoutMs);
}

/** What was planned lately, is under way, or took too long a short while ago. */
function createMemory(plan: (input: PlanInput) => Promise<QueryPlan>): OpenGraph['plan'] {
  const plans = createLru<string, Promise<QueryPlan>>(PLANS_MAX);
  const refusedUntil = createLru<string, number>(REFUSED_MAX);
  const planOnce = async (key: string, input: PlanInput): Promise<QueryPlan> => {
    try {
      return await plan(input);
    } catch (error) {
      plans.delete(key);
      if (!(error instanceof ThreadEnded) || error.reason === 'crash') throw error;
      if (error.reason === 'closed') throw overloaded();
      refusedUntil.set(key, performance.now() + REFUSED_MS);
      throw tooLong(input);
    }
  };
  return (input) => {
    const key = keyOf(input);
    if ((refusedUntil.get(key) ?? 0) > performance.now()) return Promise.reject(tooLong(input));
    let known = plans.get(key);
    if (known === undefined) plans.set(key, (known = planOnce(key, input)));
    return known;
  };
}

/** Of fixed length: what is refused may be as long as a body. */
function keyOf({ text, operationName, timeoutMs }: PlanInput): string {
  const parts = JSON.stringify([text, operationName ?? null, timeoutMs]);
  return createHash('sha256').update(parts).digest('base64');
}

function tooLong({ timeoutMs }: PlanInput): GraphQLError {
  return refused(
    'PLANNING_LIMIT',
    `Planning this takes longer than ${timeoutMs / 1_000} s, or too much memory. Ask for less at once.`,
  );
}

function overloaded(): GraphQLError {
  return refused('OVERLOADED', 'Too much is under way at the moment.', { retryAfterSeconds: 1 });
}
