import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { createSupergraph } from '../../gateway/supergraph.ts';
import { randomOf } from '../chaos/backbone/random.ts';
import { asking, createEngine, localTransports } from './engine.ts';
import { createSubgraphs, supergraphSdl } from './fixture/index.ts';
import { VARIABLES, generateOperation } from './generated-operations.ts';
import { mutations, operations } from './operations.ts';
import { createOracle, type Ask } from './oracle.ts';

/** The oracle reports nulls it found itself beside the errors, and only if there are no others. */
function pathsOf({ errors, extensions }: FormattedExecutionResult): string[] {
  const own = (extensions?.['valueCompletion'] ?? []) as GraphQLFormattedError[];
  return [...(errors ?? []), ...own].map(({ path }) => path?.join('.') ?? '').toSorted();
}

const RANDOM = 300;

/** Whether nothing stands in one that does not stand in the other: it loses what interface objects lead to. */
function isLess(less: unknown, more: unknown): boolean {
  if (less === null || less === more) return true;
  if (typeof less !== 'object' || typeof more !== 'object' || more === null) return false;
  if (Array.isArray(less)) {
    if (!Array.isArray(more) || less.length !== more.length) return false;
    return less.every((each, index) => isLess(each, more[index]));
  }
  const known = more as Record<string, unknown>;
  return Object.entries(less).every(([key, value]) => key in known && isLess(value, known[key]));
}

describe('the engine and @apollo/gateway answer alike', () => {
  let engine: Ask;
  let oracle: Ask;
  beforeAll(async () => {
    engine = createEngine(createSubgraphs());
    oracle = await createOracle(createSubgraphs());
  });

  test.each(operations)('$name', async ({ query, variables, errorPaths }) => {
    const expected = await oracle(query, variables);
    const actual = await engine(query, variables);
    expect(actual.data).toEqual(expected.data);
    expect(JSON.stringify(actual.data)).toBe(JSON.stringify(expected.data));
    expect(pathsOf(actual)).toEqual(errorPaths ?? pathsOf(expected));
  });

  test('mutations, in order', async () => {
    for (const { name, query, variables } of mutations) {
      const expected = await oracle(query, variables);
      const actual = await engine(query, variables);
      expect(actual.data, name).toEqual(expected.data);
      expect(pathsOf(actual), name).toEqual(pathsOf(expected));
    }
  });

  test(`of ${RANDOM} random operations without faults the oracle answers no more`, async () => {
    const transports = localTransports(createSubgraphs());
    const supergraph = createSupergraph({ sdl: supergraphSdl, transports });
    const random = asking(supergraph);
    // Of its own: mutations have changed what the others tell.
    const fresh = await createOracle(createSubgraphs());
    const g = randomOf(Number(process.env['FEDERATION_SEED'] ?? 4711));
    let alike = 0;
    for (let n = 0; n < RANDOM; n += 1) {
      const query = generateOperation(g, supergraph.apiSchema, 4);
      // Where the type of an object is one that clients do not know, the oracle tells of it now and then.
      if (query.includes('secret')) continue;
      const expected = (await fresh(query, VARIABLES)).data;
      const { data: actual, errors } = await random(query, VARIABLES);
      if (JSON.stringify(expected) === JSON.stringify(actual)) alike += 1;
      // What one of them never looked at cannot take away what is around it by a fault.
      else if (errors === undefined) {
        const about = `${query}\n${JSON.stringify([expected, actual])}`;
        expect(isLess(expected, actual), about).toBe(true);
      }
    }
    expect(alike).toBeGreaterThan(RANDOM * 0.8);
  });
});
