/** Plans of stored operations, made before anybody waits for them. */
import { TOKEN_ROLES, createActor, type Actor } from '#kernel/access';
import { GraphQLError } from 'graphql';
import { setImmediate } from 'node:timers/promises';
import type { Operations } from './operations.ts';
import type { Pipeline } from './pipeline.ts';

/** One caller of each role a token may carry; nobody for operations stored for the public. */
export function callersOf(client: string): readonly (Actor | null)[] {
  if (client === 'public') return [null];
  return TOKEN_ROLES.map((role) =>
    createActor({ userId: EXAMPLE_USER, roles: [role], territories: [] }),
  );
}

/**
 * To compile a plan costs milliseconds of the event loop, so each is made on its own and what waits is
 * served in between. What is refused to a role needs no plan: the caller learns why when he asks.
 */
export async function planStored(pipeline: Pipeline, operations: Operations): Promise<void> {
  await pipeline.supergraph.ready();
  for (const { client, text } of operations.all()) {
    for (const caller of callersOf(client)) {
      try {
        await pipeline.inspect(text, caller);
      } catch (error) {
        if (!(error instanceof GraphQLError)) throw error;
      }
      await setImmediate();
    }
  }
}

const EXAMPLE_USER = '00000000-0000-4000-8000-000000000001';
