import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { counters, goldenFaults } from '#kernel/testing';
import { createSubgraphs } from '#subgraphs';

const root = join(import.meta.dirname, '..');
const catalogs = [
  ...createSubgraphs({}).flatMap(({ name, events }) =>
    events === undefined ? [] : [{ events, directory: join(root, 'subgraphs', name, 'golden') }],
  ),
  { events: counters.events, directory: join(root, 'kernel/testing/golden') },
];

it.each(catalogs)(
  'I13: $events.module brings every stored version up to its golden file',
  async (each) => {
    expect(await goldenFaults(each.events, each.directory)).toEqual([]);
  },
);

it.each([
  ['is missing', undefined, 'counter.added is at version 2 and has no golden file'],
  ['lacks a version', { 2: { amount: 3, unit: 'piece' } }, 'counter.added.json lacks version 1'],
  [
    'holds another outcome',
    { 1: { amount: 3 }, 2: { amount: 3, unit: 'box' } },
    'counter.added version 1 does not become what version 2 holds',
  ],
  [
    'holds what its schema refuses',
    { 1: { amount: 'x' }, 2: { amount: 'x', unit: 'piece' } },
    'counter.added.json does not hold what version 2 allows',
  ],
])('a golden file that %s is found', async (_, content, fault) => {
  const directory = await mkdtemp(join(tmpdir(), 'freshplan-golden-'));
  if (content !== undefined) {
    await writeFile(join(directory, 'counter.added.json'), JSON.stringify(content));
  }
  expect(await goldenFaults(counters.events, directory)).toEqual([fault]);
  await rm(directory, { recursive: true });
});
