import { expect, it } from 'vitest';
import { inBatches } from './batches.ts';
import type { RunFetch, SubgraphResult } from './transports/transport.ts';

const request = { actor: null, requestId: 'r' };
const entities = (n: number): object[] => Array.from({ length: n }, (_, id) => ({ id }));

/** Echoes what it is asked for; says no to one of the ids. */
function subgraph(refused?: number): { run: RunFetch; sizes: number[] } {
  const sizes: number[] = [];
  const run: RunFetch = ({ representations }) => {
    const list = representations as { id: number }[];
    sizes.push(list.length);
    const slot = list.findIndex(({ id }) => id === refused);
    const errors = [{ message: 'no', path: ['_entities', slot, 'name'] }];
    const result: SubgraphResult = { data: { _entities: list } };
    return slot === -1 ? result : { ...result, errors };
  };
  return { run, sizes };
}

it.each([
  [1, [1]],
  [500, [500]],
  [501, [500, 1]],
  [1_200, [500, 500, 200]],
])('%i entities are asked for in fetches of %j', async (count, expected) => {
  const { run, sizes } = subgraph();
  const variables = { representations: entities(count), first: 3 };
  expect((await inBatches(run)(variables, request)).data).toEqual({ _entities: entities(count) });
  expect(sizes).toEqual(expected);
});

it('an error names the place of its entity among all', async () => {
  const { run } = subgraph(7);
  const { errors } = await inBatches(run, 3)({ representations: entities(10) }, request);
  expect(errors).toMatchObject([{ message: 'no', path: ['_entities', 7, 'name'] }]);
});

it('one fetch without an answer leaves none that could be taken for another', async () => {
  const run: RunFetch = ({ representations }) =>
    (representations as unknown[]).length === 3
      ? { data: { _entities: entities(3) } }
      : { errors: [{ message: 'gone' }] };
  const { data, errors } = await inBatches(run, 3)({ representations: entities(5) }, request);
  expect(data).toBeNull();
  expect(errors).toMatchObject([{ message: 'gone' }]);
});
