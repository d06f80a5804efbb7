import { describe, expect, test } from 'vitest';
import type { FetchNode, PlanNode } from './planner.ts';
import { fetchesOf, uniformPlaces } from './uniform.ts';

const fetch = (operation: string, more: Partial<FetchNode> = {}): FetchNode => ({
  kind: 'Fetch',
  serviceName: 'any',
  operation,
  operationName: undefined,
  operationKind: 'query' as FetchNode['operationKind'],
  ...more,
});

const entities = (selections: string): FetchNode =>
  fetch(
    `query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ${selections} }
  }`,
    { requires: [] },
  );

const leavesAt = (place: string, ...nodes: PlanNode[]): string[] | undefined => {
  const leaves = uniformPlaces(nodes.flatMap((node) => fetchesOf(node))).get(place);
  return leaves && [...leaves].toSorted();
};

const flatten = (path: string[], node: PlanNode): PlanNode => ({ kind: 'Flatten', path, node });

describe('a place is uniform', () => {
  test('while a fetch puts only leaves there, in fragments or not', () => {
    const root = fetch(
      '{ rows { product { __typename ...F ... on Book { upc } } name } } fragment F on Book { k: id }',
    );
    expect(leavesAt('rows.product', root)).toEqual(['__typename', 'k', 'upc']);
    expect(leavesAt('rows', root)).toBeUndefined();
  });

  test('with all that several fetches put there from above', () => {
    const root = fetch('{ a { b { id } } }');
    const more = flatten(['a', '@'], entities('... on A { b { name } }'));
    expect(leavesAt('a.b', root, more)).toEqual(['id', 'name']);
    const nested = flatten(['a', '@'], entities('... on A { b { c { id } } }'));
    expect(leavesAt('a.b', root, nested)).toBeUndefined();
  });

  test('whatever entities of the place itself add', () => {
    const root = fetch('{ a { id } }');
    const added = flatten(['a', '@'], entities('... on A { name deep { id } }'));
    expect(leavesAt('a', { kind: 'Sequence', nodes: [root, added] })).toEqual(['id']);
  });

  test('unless names are changed on the way', () => {
    const path = ['a', 'id__alias'];
    const outputRewrites = [{ kind: 'KeyRenamer' as const, path, renameKeyTo: 'id' }];
    expect(leavesAt('a', fetch('{ a { id__alias: id } }', { outputRewrites }))).toBeUndefined();
  });

  test('whichever branch of a condition brings its content', () => {
    const node: PlanNode = {
      kind: 'Condition',
      condition: 'on',
      ifClause: fetch('{ a { id } }'),
      elseClause: { kind: 'Parallel', nodes: [fetch('{ a { name } }')] },
    };
    expect(leavesAt('a', node)).toEqual(['id', 'name']);
    expect(fetchesOf(node)).toHaveLength(2);
  });
});
