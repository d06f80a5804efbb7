import { describe, expect, it } from 'vitest';
import {
  AccessDenied,
  createActor,
  hasRole,
  requireScope,
  seesTerritory,
  systemActor,
} from './index.ts';

const userId = '7f1f9a52-54b0-4c43-9d2b-1f8f0a1f6a10';

describe('actor', () => {
  it('normalises roles and drops unknown ones', () => {
    const actor = createActor({
      userId,
      roles: ['SALES', 'pirate'],
      territories: ['DE', 'DE', 'x'],
    });
    expect(actor.roles).toEqual(['sales']);
    expect(actor.territories).toEqual(['DE']);
  });

  it.each([
    ['no role', { userId, roles: [], territories: [] }],
    ['an unknown role only', { userId, roles: ['root'], territories: [] }],
    ['the system role', { userId, roles: ['admin', 'System'], territories: [] }],
    ['a name for an id', { userId: 'SYSTEM', roles: ['sales'], territories: [] }],
    [
      'the nil id',
      { userId: '00000000-0000-0000-0000-000000000000', roles: ['sales'], territories: [] },
    ],
  ])('is refused with %s', (_, claims) => {
    expect(() => createActor(claims)).toThrow(AccessDenied);
  });

  it('holds the scopes of all its roles together', () => {
    const both = createActor({ userId, roles: ['sales', 'auditor'], territories: ['DE'] });
    expect(() => requireScope(both, 'leads:write')).not.toThrow();
    expect(() => requireScope(both, 'audit:read')).not.toThrow();
    expect(() => requireScope(both, 'users:manage')).toThrow(AccessDenied);
  });

  it('is required: nobody has no scope', () => {
    expect(() => requireScope(null, 'leads:read')).toThrow(AccessDenied);
  });

  it('sees its own territories, an admin all, nobody a missing one', () => {
    const sales = createActor({ userId, roles: ['sales'], territories: ['DE'] });
    const admin = createActor({ userId, roles: ['admin'], territories: [] });
    expect(seesTerritory(sales, 'DE')).toBe(true);
    expect(seesTerritory(sales, 'AT')).toBe(false);
    expect(seesTerritory(sales, null)).toBe(false);
    expect(seesTerritory(admin, 'CH')).toBe(true);
  });

  it('has a firm only as a partner', () => {
    const claims = { userId, territories: ['DE'], partnerOrgId: userId };
    expect(createActor({ ...claims, roles: ['partner'] }).partnerOrgId).toBe(userId);
    expect(createActor({ ...claims, roles: ['sales'] })).not.toHaveProperty('partnerOrgId');
  });

  it('exists for jobs in code only', () => {
    expect(hasRole(systemActor('protection', ['DE']), 'system')).toBe(true);
  });
});
