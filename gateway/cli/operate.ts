import type { Actor } from '#kernel/access';
import { Listr } from 'listr2';
import { setTimeout as wait } from 'node:timers/promises';
import { CommandFailure, EXIT } from './failure.ts';
import { printResult, printRows, type Output } from './output.ts';
import type { Session } from './session.ts';

/** A session, the account that acts in it, and where it tells. */
export interface Operator {
  readonly session: Session;
  readonly actor: Actor;
  readonly output: Output;
}

const CONSUMER =
  'consumer source status position shard shards lagEvents deadLetters restsUntil lastError';
const JOB = `id projection isDryRun upToTime upToPosition status events resumedEvents total rate
  etaSeconds tables { table rows rowsRebuilt } error`;
const POLL_MS = 250;

export async function listConsumers({ session, actor, output }: Operator): Promise<void> {
  const query = `query { eventSubscriptions { ${CONSUMER} } }`;
  const { eventSubscriptions } = await session.ask<{ eventSubscriptions: object[] }>(actor, query);
  printRows(output, eventSubscriptions, CONSUMER.split(' '));
}

export async function setConsumer(
  { session, actor, output }: Operator,
  act: 'Pause' | 'Resume',
  input: { consumer: string; reason?: string | undefined },
): Promise<void> {
  const mutation = `mutation Set($input: Consumer${act}Input!) {
    answer: consumer${act}(input: $input) {
      eventSubscriptions { ${CONSUMER} } userErrors { code message } } }`;
  const { answer } = await session.ask<{ answer: { eventSubscriptions: object[] } }>(
    actor,
    mutation,
    { input },
  );
  printRows(output, answer.eventSubscriptions, CONSUMER.split(' '));
}

export async function splitConsumer(
  { session, actor, output }: Operator,
  input: { consumer: string; shards: number; reason: string },
): Promise<void> {
  const mutation = `mutation Split($input: ConsumerSplitInput!) {
    answer: consumerSplit(input: $input) {
      eventSubscriptions { ${CONSUMER} } userErrors { code message } } }`;
  const { answer } = await session.ask<{ answer: { eventSubscriptions: object[] } }>(
    actor,
    mutation,
    { input },
  );
  printRows(output, answer.eventSubscriptions, CONSUMER.split(' '));
}

export async function listDeadLetters(
  { session, actor, output }: Operator,
  consumer: string,
  first: number,
): Promise<void> {
  const columns = 'eventId eventType aggregateId version attempts status at error'.split(' ');
  const fields = `${columns.join(' ')} timeline { at error }`;
  const query = `query Letters($consumer: String!, $first: Int!) {
    deadLetters(consumer: $consumer, first: $first) { edges { node { source position ${fields} } } } }`;
  const { deadLetters } = await session.ask<{ deadLetters: { edges: { node: object }[] } }>(
    actor,
    query,
    { consumer, first },
  );
  const rows = deadLetters.edges.map(({ node }) => node);
  printRows(output, rows, columns);
}

/** Every attempt that is still known of one dead letter. */
export async function showDeadLetter(
  { session, actor, output }: Operator,
  { consumer, eventId }: { consumer: string; eventId: string },
): Promise<void> {
  const query = `query Letters($consumer: String!, $after: String) {
    deadLetters(consumer: $consumer, first: 100, after: $after) {
      edges { node { eventId timeline { at error } } } pageInfo { hasNextPage endCursor } } }`;
  let after: string | null = null;
  do {
    const { deadLetters }: Letters = await session.ask<Letters>(actor, query, { consumer, after });
    const found = deadLetters.edges.find(({ node }) => node.eventId === eventId)?.node;
    if (found !== undefined) return printRows(output, found.timeline, ['at', 'error']);
    after = deadLetters.pageInfo.hasNextPage ? deadLetters.pageInfo.endCursor : null;
  } while (after !== null);
  throw new CommandFailure(
    EXIT.refused,
    'NOT_FOUND',
    `${eventId} is no dead letter of ${consumer}`,
  );
}

