import type { ResolverContext } from './context.ts';

/** What a subscription's source yields: where the log stands, and what the field is made from. */
export interface SourceEvent {
  readonly position: number;
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
      source(args, context) as AsyncIterable<never>,
    resolve: (event: unknown, _: unknown, context: ResolverContext) =>
      read(event as Event, context),
  };
}
