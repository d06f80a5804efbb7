import { Refusal } from '#kernel/access';
import type { Aggregate } from '#kernel/events';
import {
  adminEvents,
  type UserEvent,
  type UserDisabled,
  type UserRegistered,
  type UserTerritoriesChanged,
} from './events.ts';

export type TerritoryCode = UserTerritoriesChanged['data']['territories'][number];

/** A person who can sign in. Roles come from the token; here they are kept for display. */
export interface User {
  userId: string | null;
  territories: readonly TerritoryCode[];
  isDisabled: boolean;
}

export const initialUser: User = { userId: null, territories: [], isDisabled: false };

export function evolve(user: User, event: UserEvent): User {
  switch (event.type) {
    case 'admin.user.registered':
      return { ...user, userId: event.data.userId };
    case 'admin.user.territories_changed':
      return { ...user, territories: event.data.territories };
    case 'admin.user.disabled':
      return { ...user, isDisabled: true };
  }
}

/** History of a person: readable by administrators and by that person. */
export const userAggregate: Aggregate<User, UserEvent> = {
  type: 'user',
  events: adminEvents,
  initial: initialUser,
  evolve,
  territoryOf: () => null,
  ownerOf: (user) => user.userId,
};

export interface Registration {
  userId: string;
  login: string;
  name: string;
  email: string;
  roles: string[];
  territories: TerritoryCode[];
}

export function register(
  user: User,
  { territories, ...person }: Registration,
): [UserRegistered, UserTerritoriesChanged] {
  if (user.userId !== null) throw new Refusal('CONFLICT', 'Diese Person ist bereits angelegt.');
  return [
    { type: 'admin.user.registered', data: person },
    {
      type: 'admin.user.territories_changed',
      data: { userId: person.userId, territories: sorted(territories) },
    },
  ];
}

/** An unchanged set is no fact: nobody's streams end for nothing. */
export function setTerritories(user: User, territories: TerritoryCode[]): UserTerritoriesChanged[] {
  const userId = known(user);
  const wanted = sorted(territories);
  if (wanted.join() === sorted(user.territories).join()) return [];
  return [{ type: 'admin.user.territories_changed', data: { userId, territories: wanted } }];
}

export function disable(user: User): UserDisabled[] {
  const userId = known(user);
  return user.isDisabled ? [] : [{ type: 'admin.user.disabled', data: { userId } }];
}

function known(user: User): string {
  if (user.userId === null) throw new Refusal('NOT_FOUND', 'Nicht gefunden.');
  return user.userId;
}

function sorted(territories: readonly TerritoryCode[]): TerritoryCode[] {
  return [...new Set(territories)].toSorted();
}
