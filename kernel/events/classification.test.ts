import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineEvents } from './catalog.ts';
import { classesOf, classified, unclassified } from './classification.ts';
import { describeEvents, type JsonSchema } from './event-schema.ts';

const described = (data: z.ZodRawShape, personal: Record<string, string> = {}) =>
  describeEvents([
    defineEvents({
      module: 'things',
      facts: { 'thing.made': { version: 1, aggregate: 'thing', data: z.object(data), personal } },
    }),
  ]);
const faultsOf = (...given: Parameters<typeof described>) =>
  unclassified(described(...given)).map((fault) => fault.split(' ')[1]);

describe('a text', () => {
  it('without a class is refused wherever it stands', () => {
    const text = z.string().max(40);
    const faults = faultsOf({
      plain: text,
      maybe: text.nullable().optional(),
      list: z.array(text),
      nested: z.object({ deep: text }),
      byName: z.record(text, z.number()),
      values: z.record(z.enum(['a']), z.union([text, z.number()])),
      email: z.email(),
      phone: z.string().regex(/^\+[\d ]+$/),
      wordlike: z.string().regex(/^\w{1,80}$/),
    });
    const nested = ['list[]', 'nested.deep', 'byName{}', 'values{}'];
    expect(faults).toEqual(['plain', 'maybe', ...nested, 'email', 'phone', 'wordlike']);
  });

  it('is accepted as a person’s, or with any class', () => {
    const text = z.string().max(40);
    const others = { note: classified('none', text), tax: classified('fiscal', text).nullable() };
    expect(faultsOf({ name: text.nullable(), ...others }, { name: 'thingId' })).toEqual([]);
  });
});

it('ids, states, numbers and dates are nobody’s by default', () => {
  const faults = faultsOf({
    id: z.guid(),
    state: z.enum(['OPEN', 'DONE']),
    kind: z.literal('thing'),
    n: z.number().nullable(),
    isDone: z.boolean(),
    day: z.iso.date(),
    at: z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/),
    amount: z.string().regex(/^\d{1,13}(\.\d{1,2})? (EUR|CHF)$/),
  });
  expect(faults).toEqual([]);
});

it('a value may be a person’s and fiscal at once', () => {
  const text = z.string().max(40);
  const data = { offer: classified('fiscal', text).nullable(), score: z.number(), n: z.number() };
  const [description] = described(
    { ...data, score: classified('special', z.number()) },
    { offer: 'thingId' },
  );
  const fields = (description?.schema['properties'] ?? {}) as Record<string, JsonSchema>;
  expect(classesOf(fields['offer'] ?? {})).toEqual(['personal', 'fiscal']);
  expect(classesOf(fields['score'] ?? {})).toEqual(['special']);
  expect(classesOf(fields['n'] ?? {})).toEqual(['none']);
});
