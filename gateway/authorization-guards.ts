/** The last look at each fetched object: of a foreign territory or owner, it does not exist. */
import { hasRole, seesTerritory, type Actor } from '#kernel/access';
import { Kind, type FieldNode } from 'graphql';
import type { AccessRules, OwnerRule } from './authorization-rules.ts';
import type { Guard } from './supergraph.ts';

const TERRITORY = '__fp_territory';
const OWNER = '__fp_owner';
const COLLABORATORS = '__fp_collaborators';
const PARTNER = '__fp_partner';

/** Fields the guards read, selected under names no client can collide with by accident. */
export function silentFields(rules: AccessRules, type: string): FieldNode[] {
  const territory = rules.territories.get(type);
  const owner = rules.owners.get(type);
  const fields: Array<[alias: string, name: string | undefined]> = [
    [TERRITORY, territory],
    [OWNER, owner?.field],
    [COLLABORATORS, owner?.collaborators],
    [PARTNER, owner?.partner],
  ];
  return fields.flatMap(([alias, name]) => (name === undefined ? [] : [aliased(alias, name)]));
}

function aliased(alias: string, name: string): FieldNode {
  return {
    kind: Kind.FIELD,
    alias: { kind: Kind.NAME, value: alias },
    name: { kind: Kind.NAME, value: name },
  };
}

/** The subgraph returned a known object that row-level security should have withheld. */
export type OnDisagreement = (type: string, requestId: string) => void;

export function createGuards(
  rules: AccessRules,
  onDisagreement: OnDisagreement,
): ReadonlyMap<string, Guard> {
  const guards = new Map<string, Guard>();
  for (const type of new Set([...rules.territories.keys(), ...rules.owners.keys()])) {
    const isTerritorial = rules.territories.has(type);
    const owner = rules.owners.get(type);
    guards.set(type, (object, { actor, requestId }) => {
      if (actor === null) return false;
      const territory = object[TERRITORY];
      if (isTerritorial && !seesTerritory(actor, territory as string | null)) {
        // Without one the object was not fetched at all: a failure or a reference, no disagreement.
        if (typeof territory === 'string') onDisagreement(type, requestId);
        return false;
      }
      if (owner === undefined || mayOwn(actor, object, owner)) return true;
      if (object[OWNER] !== undefined) onDisagreement(type, requestId);
      return false;
    });
  }
  return guards;
}

function mayOwn(actor: Actor, object: Record<string, unknown>, rule: OwnerRule): boolean {
  if (hasRole(actor, 'admin', 'manager', 'auditor', 'system')) return true;
  if (hasRole(actor, 'sales')) {
    if (object[OWNER] === actor.userId) return true;
    const collaborators = object[COLLABORATORS];
    if (Array.isArray(collaborators) && collaborators.includes(actor.userId)) return true;
  }
  if (!hasRole(actor, 'partner') || rule.partner === undefined) return false;
  return actor.partnerOrgId !== undefined && object[PARTNER] === actor.partnerOrgId;
}
