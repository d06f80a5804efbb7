import { expect, test } from 'vitest';
import { kindOf, processingOf, retainedUntil, type KnownFact } from './subject.ts';

const person = '11111111-1111-4111-8111-111111111111';
const other = '22222222-2222-4222-8222-222222222222';
const fact = (changes: Partial<KnownFact>): KnownFact => ({
  module: 'leads',
  type: 'lead.registered',
  time: '2025-09-26T20:00:00.000Z',
  aggregateType: 'lead',
  aggregateId: other,
  data: {},
  ...changes,
});

test('a person is a lead, a user, or else somebody named in facts of others', () => {
  expect(kindOf(person, [fact({}), fact({ aggregateId: person })])).toBe('LEAD');
  expect(kindOf(person, [fact({ aggregateId: person, aggregateType: 'user' })])).toBe('USER');
  expect(kindOf(person, [fact({})])).toBe('CONTACT');
});

test('who became a customer stays ten years from the end of that year, nobody else', () => {
  const changed = (newStatus: string, time: string) =>
    fact({ type: 'lead.status_changed', time, data: { newStatus } });
  expect(retainedUntil([changed('LOST', '2025-01-01T00:00:00.000Z')])).toBeNull();
  expect(
    retainedUntil([
      changed('CONVERTED', '2025-01-01T00:00:00.000Z'),
      changed('CONVERTED', '2024-01-01T00:00:00.000Z'),
    ])?.toISOString(),
  ).toBe('2036-01-01T00:00:00.000Z');
});

test('every source tells its purpose and period', () => {
  for (const module of ['leads', 'activities', 'communication', 'admin', 'cockpit']) {
    expect(processingOf(module).purpose).not.toBe('');
  }
});