interface Letters {
  deadLetters: {
    edges: { node: { eventId: string; timeline: { at: string; error: string }[] } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
}

export async function retryDeadLetters(
  { session, actor, output }: Operator,
  input: { consumer: string; eventIds?: string[]; error?: string; all: boolean },
): Promise<void> {
  const mutation = `mutation Retry($input: DeadLetterRetryInput!) {
    answer: deadLetterRetry(input: $input) {
      resolved failedAggregateIds userErrors { code message } } }`;
  interface Outcome {
    answer: { resolved: number; failedAggregateIds: string[] };
  }
  const { answer } = await session.ask<Outcome>(actor, mutation, { input });
  const { resolved, failedAggregateIds } = answer;
  const sentence = `${resolved} handled, ${failedAggregateIds.length} aggregates failed again`;
  printResult(output, { resolved, failedAggregateIds }, sentence);
  if (failedAggregateIds.length > 0) {
    throw new CommandFailure(EXIT.fault, 'FAILED_AGAIN', 'Not everything could be handled');
  }
}

export async function discardDeadLetter(
  { session, actor, output }: Operator,
  input: { consumer: string; eventId: string; reason: string },
): Promise<void> {
  const mutation = `mutation Discard($input: DeadLetterDiscardInput!) {
    answer: deadLetterDiscard(input: $input) { eventId userErrors { code message } } }`;
  await session.ask(actor, mutation, { input });
  printResult(output, { eventId: input.eventId }, `${input.eventId} was given up`);
}

interface Job {
  id: string;
  status: 'QUEUED' | 'RUNNING' | 'DONE' | 'FAILED' | 'CANCELLED';
  isDryRun: boolean;
  events: number;
  resumedEvents: number;
  total: number | null;
  rate: number | null;
  etaSeconds: number | null;
  tables: { table: string; rows: number; rowsRebuilt: number }[] | null;
  error: string | null;
}

/** Asks for a rebuild and follows it to its end; this process helps where no other one works. */
export async function replay(
  operator: Operator,
  input: {
    projection: string;
    reason: string;
    isDryRun: boolean;
    upToTime?: string | undefined;
    upToPosition?: string | undefined;
  },
): Promise<void> {
  const { session, actor, output } = operator;
  const mutation = `mutation Rebuild($input: ProjectionRebuildInput!) {
    answer: projectionRebuild(input: $input) {
      replayJob { ${JOB} } userErrors { code message } } }`;
  const { answer } = await session.ask<{ answer: { replayJob: Job } }>(actor, mutation, { input });
  let job = answer.replayJob;
  const working = session.runtime.backbone.operations.drainReplays();
  working.catch(() => undefined);
  const progress = new Listr(
    [
      {
        title: `${input.isDryRun ? 'Count' : 'Rebuild'} ${input.projection}`,
        task: async (_, task) => {
          while (job.status === 'QUEUED' || job.status === 'RUNNING') {
            task.output = progressOf(job);
            await wait(POLL_MS);
            job = await jobOf(operator, job.id);
          }
          task.title = `${input.projection}: ${job.status}, ${job.events} facts${resumedOf(job)}`;
          if (job.status !== 'DONE') {
            const message = job.error ?? `The rebuild was ${job.status.toLowerCase()}`;
            throw new CommandFailure(EXIT.fault, 'REBUILD_FAILED', message);
          }
        },
      },
    ],
    { renderer: output.isJson ? 'silent' : 'default', fallbackRenderer: 'simple' },
  );
  try {
    await progress.run();
  } finally {
    await working.catch(() => undefined);
    if (output.isJson) output.out(`${JSON.stringify(job)}\n`);
    else if (job.tables !== null) printRows(output, job.tables, ['table', 'rows', 'rowsRebuilt']);
  }
}

function resumedOf({ resumedEvents }: Job): string {
  return resumedEvents === 0 ? '' : `, ${resumedEvents} of them by a process before`;
}

async function jobOf({ session, actor }: Operator, id: string): Promise<Job> {
  const query = `query { replayJobs(first: 100) { edges { node { ${JOB} } } } }`;
  const { replayJobs } = await session.ask<{ replayJobs: { edges: { node: Job }[] } }>(
    actor,
    query,
  );
  const job = replayJobs.edges.find(({ node }) => node.id === id)?.node;
  if (job === undefined) throw new CommandFailure(EXIT.refused, 'NOT_FOUND', 'The job is gone');
  return job;
}

function progressOf(job: Job): string {
  const { status, events, total, rate, etaSeconds } = job;
  if (status === 'QUEUED' || total === null) return 'waiting';
  const speed = rate === null ? '' : `, ${Math.round(rate)}/s`;
  const left = etaSeconds === null ? '' : `, ${etaSeconds} s left`;
  return `${events} of ${total}${speed}${left}${resumedOf(job)}`;
}
