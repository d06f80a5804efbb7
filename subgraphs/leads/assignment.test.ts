import { describe, expect, it } from 'vitest';
import {
  loseCollaborator,
  loseOwner,
  overrideProtection,
  reassign,
  setCollaborator,
  transferTerritory,
  type CollaboratorChange,
} from './assignment.ts';
import {
  byManager,
  colleague,
  held,
  inStatus,
  manager,
  owner,
  reachableLead,
  registeredLead,
  at,
} from './lead.fixture.ts';
import { after, type Lead } from './lead.ts';
import { extendProtection, runProtection } from './protection-engine.ts';
import { defaultTerms, nextStep, protectionState } from './protection.ts';
import type { LeadStatus } from './vocabulary.ts';

const refusing = (code: string, field?: string) =>
  expect.objectContaining(field === undefined ? { code } : { code, field });
const time = '2025-06-01T09:00:00.000Z';
const stamp = byManager(time);
const reason = 'Gebiete neu verteilt';
const input = {
  ownerUserId: colleague,
  ownerTerritories: ['DE', 'AT'],
  reason,
  protection: { ...defaultTerms, progressDays: 30 },
};
const expired = (status: LeadStatus): Lead => {
  const lead = inStatus(status);
  const reminded = after(lead, runProtection(lead, at('2025-03-16T10:00:00.000Z')));
  return after(reminded, runProtection(reminded, at('2025-03-27T10:00:00.000Z')));
};
const withColleague = (
  difference: Partial<CollaboratorChange> = {},
  lead = registeredLead(),
): Lead =>
  after(
    lead,
    setCollaborator(lead, {
      userId: colleague,
      role: 'COLLABORATOR',
      level: 'ASSIST',
      ...difference,
    }),
  );

describe('a reassignment', () => {
  it.each<[LeadStatus, LeadStatus]>([
    ['REGISTERED', 'REGISTERED'],
    ['ACTIVE', 'ACTIVE'],
    ['REMINDER', 'ACTIVE'],
    ['GRACE_PERIOD', 'ACTIVE'],
    ['EXPIRED', 'ACTIVE'],
    ['QUALIFIED', 'QUALIFIED'],
    ['CONVERTED', 'CONVERTED'],
  ])('of a %s lead leaves it %s', (from, to) => {
    const lead = inStatus(from);
    expect(after(lead, reassign(lead, input, stamp))).toMatchObject({
      status: to,
      ownerUserId: colleague,
      protection: { assignedAt: time, progressDays: 30, expiredAt: null, extensionMonths: 0 },
    });
  });

  it('gives nobody a protection that is over already', () => {
    const lead = after(expired('ACTIVE'), reassign(expired('ACTIVE'), input, stamp));
    expect(protectionState(lead, time)).toBe('PROTECTED');
    expect(nextStep(lead, time)).toBe('NOTHING');
  });

  it('begins without the predecessor’s extension', () => {
    const months = { months: 6, reason };
    const extended = after(registeredLead(), extendProtection(registeredLead(), months, stamp));
    expect(extended.protection?.extensionMonths).toBe(6);
    const lead = after(extended, reassign(extended, input, stamp));
    expect(lead.protection?.extensionMonths).toBe(0);
  });

  it('needs an owner of the territory, a reason, and a lead that is not lost', () => {
    const abroad = { ...input, ownerTerritories: ['CH'] };
    const short = { ...input, reason: 'kurz' };
    expect(() => reassign(registeredLead(), abroad, stamp)).toThrow(
      refusing('BAD_USER_INPUT', 'ownerUserId'),
    );
    expect(() => reassign(registeredLead(), short, stamp)).toThrow(refusing('REASON_TOO_SHORT'));
    for (const status of ['LOST', 'DELETED'] as const) {
      expect(() => reassign(inStatus(status), input, stamp)).toThrow(
        refusing('ILLEGAL_TRANSITION'),
      );
    }
  });

  it('that would change the status waits for the clock', () => {
    expect(() => reassign(held(inStatus('REMINDER')), input, stamp)).toThrow(
      refusing('CLOCK_STOPPED'),
    );
    expect(reassign(held(inStatus('ACTIVE')), input, stamp)).toHaveLength(1);
  });

  it('makes a collaborator the owner and no longer both', () => {
    const lead = after(withColleague(), reassign(withColleague(), input, stamp));
    expect(lead).toMatchObject({ ownerUserId: colleague, collaborators: [] });
  });
});

