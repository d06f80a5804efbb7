import { describe, expect, it } from 'vitest';
import {
  adviceFor,
  domainOf,
  isHardDuplicate,
  isSoftDuplicate,
  normalizeCompany,
  normalizeEmail,
  normalizePhone,
  similarityOf,
  trigramSimilarity,
  type Candidate,
} from './duplicate.ts';

describe('the normal form', () => {
  it.each([
    ['Fresh Foods GmbH', 'fresh foods'],
    ['Fresh  Foods GmbH & Co. KG', 'fresh foods co'],
    ['Müller e.K.', 'müller'],
    ['Tafel e. V.', 'tafel'],
    ['Küche gGmbH AG', 'küche'],
    ['"Zum Löwen", UG', 'zum löwen'],
    ['AG', 'ag'],
  ])('of the company %s is %s', (name, normal) => {
    expect(normalizeCompany(name)).toBe(normal);
  });

  it.each([
    ['0171 123 45 67', 'DE', '+491711234567'],
    ['0043 1 5550100', 'DE', '+4315550100'],
    ['+49 (0)30/123-456', 'DE', '+4930123456'],
    ['01 5550100', 'AT', '+4315550100'],
    ['044 555 01 00', 'CH', '+41445550100'],
    ['12', 'DE', null],
  ] as const)('of the phone %s in %s country is %s', (phone, territory, normal) => {
    expect(normalizePhone(phone, territory)).toBe(normal);
  });

  it('of an e-mail has no capitals and no blanks around', () => {
    expect(normalizeEmail('  Chef@Example.COM ')).toBe('chef@example.com');
  });

  it.each([
    ['https://www.Fresh-Foods.de/karte?x=1', 'fresh-foods.de'],
    ['www.fresh.de', 'fresh.de'],
    ['kein name', null],
    ['', null],
  ])('of the website %s is the host %s', (website, host) => {
    expect(domainOf(website)).toBe(host);
  });
});

const known: Candidate = {
  companyName: 'Fresh Foods GmbH',
  city: 'Berlin',
  postalCode: '10115',
  street: 'Torstraße 1',
  email: 'info@fresh.de',
  phone: '030 1234567',
  territory: 'DE',
  status: 'ACTIVE',
  isCanonical: true,
};
const wanted = { companyName: 'Ganz Anders AG', territory: 'DE' } as const;

describe('a hard duplicate', () => {
  it.each([
    ['e-mail', { ...wanted, email: 'INFO@fresh.de ' }],
    ['phone', { ...wanted, phone: '+49 30 1234567' }],
    ['company and postal code', { ...wanted, companyName: 'fresh foods', postalCode: '10115' }],
  ])('has the same %s', (_, identity) => {
    expect(isHardDuplicate(identity, known)).toBe(true);
    expect(isHardDuplicate(identity, { ...known, status: 'DELETED' })).toBe(false);
    expect(isHardDuplicate(identity, { ...known, isCanonical: false })).toBe(false);
    expect(isHardDuplicate(identity, { ...known, territory: 'AT' })).toBe(false);
  });

  it('is not made by what both leave out', () => {
    const bare = { ...known, email: '', phone: null, postalCode: '' };
    expect(isHardDuplicate({ ...wanted, email: '', phone: '', postalCode: '' }, bare)).toBe(false);
  });
});

describe('a soft duplicate', () => {
  it('has the same company and city', () => {
    const there = { ...wanted, companyName: 'Fresh Foods AG', city: 'berlin' };
    expect(isSoftDuplicate(there, known)).toBe(true);
    expect(isSoftDuplicate({ ...there, territory: 'AT' }, known)).toBe(false);
    expect(isSoftDuplicate({ ...there, city: 'Köln' }, known)).toBe(false);
  });

  it('is similar by more than 70', () => {
    const near = { ...known, companyName: 'Fresh Food', email: 'info@fresh.de', city: 'Potsdam' };
    expect(similarityOf(near, known, 'DE')).toBeGreaterThan(70);
    expect(isSoftDuplicate(near, known)).toBe(true);
  });
});

describe('similarity', () => {
  it('is 100 for the same and weighs name 40, e-mail 30, phone 20, address 10', () => {
    expect(similarityOf(known, known, 'DE')).toBe(100);
    const only = { companyName: known.companyName };
    expect(similarityOf(only, known, 'DE')).toBe(40);
    expect(similarityOf({ ...only, email: known.email }, known, 'DE')).toBe(70);
    expect(similarityOf({ ...only, phone: known.phone }, known, 'DE')).toBe(60);
  });

  it('is measured as pg_trgm measures it', () => {
    expect(trigramSimilarity('word', 'two words')).toBeCloseTo(0.363_636, 5);
    expect(trigramSimilarity('', '')).toBe(0);
  });

  it.each([
    [70, 'NONE'],
    [71, 'WARN'],
    [80, 'WARN_STRONGLY'],
    [95, 'SUGGEST_MERGE'],
  ])('of %i means %s', (similarity, advice) => {
    expect(adviceFor(similarity)).toBe(advice);
  });
});
