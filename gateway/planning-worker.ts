/** Runs in the thread that plans: one order after the other, each answered once but for `forget`. */
import { GraphQLError } from 'graphql';
import { parentPort } from 'node:worker_threads';
import { createPlanner, type PlannedOperation, type Planner, type QueryPlan } from './planner.ts';

export type Order =
  | { readonly kind: 'load'; readonly graph: number; readonly sdl: string }
  | { readonly kind: 'plan'; readonly graph: number; readonly operation: PlannedOperation }
  | { readonly kind: 'forget'; readonly graph: number };

export type Answer =
  | { readonly kind: 'done'; readonly plan: QueryPlan | undefined }
  | {
      readonly kind: 'failed';
      readonly message: string;
      readonly stack: string | undefined;
      /** Of what was written for clients. */
      readonly extensions: Readonly<Record<string, unknown>> | undefined;
    };

const planners = new Map<number, Planner>();

function follow(order: Order): Answer | undefined {
  try {
    if (order.kind === 'plan') {
      return { kind: 'done', plan: planners.get(order.graph)?.plan(order.operation) };
    }
    if (order.kind === 'load') {
      planners.set(order.graph, createPlanner(order.sdl));
      return { kind: 'done', plan: undefined };
    }
    planners.delete(order.graph);
    return undefined;
  } catch (error) {
    const { message, stack } = error as Error;
    const extensions = error instanceof GraphQLError ? { ...error.extensions } : undefined;
    return { kind: 'failed', message, stack, extensions };
  }
}

parentPort?.on('message', (order: Order) => {
  const answer = follow(order);
  if (answer !== undefined) parentPort?.postMessage(answer, []);
});
