import { describe, expect, it } from 'vitest';
import type { Translate } from '../form/options.ts';
import { registerFields, registerInput, registerValues } from './register-form.ts';

const t = ((key: string) => key) as unknown as Translate;
const sales = { roles: ['sales'], territories: ['AT', 'DE'] };
const namesFor = (source: string): string[] =>
  registerFields(t, { ...registerValues(sales), source }, sales).map(({ name }) => name);

describe('registering a lead', () => {
  it.each(['MESSE', 'TELEFON'])('asks for the first contact when the source is %s', (source) => {
    expect(namesFor(source)).toContain('firstContact.note');
    expect(namesFor(source)).not.toContain('withFirstContact');
  });

  it('offers the first contact otherwise and sends none unless it was chosen', () => {
    expect(namesFor('EMPFEHLUNG')).toContain('withFirstContact');
    const values = { ...registerValues(sales), companyName: ' Linde ', city: 'Graz' };
    expect(registerInput(values)).toMatchObject({
      companyName: 'Linde',
      countryCode: 'AT',
      firstContact: null,
      contact: null,
    });
  });

  it('offers partners their own source only, and others every other one', () => {
    const sourcesOf = (roles: string[]) =>
      registerFields(t, {}, { roles, territories: ['DE'] })
        .find(({ name }) => name === 'source')
        ?.options?.map(({ value }) => value);
    expect(sourcesOf(['partner'])).toEqual(['PARTNER']);
    expect(sourcesOf(['sales'])).not.toContain('PARTNER');
  });

  it('sends an amount in the currency of the territory', () => {
    const values = { ...registerValues(sales), countryCode: 'CH', estimatedVolume: '1.000' };
    expect(registerInput(values).estimatedVolume).toBe('1000.00 CHF');
  });
});
