import { describe, expect, it } from 'vitest';
import { scalarResolvers } from './index.ts';

const { DateTime, Date: Day, Money } = scalarResolvers;

describe('scalars', () => {
  it('bring an instant into its canonical form', () => {
    expect(DateTime.parseValue('2025-09-26T22:00:00+02:00')).toBe('2025-09-26T20:00:00.000Z');
    expect(DateTime.serialize(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
  });

  it.each(['2025-09-26', '2025-13-01T00:00:00Z', 'now', 7, null])(
    'refuse %j as an instant',
    (value) => {
      expect(() => DateTime.parseValue(value)).toThrow(/DateTime/);
    },
  );

  it.each(['2025-02-30', '25-01-01', 3])('refuse %j as a day', (value) => {
    expect(() => Day.parseValue(value)).toThrow(/Date/);
  });

  it.each(['12', '12 USD', '1e3 EUR', 12])('refuse %j as money', (value) => {
    expect(() => Money.parseValue(value)).toThrow(/Money/);
  });

  it('take money as a decimal with its currency', () => {
    expect(Money.parseValue('1250.00 EUR')).toBe('1250.00 EUR');
  });
});
