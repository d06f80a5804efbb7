import { NIL_UUID, Refusal, requireScope } from '#kernel/access';
import {
  masked,
  measureEvents,
  open,
  readAggregateFacts,
  type EventStatistics,
  type ListedDeadLetter,
  type ModuleFact,
  type ReplayJob,
} from '#kernel/events';
import {
  cursorKeys,
  pageLimit,
  toPage,
  type CursorKey,
  type Page,
  type PageArguments,
  type ResolverContext,
} from '#kernel/graphql';
import { operate, uuid } from './operations.ts';
import type { Territory } from './schema.generated.ts';

const TIME_ZONE = 'Europe/Berlin';
const STATISTICS_TIMEOUT_MS = 10_000;

/** What happened to one thing, as far as the caller's territories reach. */
export async function eventsOf(
  context: ResolverContext,
  aggregateId: string,
  page: PageArguments,
): Promise<Page<EventView>> {
  requireScope(context.actor, 'history:read');
  if (context.backbone === undefined) throw new Error('This process runs no backbone');
  const { catalogs } = context.backbone;
  const id = uuid(aggregateId, 'aggregateId');
  const [of, module, version] = cursorKeys(page, 3) ?? [id, null, null];
  if (of !== id || (module !== null && !isPlace(module, version))) throw foreignCursor();
  const limit = pageLimit(page);
  const after = isPlace(module, version)
    ? { module: String(module), version: Number(version) }
    : undefined;
  const facts = await context.database.transaction(
    context.actor,
    (tx) => readAggregateFacts(tx, catalogs, id, { after, limit }),
    { readOnly: true },
  );
  const views = await viewsOf(context, facts);
  return toPage(views, page, (view) => [id, view.module, view.version]);
}

/** A fact as people see it; `actorUserId` becomes a person. */
export type EventView = Awaited<ReturnType<typeof viewsOf>>[number];

/** In clear for callers who may read contacts, else with masks; null where a person was erased. */
export async function viewsOf(context: ResolverContext, facts: readonly ModuleFact[]) {
  const mayRead = context.actor.scopes.has('contacts:read');
  const opened = mayRead
    ? await context.database.transaction(context.actor, (tx) =>
        Promise.all(
          facts.map(async ({ module, event }) => ({ module, event: await open(tx, event) })),
        ),
      )
    : facts;
  return opened.map(({ module, event }) => ({
    id: event.id,
    type: event.type,
    schemaVersion: event.schemaVersion,
    module,
    position: event.position === 0 ? null : String(event.position),
    aggregateType: event.aggregateType,
    aggregateId: event.aggregateId,
    version: event.version,
    time: event.time,
    recordedAt: event.recordedAt,
    actor: event.actor === NIL_UUID ? null : { id: event.actor },
    territory: event.territory as Territory | null,
    correlationId: event.correlationId,
    causationId: event.causationId,
    data: masked(event.data),
  }));
}

export async function statistics(context: ResolverContext): Promise<EventStatistics> {
  const modules = operate(context).catalogs.map(({ module }) => module);
  return context.database.transaction(
    context.actor,
    (tx) => measureEvents(tx, modules, TIME_ZONE),
    { readOnly: true, statementTimeoutMs: STATISTICS_TIMEOUT_MS },
  );
}

/** All consumers, or those of one name. */
export async function subscriptionsOf(context: ResolverContext, consumer?: string) {
  const states = await operate(context).consumers();
  return states
    .filter(({ name }) => consumer === undefined || name === consumer)
    .map(({ name, position, ...state }) => ({
      ...state,
      consumer: name,
      position: String(position),
    }));
}

export async function deadLettersOf(
  context: ResolverContext,
  consumer: string,
  page: PageArguments,
): Promise<Page<ListedDeadLetter>> {
  const backbone = operate(context);
  const [of, source, position] = cursorKeys(page, 3) ?? [consumer, null, null];
  if (of !== consumer || (source !== null && !isPlace(source, position))) throw foreignCursor();
  const after = isPlace(source, position)
    ? { source: String(source), position: Number(position) }
    : undefined;
  const rows = await context.database.transaction(
    context.actor,
    (tx) => backbone.deadLetters(tx, consumer, { after, limit: pageLimit(page) }),
    { readOnly: true },
  );
  return toPage(rows, page, (row) => [consumer, row.source, row.position]);
}

export async function replayJobs(
  context: ResolverContext,
  page: PageArguments,
): Promise<Page<ReplayJob>> {
  const backbone = operate(context);
  const [at = null, id = null] = cursorKeys(page, 2) ?? [];
  if (at !== null && Number.isNaN(Date.parse(String(at)))) throw foreignCursor();
  const after = at === null ? undefined : { at: new Date(at), id: uuid(String(id), 'after') };
  const jobs = await context.database.transaction(
    context.actor,
    (tx) => backbone.replays(tx, { limit: pageLimit(page), after }),
    { readOnly: true },
  );
  return toPage(jobs, page, (job) => [job.requestedAt.toISOString(), job.id]);
}

export function replayJob(context: ResolverContext, id: string): Promise<ReplayJob | undefined> {
  const backbone = operate(context);
  return context.database.transaction(context.actor, (tx) => backbone.replay(tx, id), {
    readOnly: true,
  });
}

function isPlace(name: CursorKey | undefined, number: CursorKey | undefined): boolean {
  return typeof name === 'string' && Number.isSafeInteger(number);
}

function foreignCursor(): Refusal {
  return new Refusal('BAD_USER_INPUT', 'Dieser Zeiger gehört nicht zu dieser Liste.', 'after');
}
