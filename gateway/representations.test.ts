import { buildSchema } from 'graphql';
import { describe, expect, test } from 'vitest';
import { mergeAnswer, type Answer } from './answers.ts';
import { eachTarget, pathsMeet, placesOf } from './paths.ts';
import type { QueryPlanSelectionNode } from './planner.ts';
import { compileRequirements } from './representations.ts';
import { compilePathRewrites, compileRewrites } from './rewrites.ts';
import { subtypesOf } from './subtypes.ts';

const isSubtype = subtypesOf(
  buildSchema(`
    interface Item { id: ID! }
    type Book implements Item { id: ID! }
    type Film implements Item { id: ID! }
    union Any = Book | Film
    type Query { any: Any }
  `),
);

const field = (name: string, selections?: QueryPlanSelectionNode[]): QueryPlanSelectionNode => ({
  kind: 'Field',
  name,
  ...(selections === undefined ? {} : { selections }),
});
const on = (typeCondition: string, ...names: string[]): QueryPlanSelectionNode => ({
  kind: 'InlineFragment',
  typeCondition,
  selections: ['__typename', ...names].map((name) => field(name)),
});

function gather(
  requires: QueryPlanSelectionNode[],
  targets: Answer[],
  uniformLeaves?: ReadonlySet<string>,
) {
  const { add, gathered } = compileRequirements(requires, { isSubtype, uniformLeaves }).gather();
  const standing = targets.map((target) => add(target));
  const taken = targets.map((target) => gathered.targets.includes(target));
  return { taken, standing, list: gathered.list, slots: gathered.slots };
}

describe('representations', () => {
  test('name equal entities once', () => {
    const book = (id: unknown) => ({ __typename: 'Book', id, extra: Math.random() });
    const { list, slots } = gather([on('Book', 'id')], [book('1'), book('2'), book('1')]);
    expect(list).toEqual([
      { __typename: 'Book', id: '1' },
      { __typename: 'Book', id: '2' },
    ]);
    expect(slots).toEqual([0, 1, 0]);
  });

  test.each([
    [
      ['a', 'bc'],
      ['ab', 'c'],
    ],
    [
      [1, 2],
      ['1', 2],
    ],
    [
      ['1;', null],
      ['1', 'null'],
    ],
    [
      ['', ''],
      [null, ''],
    ],
    [
      [{ a: 1 }, 1],
      ['{"a":1}', 1],
    ],
  ])('never take %j for %j', (one, other) => {
    const target = ([a, b]: unknown[]) => ({ __typename: 'Book', a, b });
    expect(gather([on('Book', 'a', 'b')], [target(one), target(other)]).list).toHaveLength(2);
    const single = (a: unknown) => ({ __typename: 'Book', a });
    if (one[0] !== other[0]) {
      expect(gather([on('Book', 'a')], [single(one[0]), single(other[0])]).list).toHaveLength(2);
    }
  });

  test('tell types apart and leave out those that are not required', () => {
    const targets = ['Book', 'Film', 'Nothing'].map((__typename) => ({ __typename, id: '1' }));
    expect(gather([on('Item', 'id')], targets)).toMatchObject({
      taken: [true, true, false],
      slots: [0, 1],
    });
    expect(gather([on('Film', 'id')], targets).taken).toEqual([false, true, false]);
  });

  test('skip what lacks a required field, but not what has null', () => {
    const targets = [{ __typename: 'Book' }, { __typename: 'Book', id: null }, { id: '1' }];
    expect(gather([on('Book', 'id')], targets)).toMatchObject({
      taken: [false, true, false],
      list: [{ __typename: 'Book', id: null }],
    });
  });

  test('leave out what only a part of the fetch requires, where that part has a condition', () => {
    const requires = [on('Book', 'id'), on('Book', 'id', 'price')];
    const book = { __typename: 'Book', id: '1' };
    const priced = { ...book, price: 2 };
    const gathered = (isConditional: boolean) => {
      const reading = compileRequirements(requires, { isSubtype, isConditional }).gather();
      for (const target of [book, priced, book]) reading.add(target);
      return reading.gathered.list;
    };
    expect(gathered(true)).toEqual([book, priced]);
    expect(gathered(false)).toEqual([priced]);
  });

  test('let one object stand for its equals where nothing tells them apart', () => {
    const targets = ['1', '2', '1'].map((id) => ({ __typename: 'Book', id }));
    const united = gather([on('Book', 'id')], targets, new Set(['__typename', 'id']));
    expect(united.standing[2]).toBe(targets[0]);
    expect(united.taken).toEqual([true, true, false]);
    const told = gather([on('Book', 'id')], targets, new Set(['id', 'name']));
    expect(told.standing[2]).toBe(targets[2]);
    expect(gather([on('Book', 'id')], targets).standing).toEqual(targets);
  });

  test('follow nested selections, lists and conditions', () => {
    const requires: QueryPlanSelectionNode[] = [
      {
        kind: 'InlineFragment',
        typeCondition: 'Book',
        selections: [field('__typename'), field('parts', [field('n'), on('Film', 'length')])],
      },
    ];
    const parts = [{ n: 1, more: 2 }, null, { __typename: 'Film', n: 2, length: 9 }, { less: 1 }];
    expect(gather(requires, [{ __typename: 'Book', parts }]).list).toEqual([
      {
        __typename: 'Book',
        parts: [{ n: 1 }, null, { n: 2, __typename: 'Film', length: 9 }, null],
      },
    ]);
  });
});

