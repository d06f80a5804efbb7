import type { Locale } from './time.ts';

/** Stands wherever nothing was measured; never 0. */
export const unknownValue = '–';

const tags = { de: 'de-DE', en: 'en-GB' } as const;

export const formatCount = (value: number | null | undefined, locale: Locale): string =>
  value == null ? unknownValue : new Intl.NumberFormat(tags[locale]).format(value);

/** A rate of 0..1 as a whole percentage. */
export const formatRate = (rate: number | null | undefined, locale: Locale): string =>
  rate == null
    ? unknownValue
    : new Intl.NumberFormat(tags[locale], { style: 'percent', maximumFractionDigits: 0 }).format(
        rate,
      );

/** Difference of two rates in percentage points, always with its sign. */
export function formatPoints(delta: number | null | undefined, locale: Locale): string {
  if (delta == null) return unknownValue;
  const points = new Intl.NumberFormat(tags[locale], {
    maximumFractionDigits: 0,
    signDisplay: 'exceptZero',
  }).format(Math.round(delta * 100));
  return `${points} ${locale === 'de' ? 'Pp.' : 'pp'}`;
}

/** `"1250.00 EUR"` as an amount with its sign of currency; the digits never pass through a float. */
export function formatMoney(money: string | null | undefined, locale: Locale): string {
  const [amount, currency] = money?.split(' ') ?? [];
  if (amount === undefined || currency === undefined) return unknownValue;
  return new Intl.NumberFormat(tags[locale], {
    style: 'currency',
    currency,
    maximumFractionDigits: Number(amount.split('.')[1] ?? 0) === 0 ? 0 : 2,
  }).format(amount as Intl.StringNumericLiteral);
}

/** What people type (`1.250,50` or `1250.5`) as Money; undefined when it is no amount. */
export function parseMoney(text: string, currency: string): string | undefined {
  const compact = text.replaceAll(/[\s€]/g, '');
  const decimal = /,\d{1,2}$/.test(compact)
    ? compact.replaceAll('.', '').replace(',', '.')
    : compact.replaceAll(/[.,](?=\d{3}(?:\D|$))/g, '');
  if (!/^\d{1,12}(?:\.\d{1,2})?$/.test(decimal)) return undefined;
  const [whole, cents = ''] = decimal.split('.');
  return `${whole}.${cents.padEnd(2, '0')} ${currency}`;
}
