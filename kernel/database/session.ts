import { isUuid, type Actor } from '#kernel/access';

const WORD = /^[a-z]{2,20}$/;
const TERRITORY = /^[A-Z]{2}$/;
const TERRITORIES_MAX = 250;

/** The four settings every policy reads. */
export interface SessionVariables {
  'app.user_context': string;
  'app.role_context': string;
  /** The partner firm of the caller, empty for everybody else. */
  'app.tenant_id': string;
  'app.territory_context': string;
}

const known = new WeakMap<Actor, SessionVariables>();

/** The settings of an actor, each value checked against its pattern before it may reach the server. */
export function sessionVariables(actor: Actor): SessionVariables {
  const cached = known.get(actor);
  if (cached !== undefined) return cached;
  const { userId, roles, territories, partnerOrgId = '' } = actor;
  if (!isUuid(userId)) throw new TypeError('The actor has no valid user id');
  if (partnerOrgId !== '' && !isUuid(partnerOrgId)) {
    throw new TypeError('The actor has no valid partner id');
  }
  if (!roles.every((role) => WORD.test(role))) throw new TypeError('The actor has an invalid role');
  if (territories.length > TERRITORIES_MAX || !territories.every((each) => TERRITORY.test(each))) {
    throw new TypeError('The actor has an invalid territory');
  }
  const variables: SessionVariables = {
    'app.user_context': userId,
    'app.role_context': roles.join(','),
    'app.tenant_id': partnerOrgId,
    'app.territory_context': territories.join(','),
  };
  known.set(actor, variables);
  return variables;
}
