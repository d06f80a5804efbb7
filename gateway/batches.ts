/** Entities in fetches of a bounded size: what a subgraph would refuse as one is asked for in several. */
import { LIMITS } from './limits.ts';
import type { RunFetch, SubgraphError, SubgraphResult } from './transports/transport.ts';

export function inBatches(run: RunFetch, sizeMax = LIMITS.subgraph.representationsMax): RunFetch {
  return (variables, request) => {
    const all = variables['representations'] as readonly unknown[];
    if (all.length <= sizeMax) return run(variables, request);
    const starts = Array.from({ length: Math.ceil(all.length / sizeMax) }, (_, n) => n * sizeMax);
    const answers = starts.map(async (start) => {
      const representations = all.slice(start, start + sizeMax);
      return run({ ...variables, representations }, request);
    });
    return Promise.all(answers).then((results) => joined(results, starts));
  };
}

/** As one answer: an error names the place its entity has among all. */
function joined(results: readonly SubgraphResult[], starts: readonly number[]): SubgraphResult {
  const lists = results.map(({ data }) => data?.['_entities']);
  const errors = results.flatMap(({ errors: own = [] }, index) =>
    own.map((error) => moved(error, starts[index] ?? 0)),
  );
  return {
    // One that brought nothing leaves no telling which entity is which.
    data: lists.every(Array.isArray) ? { _entities: lists.flat(1) } : null,
    ...(errors.length === 0 ? {} : { errors }),
  };
}

function moved(error: SubgraphError, by: number): SubgraphError {
  const { message, path, extensions, originalError } = error;
  const [root, slot, ...rest] = path ?? [];
  if (root === undefined || typeof slot !== 'number') return error;
  return { message, extensions, originalError, path: [root, slot + by, ...rest] };
}
