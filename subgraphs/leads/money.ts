import type { Territory } from './vocabulary.ts';

const MONEY = /^\d{1,13}(\.\d{1,2})? (EUR|CHF)$/;

export function currencyOf(territory: Territory): 'EUR' | 'CHF' {
  return territory === 'CH' ? 'CHF' : 'EUR';
}

export function isMoney(text: string, currency: 'EUR' | 'CHF'): boolean {
  return MONEY.test(text) && text.endsWith(currency);
}

/** For comparing with a threshold only; exact up to 2^53 cents, never for arithmetic. */
export function amountOf(money: string): number {
  return Number(money.slice(0, money.indexOf(' ')));
}
