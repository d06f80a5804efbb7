import { AccessDenied } from './errors.ts';
import { rolesOf, scopesOf, type Role } from './roles.ts';

/** The user id of work that no person does. */
export const NIL_UUID = '00000000-0000-0000-0000-000000000000';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text is an id in its one spelling, lower case. */
export const isUuid = (text: string): boolean => UUID.test(text);
const TERRITORY = /^[A-Z]{2}$/;

/** Who acts. Built at the edge from a verified token, or in code for a named job; never from a header. */
export interface Actor {
  /** UUID; the nil UUID for jobs. */
  readonly userId: string;
  readonly roles: readonly Role[];
  readonly scopes: ReadonlySet<string>;
  /** Valid rows of `user_territory`, never a claim of the token. */
  readonly territories: readonly string[];
  readonly clientId?: string;
  /** The firm of a partner; nobody else has one. */
  readonly partnerOrgId?: string;
  /** Milliseconds since the epoch after which the token no longer counts. */
  readonly expiresAt?: number;
}

export interface Claims {
  userId: string;
  roles: readonly string[];
  territories: readonly string[];
  clientId?: string;
  partnerOrgId?: string;
  expiresAt?: number;
}

/**
 * The actor of a verified token. Roles are compared without regard to case; an unknown role counts
 * as none and `system` is refused, so that no token can claim it.
 *
 * @throws AccessDenied `UNAUTHENTICATED` when the user id is no UUID, no role remains, or `system` is claimed.
 */
export function createActor(claims: Claims): Actor {
  const roles = rolesOf(claims.roles);
  if (!isUuid(claims.userId) || claims.userId === NIL_UUID || roles.length === 0) {
    throw new AccessDenied('UNAUTHENTICATED');
  }
  return Object.freeze({
    userId: claims.userId,
    roles,
    scopes: scopesOf(roles),
    territories: territoriesOf(claims.territories),
    ...(claims.clientId === undefined ? {} : { clientId: claims.clientId }),
    // Whoever is no partner reads nothing through a firm, whatever his token names.
    ...(claims.partnerOrgId === undefined || !roles.includes('partner')
      ? {}
      : { partnerOrgId: claims.partnerOrgId }),
    ...(claims.expiresAt === undefined ? {} : { expiresAt: claims.expiresAt }),
  });
}

/** The actor of a named job: nil UUID, role `system`, only the territories given. */
export function systemActor(job: string, territories: readonly string[]): Actor {
  return Object.freeze({
    userId: NIL_UUID,
    roles: ['system'] as const,
    scopes: scopesOf(['system']),
    territories: territoriesOf(territories),
    clientId: `job:${job}`,
  });
}

export function hasRole(actor: Actor, ...roles: readonly Role[]): boolean {
  return roles.some((role) => actor.roles.includes(role));
}

/** Whether the actor may see the territory at all; a missing territory is foreign to everybody but jobs and admins. */
export function seesTerritory(actor: Actor, territory: string | null | undefined): boolean {
  if (hasRole(actor, 'admin', 'system')) return true;
  return typeof territory === 'string' && actor.territories.includes(territory);
}

/**
 * The one check for a permission by scope.
 *
 * @throws AccessDenied `UNAUTHENTICATED` without an actor, `FORBIDDEN` without the scope.
 */
export function requireScope(actor: Actor | null, scope: string): asserts actor is Actor {
  if (actor === null) throw new AccessDenied('UNAUTHENTICATED');
  if (!actor.scopes.has(scope)) throw new AccessDenied('FORBIDDEN');
}

function territoriesOf(territories: readonly string[]): readonly string[] {
  return Object.freeze([...new Set(territories.filter((each) => TERRITORY.test(each)))].toSorted());
}
