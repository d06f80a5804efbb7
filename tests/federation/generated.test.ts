import fc from 'fast-check';
import { parse, type FormattedExecutionResult } from 'graphql';
import { expect, test } from 'vitest';
import { createSupergraph, type Supergraph } from '../../gateway/supergraph.ts';
import { randomOf } from '../chaos/backbone/random.ts';
import { asking, localTransports } from './engine.ts';
import { ABOVE } from './generated-model.ts';
import { VARIABLES, generateOperation } from './generated-operations.ts';
import { generateSupergraph } from './generated.ts';

const SUPERGRAPHS = Number(process.env['FEDERATION_RUNS'] ?? 30);
const OPERATIONS = 8;
/** The planner takes seconds, now and then, for deep operations through an interface object. */
const DEPTH_OF_INTERFACE_OBJECTS = 3;

/** The gate asks the same every time; a run by hand names another number. */
const SEED = Number(process.env['FEDERATION_SEED'] ?? 4711);

const pathsOf = ({ errors }: FormattedExecutionResult): string[] =>
  [...new Set((errors ?? []).map(({ path }) => path?.join('.') ?? ''))].toSorted();

test(`${SUPERGRAPHS * OPERATIONS} operations over random supergraphs are answered as by one schema without subgraphs`, async () => {
  const open: Supergraph[] = [];
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (number) => {
      const g = randomOf(number);
      const { supergraphSdl: sdl, subgraphs, truth } = generateSupergraph(g);
      const supergraph = createSupergraph({ sdl, transports: localTransports(subgraphs) });
      open.push(supergraph);
      const engine = asking(supergraph);
      const depth = subgraphs.has(ABOVE) ? DEPTH_OF_INTERFACE_OBJECTS : undefined;
      for (let n = 0; n < OPERATIONS; n += 1) {
        const query = generateOperation(g, supergraph.apiSchema, depth);
        const expected = await truth(supergraph.apiSchema, parse(query), VARIABLES);
        const actual = await engine(query, VARIABLES);
        const about = `${sdl}\n${query}`;
        expect(JSON.stringify(actual.data), about).toBe(JSON.stringify(expected.data));
        // A field that another one is computed from may fail where nobody asked for it.
        expect(pathsOf(actual), about).toEqual(expect.arrayContaining(pathsOf(expected)));
      }
      // One at least stays open, and the thread that plans with it.
      if (open.length > 1) await open.shift()?.close();
    }),
    // A smaller number is no simpler case.
    { numRuns: SUPERGRAPHS, seed: SEED, endOnFailure: true },
  );
  await open[0]?.close();
}, 300_000);
