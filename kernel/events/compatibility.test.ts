import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { breaches, released, type Release } from './compatibility.ts';
import { defineEvents, type FactDefinition } from './catalog.ts';
import { describeEvents } from './event-schema.ts';

const id = z.guid();
const before = {
  id,
  name: z.string().max(100),
  note: z.string().max(10).nullable().optional(),
  state: z.enum(['OPEN', 'CLOSED']),
  amount: z.number().int().min(0).max(10),
  tags: z.array(z.enum(['A', 'B'])).max(3),
  detail: z.object({ code: z.string(), size: z.number().optional() }),
  extra: z.record(z.string().max(4), z.union([z.string(), z.number()])),
};

type Part = Partial<FactDefinition> & { shape?: z.ZodRawShape };

function describeWith({ shape = before, ...fact }: Part = {}, type = 'thing.made') {
  const facts = {
    [type]: { version: 1, aggregate: 'thing', data: z.object(shape), ...fact },
  } as Record<string, FactDefinition>;
  return describeEvents([defineEvents({ module: 'things', facts })]);
}

const release: Release = JSON.parse(
  JSON.stringify(released({}, describeWith({ personal: { name: 'id' } }))),
) as Release;
const personal = { name: 'id' };
const changed = (shape: z.ZodRawShape): string[] =>
  breaches(release, describeWith({ shape: { ...before, ...shape }, personal }));
const without = (field: keyof typeof before): z.ZodRawShape =>
  Object.fromEntries(Object.entries(before).filter(([name]) => name !== field));

describe('a change is refused that', () => {
  it.each<[what: string, breach: string, shape: z.ZodRawShape]>([
    ['narrows a type', 'name was string and is number', { name: z.number() }],
    ['forbids null', 'note no longer allows null', { note: z.string().max(10).optional() }],
    [
      'makes a whole number of a number',
      'detail.size was number and is integer',
      {
        detail: z.object({ code: z.string(), size: z.number().int().optional() }),
      },
    ],
    ['shortens a text', 'name has a narrower maxLength', { name: z.string().max(99) }],
    [
      'bounds what was unbounded',
      'detail.code has a narrower maxLength',
      {
        detail: z.object({ code: z.string().max(5), size: z.number().optional() }),
      },
    ],
    [
      'raises a lower bound',
      'amount has a narrower minimum',
      { amount: z.number().int().min(1).max(10) },
    ],
    [
      'shortens a list',
      'tags has a narrower maxItems',
      { tags: z.array(z.enum(['A', 'B'])).max(2) },
    ],
    ['removes a value', 'state no longer allows CLOSED', { state: z.enum(['OPEN']) }],
    [
      'removes a value of a list',
      'tags[] no longer allows B',
      { tags: z.array(z.enum(['A'])).max(3) },
    ],
    ['makes a list of values of a text', 'name was open', { name: z.enum(['X']) }],
    ['demands a form', 'name has another pattern', { name: z.string().max(100).regex(/^x/) }],
    ['requires a new field', 'since is newly required', { since: z.string() }],
    ['requires an old field', 'note is newly required', { note: z.string().max(10).nullable() }],
    [
      'no longer promises a field',
      'state is no longer always there',
      {
        state: z.enum(['OPEN', 'CLOSED']).optional(),
      },
    ],
    [
      'removes a nested field',
      'detail.size was removed',
      { detail: z.object({ code: z.string() }) },
    ],
    [
      'narrows the values of a record',
      'extra{} no longer allows string',
      {
        extra: z.record(z.string().max(4), z.number()),
      },
    ],
    [
      'shortens the keys of a record',
      'extra{} has a narrower maxLength',
      {
        extra: z.record(z.string().max(3), z.union([z.string(), z.number()])),
      },
    ],
  ])('%s', (_, breach, shape) => {
    expect(changed(shape).join('\n')).toContain(`thing.made v1: ${breach}`);
  });

  it('removes a field', () => {
    const faults = breaches(release, describeWith({ shape: without('amount'), personal }));
    expect(faults).toEqual(['thing.made v1: amount was removed']);
  });

  it('removes a type, or moves it to another module', () => {
    expect(breaches(release, [])).toEqual(['thing.made: was removed']);
    const moved = describeWith({ personal }).map((each) => ({ ...each, module: 'others' }));
    expect(breaches(release, moved)).toEqual(['thing.made: moved from things to others']);
  });

  it('says of a personal value that it is nobody’s, or the reverse', () => {
    expect(breaches(release, describeWith())).toEqual([
      'thing.made v1: name changed whose it is (id → nobody)',
    ]);
  });

  it('goes back to an older version', () => {
    const newer = { things: { 'thing.made': { 2: {} } } } as unknown as Release;
    expect(breaches(newer, describeWith({ personal }))).toEqual([
      'thing.made: went back from version 2',
    ]);
  });
});

describe('a change passes that', () => {
  it.each<[what: string, shape: z.ZodRawShape]>([
    ['changes nothing', {}],
    ['adds an optional field', { since: z.string().optional() }],
    ['adds a value', { state: z.enum(['OPEN', 'CLOSED', 'LOST']) }],
    ['lengthens a text', { name: z.string().max(200) }],
    ['lifts a bound', { amount: z.number().int() }],
    ['allows null', { name: z.string().max(100).nullable() }],
    ['allows fractions', { amount: z.number().min(0).max(10) }],
    [
      'adds an optional field to a nested one',
      {
        detail: z.object({
          code: z.string(),
          size: z.number().optional(),
          unit: z.string().optional(),
        }),
      },
    ],
  ])('%s', (_, shape) => {
    expect(changed(shape)).toEqual([]);
  });

  it('adds a type', () => {
    const both = [...describeWith({ personal }), ...describeWith({}, 'thing.lost')];
    expect(breaches(release, both)).toEqual([]);
  });

  it('makes a new version of another shape, and keeps the old one in the release', () => {
    const second = describeWith({
      version: 2,
      shape: { id },
      upcast: { 1: (data: { id: string }) => ({ id: data.id }) },
    });
    expect(breaches(release, second)).toEqual([]);
    expect(Object.keys(released(release, second)['things']?.['thing.made'] ?? {})).toEqual([
      '1',
      '2',
    ]);
  });
});
