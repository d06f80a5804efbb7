import type { Actor } from '#kernel/access';
import { cloudEventsOf, headPosition, readFacts, type CloudEvent } from '#kernel/events';
import { setTimeout as wait } from 'node:timers/promises';
import { CommandFailure, EXIT } from './failure.ts';
import { printRows, type Output } from './output.ts';
import type { Session } from './session.ts';

const PAGE_SIZE = 200;
const POLL_MS = 250;

export interface TailOptions {
  /** `module:position`, separated by commas; elsewhere what comes from now on. */
  readonly from?: string | undefined;
  readonly module?: string | undefined;
  /** Ends after so many. */
  readonly limit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Facts as CloudEvents, one per line, personal values as ciphertext; goes on until it is stopped. */
export async function tailEvents(
  { runtime }: Session,
  actor: Actor,
  options: TailOptions,
  output: Output,
): Promise<void> {
  const all = runtime.backbone.operations.catalogs;
  const catalogs = all.filter(({ module }) => module === (options.module ?? module));
  if (catalogs.length === 0) throw unknown(options.module ?? '');
  const toCloudEvent = cloudEventsOf(all);
  const places = placesOf(options.from, new Set(catalogs.map(({ module }) => module)));
  let left = options.limit ?? Infinity;
  while (options.signal?.aborted !== true) {
    let isIdle = true;
    for (const catalog of catalogs) {
      const { module } = catalog;
      const facts = await runtime.database.transaction(
        actor,
        async (tx) => {
          const after = places.get(module) ?? (await headPosition(tx, module));
          places.set(module, after);
          return readFacts(tx, catalog, after, PAGE_SIZE);
        },
        { readOnly: true },
      );
      for (const fact of facts) {
        output.out(lineOf(toCloudEvent(fact), output));
        places.set(module, fact.position);
        left -= 1;
        if (left <= 0) return;
      }
      if (facts.length > 0) isIdle = false;
    }
    if (isIdle) await wait(POLL_MS, undefined, options).catch(() => undefined);
  }
}

const HISTORY = `query History($id: ID!, $after: String) {
  events(aggregateId: $id, first: 100, after: $after) {
    edges { node { id type schemaVersion module aggregateType aggregateId version time territory
      correlationId causationId data actor { id } } }
    pageInfo { hasNextPage endCursor } } }`;

interface History {
  events: {
    edges: { node: Record<string, unknown> }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
}

/** Everything that happened to one thing. */
export async function showEvents(
  session: Session,
  actor: Actor,
  id: string,
  output: Output,
): Promise<void> {
  const events: Record<string, unknown>[] = [];
  let after: string | null = null;
  do {
    const { events: page }: History = await session.ask<History>(actor, HISTORY, { id, after });
    events.push(...page.edges.map(({ node }) => node));
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after !== null);
  if (events.length === 0) {
    throw new CommandFailure(EXIT.refused, 'NOT_FOUND', `Nothing is known of ${id}`);
  }
  printRows(output, events, ['module', 'version', 'time', 'type', 'data']);
}

function placesOf(from: string | undefined, modules: ReadonlySet<string>): Map<string, number> {
  if (from === undefined) return new Map();
  return new Map(
    from.split(',').map((each) => {
      const [, module = '', position = ''] = /^([a-z_]+):(\d{1,15})$/.exec(each) ?? [];
      if (!modules.has(module)) throw unknown(each);
      return [module, Number(position)];
    }),
  );
}

function unknown(place: string): CommandFailure {
  return new CommandFailure(EXIT.refused, 'POSITION_INVALID', `There is no log "${place}"`);
}

function lineOf(event: CloudEvent, { isJson }: Output): string {
  if (isJson) return `${JSON.stringify(event)}\n`;
  const { source, sequence, time, type, subject, aggregateversion } = event;
  return `${source.slice('/crm/'.length)}:${sequence}  ${time}  ${type}  ${subject} v${aggregateversion}\n`;
}
