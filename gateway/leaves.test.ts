import fc from 'fast-check';
import { GraphQLFloat, GraphQLID, GraphQLInt, GraphQLString } from 'graphql';
import { describe, expect, test } from 'vitest';
import { jsonString, leafWriter } from './leaves.ts';

const strings = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.string({ unit: 'grapheme', maxLength: 120 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 80 })
    .map((codes) => String.fromCharCode(...codes)),
);

describe('leaves', () => {
  test('strings are written as JSON writes them', () => {
    fc.assert(
      fc.property(strings, (value) => {
        expect(jsonString(value)).toBe(JSON.stringify(value));
      }),
    );
  });

  test('numbers are written as JSON writes them, or refused', () => {
    const int = leafWriter(GraphQLInt);
    const float = leafWriter(GraphQLFloat);
    fc.assert(
      fc.property(fc.double(), (value) => {
        const isInt = Number.isInteger(value) && Math.abs(value) < 2 ** 31;
        if (!isInt && value !== -(2 ** 31)) expect(int(value)).toBeUndefined();
        if (Number.isFinite(value)) expect(JSON.parse(float(value) ?? '')).toBe(value + 0 || 0);
        else expect(float(value)).toBeUndefined();
      }),
    );
    expect(int(-(2 ** 31))).toBe('-2147483648');
  });

  test('an id may come as a number and goes out as a string', () => {
    expect(leafWriter(GraphQLID)(5)).toBe('"5"');
    expect(leafWriter(GraphQLID)(5.5)).toBeUndefined();
    expect(leafWriter(GraphQLString)(5)).toBeUndefined();
  });
});
