import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { createEngine } from './engine.ts';
import { createSubgraphs } from './fixture/index.ts';
import { mutations, operations } from './operations.ts';
import { createOracle, type Ask } from './oracle.ts';

/** The oracle reports nulls it found itself beside the errors, and only if there are no others. */
function pathsOf({ errors, extensions }: FormattedExecutionResult): string[] {
  const own = (extensions?.['valueCompletion'] ?? []) as GraphQLFormattedError[];
  return [...(errors ?? []), ...own].map(({ path }) => path?.join('.') ?? '').toSorted();
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
});