describe('an override', () => {
  it('revives an expired lead, and the protection of a qualified one', () => {
    const active = after(expired('ACTIVE'), overrideProtection(expired('ACTIVE'), input, stamp));
    expect(active).toMatchObject({ status: 'ACTIVE', ownerUserId: colleague });
    const qualified = expired('QUALIFIED');
    const revived = after(qualified, overrideProtection(qualified, input, stamp));
    expect(revived).toMatchObject({ status: 'QUALIFIED', protection: { expiredAt: null } });
  });

  it('takes no lead from an owner who is protected', () => {
    expect(() => overrideProtection(registeredLead(), input, stamp)).toThrow(
      refusing('ILLEGAL_TRANSITION'),
    );
  });
});

describe('collaborators', () => {
  it('come, change and go; an unchanged one is no fact', () => {
    const lead = withColleague({ contactFocus: ['GF', 'CHEF', 'GF'] });
    expect(lead.collaborators).toEqual([
      { userId: colleague, role: 'COLLABORATOR', level: 'ASSIST', contactFocus: ['CHEF', 'GF'] },
    ]);
    const same = { userId: colleague, role: 'COLLABORATOR', level: 'ASSIST' } as const;
    expect(setCollaborator(lead, { ...same, contactFocus: ['CHEF', 'GF'] })).toEqual([]);
    const watcher = withColleague({ role: 'WATCHER' }, lead);
    expect(watcher.collaborators).toMatchObject([{ role: 'WATCHER', level: null }]);
    expect(after(watcher, loseCollaborator(watcher, colleague)).collaborators).toEqual([]);
    expect(loseCollaborator(registeredLead(), colleague)).toEqual([]);
  });

  it('leave the protection as it is', () => {
    expect(withColleague().protection).toEqual(registeredLead().protection);
  });

  it('are not the owner, have a level, and an owner beside them', () => {
    expect(() => withColleague({ userId: owner })).toThrow(refusing('BAD_USER_INPUT', 'userId'));
    expect(() => withColleague({ level: null })).toThrow(refusing('BAD_USER_INPUT', 'level'));
    expect(() => withColleague({}, expired('ACTIVE'))).toThrow(refusing('ILLEGAL_TRANSITION'));
  });

  it('are fifty at most', () => {
    const crowd = Array.from({ length: 50 }, (_, index) => ({
      userId: `e0000000-0000-4000-8000-0000000000${10 + index}`,
      role: 'WATCHER' as const,
      level: null,
      contactFocus: [],
    }));
    expect(() => withColleague({}, { ...registeredLead(), collaborators: crowd })).toThrow(
      refusing('BAD_USER_INPUT', 'userId'),
    );
  });
});

describe('a territory', () => {
  it('the owner lost leaves the lead unprotected and in its status', () => {
    const lead = after(withColleague(), loseOwner(withColleague()));
    expect(lead).toMatchObject({ status: 'REGISTERED', ownerUserId: null, protection: null });
    expect(lead.collaborators).toHaveLength(1);
    expect(loseOwner(lead)).toEqual([]);
    expect(runProtection(lead, at('2026-01-01T00:00:00.000Z'))).toEqual([]);
  });

  it('keeps the owner of a transferred lead only if he holds both', () => {
    const transfer = (holders: string[]): Lead =>
      after(
        withColleague(),
        transferTerritory(
          withColleague(),
          { territory: 'AT', reason, holders: new Set(holders) },
          stamp,
        ),
      );
    expect(transfer([owner, colleague])).toMatchObject({ territory: 'AT', ownerUserId: owner });
    expect(transfer([owner, colleague]).collaborators).toHaveLength(1);
    expect(transfer([owner])).toMatchObject({ ownerUserId: owner, collaborators: [] });
    expect(transfer([])).toMatchObject({ ownerUserId: null, collaborators: [], protection: null });
    expect(transfer([manager]).territory).toBe('AT');
  });

  it('is not transferred to itself or while the clock stands', () => {
    const to = (lead: Lead, territory: 'DE' | 'CH') =>
      transferTerritory(lead, { territory, reason, holders: new Set([owner]) }, stamp);
    expect(() => to(reachableLead(), 'DE')).toThrow(refusing('BAD_USER_INPUT', 'territory'));
    expect(() => to(held(reachableLead()), 'CH')).toThrow(refusing('CLOCK_STOPPED'));
  });
});