describe('rewrites', () => {
  test('set values where the type condition holds', () => {
    const path = ['... on Item', '__typename'];
    const rewrite = compileRewrites([{ kind: 'ValueSetter', path, setValueTo: 'Item' }], isSubtype);
    const values: Answer[] = [{ __typename: 'Book' }, { __typename: 'Other' }];
    for (const value of values) rewrite?.(value);
    expect(values).toEqual([{ __typename: 'Item' }, { __typename: 'Other' }]);
  });

  test('rename fields in objects and lists, and in error paths', () => {
    const path = ['... on Book', 'parts', 'a__alias_0'];
    const rename = { kind: 'KeyRenamer' as const, path, renameKeyTo: 'a' };
    const value = { parts: [{ a__alias_0: false }, null, [{ a__alias_0: 2, b: 1 }], { a: 3 }] };
    compileRewrites([rename], isSubtype)?.(value);
    expect(value).toEqual({ parts: [{ a: false }, null, [{ a: 2, b: 1 }], { a: 3 }] });
    const named = compilePathRewrites([rename]);
    expect(named(['parts', 0, 'a__alias_0', 'x'])).toEqual(['parts', 0, 'a', 'x']);
    expect(named(['other', 'a__alias_0'])).toEqual(['other', 'a__alias_0']);
  });
});

describe('places', () => {
  const shared = { id: 'b' };
  const root = { rows: [{ cells: [{ id: 'a' }, null, shared] }, null, { cells: [shared] }] };
  const path = ['rows', '@', 'cells', '@'];

  test('are each entered once, but named everywhere', () => {
    const seen: unknown[] = [];
    eachTarget(root, path, (target) => {
      seen.push(target['id']);
      return target;
    });
    expect(seen).toEqual(['a', 'b']);
    expect(placesOf(root, path, ({ id }) => id === 'b', 9)).toEqual([
      ['rows', 0, 'cells', 2],
      ['rows', 2, 'cells', 0],
    ]);
    expect(placesOf(root, path, () => true, 1)).toHaveLength(1);
  });

  test('get what stands for their object wherever it was', () => {
    const equal = { id: 'b' };
    const data = { rows: [{ cells: [shared, equal] }, { cells: [equal, shared] }] };
    eachTarget(data, path, (target) => (target === equal ? shared : target));
    expect(data.rows.flatMap(({ cells }) => cells).every((cell) => cell === shared)).toBe(true);
    const single = { a: { b: equal } };
    eachTarget(single, ['a', 'b'], () => shared);
    expect(single.a.b).toBe(shared);
  });

  test('do not follow inherited properties', () => {
    const seen: unknown[] = [];
    eachTarget({}, ['constructor'], (target) => {
      seen.push(target);
      return target;
    });
    expect(seen).toEqual([]);
  });

  test('meet when one leads to the other', () => {
    expect(pathsMeet(['a', 0], ['a', 0, 'b'])).toBe(true);
    expect(pathsMeet([], ['a'])).toBe(true);
    expect(pathsMeet(['a', 0], ['a', 1, 'b'])).toBe(false);
  });
});

describe('answers', () => {
  test('merge objects and lists of the same length', () => {
    const target: Answer = { a: { x: 1 }, list: [{ x: 1 }, null], other: [1], kept: 1 };
    mergeAnswer(
      target,
      {
        a: { y: 2 },
        list: [{ y: 2 }, { y: 3 }],
        other: [1, 2],
        kept: undefined,
      },
      isSubtype,
    );
    expect(target).toEqual({
      a: { x: 1, y: 2 },
      list: [{ x: 1, y: 2 }, { y: 3 }],
      other: [1, 2],
      kept: 1,
    });
  });

  test('keep the type of an object that is told by its interface later, however deep', () => {
    const target: Answer = {
      list: [{ one: { __typename: 'Book' } }],
      other: { __typename: 'Item' },
    };
    mergeAnswer(
      target,
      { list: [{ one: { __typename: 'Item', id: 1 } }], other: { __typename: 'Film' } },
      isSubtype,
    );
    expect(target).toEqual({
      list: [{ one: { __typename: 'Book', id: 1 } }],
      other: { __typename: 'Film' },
    });
  });

  test('cannot reach the prototype', () => {
    const target: Answer = {};
    mergeAnswer(
      target,
      JSON.parse('{"__proto__":{"polluted":1},"constructor":{"a":1}}') as Answer,
      isSubtype,
    );
    expect(target['polluted']).toBeUndefined();
    expect(Object.getPrototypeOf(target)).toBe(Object.prototype);
    expect(target['constructor']).toEqual({ a: 1 });
  });
});
