import { describe, expect, it } from 'vitest';
import { formatCount, formatMoney, formatPoints, formatRate, parseMoney } from './numbers.ts';

const plain = (text: string): string => text.replaceAll('\u00A0', ' ');

describe('numbers on the screen', () => {
  it('shows a dash for what was not measured, never 0', () => {
    expect([formatCount(null, 'de'), formatRate(null, 'de'), formatPoints(null, 'de')]).toEqual([
      '–',
      '–',
      '–',
    ]);
    expect(formatMoney(null, 'de')).toBe('–');
  });

  it('shows a measured zero as 0', () => {
    expect([formatCount(0, 'de'), plain(formatRate(0, 'de'))]).toEqual(['0', '0 %']);
  });

  it('gives a difference of rates its sign and calls it points', () => {
    expect(formatPoints(0.07, 'de')).toBe('+7 Pp.');
    expect(formatPoints(-0.125, 'en')).toBe('-12 pp');
  });

  it('shows money exactly as it was sent', () => {
    expect(plain(formatMoney('125000.00 EUR', 'de'))).toBe('125.000 €');
    expect(plain(formatMoney('9007199254740993.50 EUR', 'de'))).toBe('9.007.199.254.740.993,50 €');
    expect(plain(formatMoney('10.05 CHF', 'de'))).toBe('10,05 CHF');
  });
});

describe('an amount that was typed', () => {
  it.each([
    ['12500', '12500.00 EUR'],
    ['12.500', '12500.00 EUR'],
    ['1.250,5', '1250.50 EUR'],
    ['1,250.50', '1250.50 EUR'],
    ['1 250 €', '1250.00 EUR'],
    ['0,99', '0.99 EUR'],
  ])('reads %s as %s', (text, money) => {
    expect(parseMoney(text, 'EUR')).toBe(money);
  });

  it.each(['', 'viel', '-5', '1,2345', '12345678901234'])('refuses "%s"', (text) => {
    expect(parseMoney(text, 'EUR')).toBeUndefined();
  });
});
