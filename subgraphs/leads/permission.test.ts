import { createActor, systemActor, type Actor } from '#kernel/access';
import { describe, expect, it } from 'vitest';
import { colleague, manager, owner, registeredLead } from './lead.fixture.ts';
import {
  closenessOf,
  mayManage,
  mayOverride,
  mayRead,
  mayStopClock,
  mayTransfer,
  type Closeness,
  type Held,
} from './permission.ts';
import type { collaboratorLevels } from './vocabulary.ts';

const who = (userId: string, roles: string[], territories = ['DE']): Actor =>
  createActor({ userId, roles, territories });
const withLevel = (level: (typeof collaboratorLevels)[number] | null): Held => ({
  ...registeredLead(),
  collaborators: [
    {
      userId: colleague,
      role: level === null ? 'WATCHER' : 'COLLABORATOR',
      level,
      contactFocus: [],
    },
  ],
});

describe('closeness to a lead', () => {
  it.each<[string, Actor, Held, Closeness]>([
    ['the owner', who(owner, ['sales']), registeredLead(), 'OWN'],
    ['the owner without the territory', who(owner, ['sales'], ['AT']), registeredLead(), 'NONE'],
    ['a stranger', who(colleague, ['sales']), registeredLead(), 'NONE'],
    [
      'anybody on a lead without owner',
      who(owner, ['sales']),
      { ...registeredLead(), ownerUserId: null },
      'NONE',
    ],
    ['VIEW', who(colleague, ['sales']), withLevel('VIEW'), 'READ'],
    ['ASSIST', who(colleague, ['sales']), withLevel('ASSIST'), 'ASSIST'],
    ['NEGOTIATE', who(colleague, ['sales']), withLevel('NEGOTIATE'), 'NEGOTIATE'],
    ['a watcher', who(colleague, ['sales']), withLevel(null), 'NONE'],
    ['a manager', who(manager, ['manager']), registeredLead(), 'MANAGE'],
    ['a manager elsewhere', who(manager, ['manager'], ['CH']), registeredLead(), 'NONE'],
    ['an admin', who(manager, ['admin'], []), registeredLead(), 'MANAGE'],
    ['an auditor', who(manager, ['auditor']), registeredLead(), 'READ'],
    ['a partner', who(owner, ['partner']), registeredLead(), 'NONE'],
    ['both roles of a token', who(owner, ['sales', 'auditor']), registeredLead(), 'OWN'],
    ['a job of the territory', systemActor('protection', ['DE']), registeredLead(), 'MANAGE'],
    ['a job of another', systemActor('protection', ['AT']), registeredLead(), 'NONE'],
  ])('of %s', (_, actor, lead, closeness) => {
    expect(closenessOf(lead, actor)).toBe(closeness);
    expect(mayRead(lead, actor)).toBe(closeness !== 'NONE');
    expect(mayManage(lead, actor)).toBe(closeness === 'MANAGE');
  });
});

describe('a personal right', () => {
  const lead = registeredLead();
  const expired = { ...lead, ownerUserId: null };

  it('lets the owner stop the clock, nobody else', () => {
    expect(mayStopClock(lead, who(owner, ['sales']), { canStopClock: false })).toBe(false);
    expect(mayStopClock(lead, who(owner, ['sales']), { canStopClock: true })).toBe(true);
    expect(mayStopClock(lead, who(colleague, ['sales']), { canStopClock: true })).toBe(false);
    expect(mayStopClock(lead, who(manager, ['manager']), { canStopClock: false })).toBe(true);
  });

  it('lets sales take an expired lead of the territory for themselves only', () => {
    const right = { canOverrideProtection: true };
    const sales = who(colleague, ['sales']);
    expect(mayOverride(expired, sales, colleague, right)).toBe(true);
    expect(mayOverride(expired, sales, owner, right)).toBe(false);
    expect(mayOverride(expired, sales, colleague, { canOverrideProtection: false })).toBe(false);
    expect(mayOverride(expired, who(colleague, ['sales'], ['AT']), colleague, right)).toBe(false);
    expect(
      mayOverride(expired, who(manager, ['manager']), owner, { canOverrideProtection: false }),
    ).toBe(true);
  });
});

describe('a transfer', () => {
  it('needs the manager of both territories', () => {
    const lead = registeredLead();
    expect(mayTransfer(lead, who(manager, ['manager'], ['DE', 'AT']), 'AT')).toBe(true);
    expect(mayTransfer(lead, who(manager, ['manager'], ['DE']), 'AT')).toBe(false);
    expect(mayTransfer(lead, who(manager, ['manager'], ['AT']), 'AT')).toBe(false);
    expect(mayTransfer(lead, who(manager, ['admin'], []), 'AT')).toBe(true);
  });
});
