import { describe, expect, it } from 'vitest';
import {
  importQuotaOf,
  requireImportQuota,
  requireNewCustomer,
  requireRegistrationQuota,
} from './quota.ts';

const refusing = (code: string) => expect.objectContaining({ code });

describe('a quota', () => {
  it('of registrations is 100 per month unless set otherwise', () => {
    expect(() => requireRegistrationQuota(99)).not.toThrow();
    expect(() => requireRegistrationQuota(100)).toThrow(refusing('LEAD_QUOTA_EXCEEDED'));
    expect(() => requireRegistrationQuota(5, 5)).toThrow(refusing('LEAD_QUOTA_EXCEEDED'));
  });

  it.each([
    ['sales', 100, 3, 100],
    ['manager', 200, 5, 200],
    ['admin', Infinity, Infinity, 1000],
    ['auditor', 0, 0, 0],
    ['partner', 0, 0, 0],
  ] as const)(
    'of imports for %s is %d open, %d a day, %d rows',
    (role, openLeads, importsPerDay, rows) => {
      expect(importQuotaOf([role])).toEqual({ openLeads, importsPerDay, rows });
    },
  );

  it('is the widest of all roles, and none without a role', () => {
    expect(importQuotaOf(['sales', 'manager']).rows).toBe(200);
    expect(importQuotaOf([]).rows).toBe(0);
  });

  it('of imports is checked whole', () => {
    const used = { openLeads: 90, importsToday: 2, rows: 10 };
    const check = (difference: Partial<typeof used>) => () =>
      requireImportQuota(['sales'], { ...used, ...difference });
    expect(check({})).not.toThrow();
    for (const difference of [
      { openLeads: 91 },
      { importsToday: 3 },
      { openLeads: 0, rows: 101 },
    ]) {
      expect(check(difference)).toThrow(refusing('LEAD_QUOTA_EXCEEDED'));
    }
  });
});

describe('a customer', () => {
  it('is new twelve months after the last purchase', () => {
    const bought = '2024-05-05T09:00:00.000Z';
    expect(() => requireNewCustomer(bought, '2025-05-05T09:00:00.000Z')).toThrow(
      refusing('ALREADY_CUSTOMER'),
    );
    expect(() => requireNewCustomer(bought, '2025-05-05T09:00:00.001Z')).not.toThrow();
    expect(() => requireNewCustomer(null, bought)).not.toThrow();
  });
});
