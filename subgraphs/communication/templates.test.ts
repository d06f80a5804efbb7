import { describe, expect, it } from 'vitest';
import { wordsFor } from './templates.ts';

const words = (
  purpose: Parameters<typeof wordsFor>[0]['purpose'],
  template: Parameters<typeof wordsFor>[0]['template'] = {},
  companyName: string | null = 'Gasthof Adler',
) => wordsFor({ purpose, template, companyName });

describe('T3', () => {
  it('offers catalogue and sample box for nothing, by kind of business', () => {
    const { subject, text } = words('T3_FOLLOWUP', { businessType: 'HOTEL' });
    expect(subject).toBe('Kostenloser Katalog und Musterbox für Gasthof Adler');
    expect(text).toContain('kostenlos unseren Katalog und eine Musterbox');
    expect(text).toContain('Produkten für Frühstück, Bankett und Zimmerservice');
  });

  it.each([
    ['SOMMER', 'Sommergerichten'],
    ['weihnachten', 'Weihnachtsgeschäft'],
    ['spargel', 'beliebtesten Gerichte'],
    [null, 'beliebtesten Gerichte'],
  ])('follows the season %s', (season, expected) => {
    expect(words('T3_FOLLOWUP', { season }).text).toContain(expected);
  });
});

describe('T7', () => {
  it.each([
    ['RESTAURANT', 15, '500.00 EUR', '15 % Nachlass', '500 €'],
    ['HOTEL', 20, '1000.00 EUR', '20 % Nachlass', '1.000 €'],
    ['KANTINE', 25, '2000.00 EUR', '25 % Nachlass', '2.000 €'],
    ['CATERING', 10, '300.00 EUR', '10 % Nachlass', '300 €'],
    ['LEH', 10, '250.50 EUR', '10 % Nachlass', '250,50 €'],
  ])('names the offer for %s', (businessType, discountPercent, minimumOrder, discount, minimum) => {
    const { subject, text } = words('T7_FOLLOWUP', { businessType, discountPercent, minimumOrder });
    expect(subject).toContain(`${discountPercent} %`);
    expect(text).toContain(discount);
    expect(text).toContain(`Bestellwert von ${minimum} `);
  });

  it('recommends what fits the season', () => {
    expect(words('T7_FOLLOWUP', { season: 'sommer' }).text).toContain('Passend zur Saison');
    expect(words('T7_FOLLOWUP').text).not.toContain('Saison');
  });
});

describe('texts to colleagues', () => {
  it('name the lead and what to do', () => {
    expect(words('PROTECTION_REMINDER').text).toContain('Nachfrist von zehn Tagen');
    expect(words('EXPIRY_NOTICE').subject).toBe('Leadschutz abgelaufen: Gasthof Adler');
  });

  it('do without a name after erasure', () => {
    const { subject, text } = words('PROTECTION_REMINDER', {}, null);
    expect(`${subject}${text}`).not.toMatch(/null|undefined/);
  });
});
