import type { ResolverContext } from './context.ts';
import { toGraphQLError } from './payload.ts';

/** What a subscription's source yields: where the log stands, and what the field is made from. */
export interface SourceEvent {
  /** Of one log, or as text where the source reads several. */
  readonly position: number | string;
}

/**
 * Resolvers of a subscription field. The source yields ids and positions; what the client gets is
 * read per event in a context of its own, so neither loaders nor rights of an earlier event remain.
 */
export function subscription<Event extends SourceEvent, Arguments, Result>(
  source: (args: Arguments, context: ResolverContext) => AsyncIterable<Event>,
  read: (event: Event, context: ResolverContext) => Result,
) {
  return {
    subscribe: (_: unknown, args: Arguments, context: ResolverContext) =>
      coded(source(args, context)) as AsyncIterable<never>,
    resolve: (event: unknown, _: unknown, context: ResolverContext) =>
      read(event as Event, context),
  };
}

/** A position that cannot be gone on from, or a missing right, keeps its code. */
async function* coded<Event>(events: AsyncIterable<Event>): AsyncGenerator<Event> {
  try {
    yield* events;
  } catch (error) {
    throw toGraphQLError(error);
  }
}
