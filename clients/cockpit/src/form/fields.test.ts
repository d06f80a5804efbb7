import { describe, expect, it } from 'vitest';
import {
  checkFields,
  readInstant,
  readMoney,
  readText,
  toLocalInput,
  type Field,
} from './fields.ts';

const field = (kind: Field['kind'], more: Partial<Field> = {}): Field => ({
  name: 'x',
  label: 'X',
  kind,
  ...more,
});

describe('checking a form', () => {
  it('asks for what is required, blanks do not count', () => {
    expect(checkFields([field('text', { isRequired: true })], { x: '   ' })).toEqual([
      { field: 'x', kind: 'missing' },
    ]);
  });

  it('counts a reason without its blanks', () => {
    const reason = field('textarea', { isRequired: true, minLength: 10 });
    expect(checkFields([reason], { x: ' 123456789 ' })).toEqual([
      { field: 'x', kind: 'tooShort', count: 10 },
    ]);
    expect(checkFields([reason], { x: '1234567890' })).toEqual([]);
  });

  it.each([
    ['number', '1.5', 'noNumber'],
    ['money', 'viel', 'noMoney'],
    ['instant', 'morgen', 'noInstant'],
  ] as const)('refuses a %s of "%s"', (kind, text, problem) => {
    expect(checkFields([field(kind)], { x: text })).toEqual([{ field: 'x', kind: problem }]);
  });

  it('leaves an optional empty field alone', () => {
    expect(checkFields([field('money'), field('number'), field('instant')], {})).toEqual([]);
  });
});

describe('reading a form', () => {
  it('gives null for nothing, not an empty text', () => {
    expect([readText({ x: ' ' }, 'x'), readMoney({}, 'x', 'EUR')]).toEqual([null, null]);
  });

  it('brings an instant through the local input and back, to the minute', () => {
    const instant = new Date('2026-03-29T12:34:00.000Z');
    expect(readInstant({ x: toLocalInput(instant) }, 'x')).toBe(instant.toISOString());
  });
});
