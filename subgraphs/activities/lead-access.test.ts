import { describe, expect, it } from 'vitest';
import { createActor, type Actor } from '#kernel/access';
import {
  mayAssist,
  mayReadNote,
  type Collaborator,
  type LeadRights,
  type Note,
} from './lead-access.ts';

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const person = (n: number, role: string, ...territories: string[]): Actor =>
  createActor({ userId: uuid(n), roles: [role], territories });

const owner = person(1, 'sales', 'DE');
const chef = person(2, 'sales', 'DE');
const buyer = person(3, 'sales', 'DE');
const director = person(4, 'sales', 'DE');
const viewer = person(5, 'sales', 'DE');
const watcher = person(6, 'sales', 'DE');
const manager = person(7, 'manager', 'DE');
const managerAt = person(8, 'manager', 'AT');
const admin = person(9, 'admin');
const auditor = person(10, 'auditor', 'DE');
const moved = createActor({ userId: owner.userId, roles: ['sales'], territories: ['AT'] });

const works = (
  { userId }: Actor,
  level: Collaborator['level'],
  ...contactFocus: Collaborator['contactFocus']
): Collaborator => ({
  userId,
  level,
  contactFocus,
  role: level === null ? 'WATCHER' : 'COLLABORATOR',
});

const lead: LeadRights = {
  territory: 'DE',
  ownerId: owner.userId,
  collaborators: [
    works(chef, 'ASSIST', 'CHEF'),
    works(buyer, 'NEGOTIATE', 'BUYER'),
    works(director, 'ASSIST', 'GF'),
    works(viewer, 'VIEW'),
    works(watcher, null),
  ],
};

const note = (
  category: Note['category'],
  visibility: Note['visibility'] = 'COLLABORATORS',
): Note => ({
  createdBy: owner.userId,
  category,
  visibility,
});
const readers = (each: Note): string[] =>
  Object.entries({ owner, chef, buyer, director, viewer, watcher, manager, admin, auditor })
    .filter(([, actor]) => mayReadNote(lead, each, actor))
    .map(([name]) => name);

describe('recording activities', () => {
  it.each([
    ['the owner', owner, true],
    ['an assistant', chef, true],
    ['a negotiator', buyer, true],
    ['a viewer', viewer, false],
    ['a watcher', watcher, false],
    ["the territory's manager", manager, true],
    ["another territory's manager", managerAt, false],
    ['an owner who lost the territory', moved, false],
    ['an admin', admin, true],
    ['an auditor', auditor, false],
  ])('by %s: %s %s', (_, actor, expected) => {
    expect(mayAssist(lead, actor)).toBe(expected);
  });
});

describe('reading notes', () => {
  it.each([
    [note('GENERAL'), 'owner chef buyer director viewer manager admin'],
    [note('COMMERCIAL'), 'owner buyer director manager admin'],
    [note('PRODUCT'), 'owner chef director manager admin'],
    [note('GENERAL', 'OWNER_ONLY'), 'owner manager admin'],
    [note('GENERAL', 'ACCOUNT_TEAM'), 'owner chef buyer director viewer manager admin'],
    [note('GENERAL', 'ORG_READ'), 'owner chef buyer director viewer watcher manager admin auditor'],
    [note('COMMERCIAL', 'ORG_READ'), 'owner buyer director manager admin'],
  ])('%o is for %s', (each, expected) => {
    expect(readers(each).join(' ')).toBe(expected);
  });

  it('is always open to the author', () => {
    expect(
      mayReadNote(lead, { ...note('COMMERCIAL', 'OWNER_ONLY'), createdBy: chef.userId }, chef),
    ).toBe(true);
  });
});
