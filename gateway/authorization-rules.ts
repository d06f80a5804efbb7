/** What the supergraph's directives demand, read once and looked up by type and field. */
import type { Actor } from '#kernel/access';
import {
  Kind,
  getNamedType,
  isInterfaceType,
  parse,
  type ConstDirectiveNode,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { argumentsOf } from './directives.ts';

/** Names used in `@policy`; one that is not listed is never fulfilled. */
export type Policies = ReadonlyMap<string, (actor: Actor) => boolean>;

export interface OwnerRule {
  readonly field: string;
  readonly collaborators?: string;
  readonly partner?: string;
}

export interface AccessRules {
  /** Scopes and policies, not territories: those are decided per object. */
  allows(type: string, field: string, actor: Actor | null): boolean;
  allowsType(type: string, actor: Actor | null): boolean;
  keyOf(actor: Actor): string;
  /** Field that holds the territory, by type name. */
  readonly territories: ReadonlyMap<string, string>;
  readonly owners: ReadonlyMap<string, OwnerRule>;
  /** Argument that names a territory, by `Type.field`. */
  readonly territoryArguments: ReadonlyMap<string, string>;
}

type Requirement = (actor: Actor | null) => boolean;

const SECURITY = new Set(['authenticated', 'requiresScopes', 'policy']);
/** Enforced by leaving it out of the API schema. */
const INACCESSIBLE = 'inaccessible';
const ACCESS_SPEC = /^https:\/\/freshplan\.example\/access\/v1\.\d+$/;
const ACCESS = new Set(['@territory', '@owner']);
const APOLLO_SPEC = /^https:\/\/specs\.apollo\.dev\//;

export function readRules(sdl: string, schema: GraphQLSchema, policies: Policies): AccessRules {
  const document = parse(sdl, { noLocation: true });
  refuseUnknown(document);
  const onTypes = new Map<string, Requirement>();
  const onFields = new Map<string, Requirement>();
  const territories = new Map<string, string>();
  const owners = new Map<string, OwnerRule>();
  const territoryArguments = new Map<string, string>();
  for (const node of document.definitions) {
    if (!('name' in node) || node.name === undefined || !('directives' in node)) continue;
    const type = node.name.value;
    if (node.kind === Kind.DIRECTIVE_DEFINITION) continue;
    addRequirement(onTypes, type, node.directives as ConstDirectiveNode[], policies);
    for (const directive of (node.directives ?? []) as ConstDirectiveNode[]) {
      const given = argumentsOf(directive);
      const name = directive.name.value;
      if (name === 'territory') territories.set(type, textOf(given['field'], type));
      if (name === 'owner') owners.set(type, ownerRule(given, type));
    }
    if (!('fields' in node)) continue;
    for (const field of node.fields ?? []) {
      const coordinate = `${type}.${field.name.value}`;
      addRequirement(onFields, coordinate, field.directives ?? [], policies);
      for (const directive of field.directives ?? []) {
        if (directive.name.value !== 'territory') continue;
        const { argument } = argumentsOf(directive);
        territoryArguments.set(coordinate, textOf(argument, coordinate));
      }
    }
  }
  const { allows, allowsType } = createLookup(schema, onTypes, onFields);
  return { allows, allowsType, keyOf: keyBy(policies), territories, owners, territoryArguments };
}

/** A right that nobody enforces is worse than a gateway that does not start. */
function refuseUnknown(document: DocumentNode): void {
  for (const node of document.definitions) {
    if (node.kind !== Kind.SCHEMA_DEFINITION && node.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const directive of node.directives ?? []) {
      if (directive.name.value !== 'link') continue;
      refuseUnknownLink(argumentsOf(directive));
    }
  }
}

function refuse(what: string): never {
  throw new Error(`The supergraph asks for ${what}, which this gateway does not enforce.`);
}

function refuseUnknownLink(link: Readonly<Record<string, unknown>>): void {
  const url = String(link['url']);
  if (APOLLO_SPEC.test(url)) {
    const spec = url.split('/').at(-2) ?? '';
    const isOurs = SECURITY.has(spec);
    if (link['for'] === 'SECURITY' && !isOurs && spec !== INACCESSIBLE) refuse(url);
    if (isOurs && (link['as'] !== undefined || link['import'] !== undefined)) {
      refuse(`${url} under another name`);
    }
    return;
  }
  if (!ACCESS_SPEC.test(url)) refuse(url);
  if (link['as'] !== undefined && link['as'] !== 'access') refuse(`${url} under another name`);
  for (const name of Array.isArray(link['import']) ? (link['import'] as unknown[]) : []) {
    if (typeof name !== 'string' || !ACCESS.has(name)) refuse(JSON.stringify(name));
  }
}

function addRequirement(
  requirements: Map<string, Requirement>,
  key: string,
  directives: readonly ConstDirectiveNode[] | undefined,
  policies: Policies,
): void {
  for (const directive of directives ?? []) {
    const requirement = requirementOf(directive, policies);
    if (requirement === undefined) continue;
    const known = requirements.get(key);
    requirements.set(key, known ? (actor) => known(actor) && requirement(actor) : requirement);
  }
}

function requirementOf(directive: ConstDirectiveNode, policies: Policies): Requirement | undefined {
  const given = argumentsOf(directive);
  switch (directive.name.value) {
    case 'authenticated':
      return (actor) => actor !== null;
    case 'requiresScopes': {
      const alternatives = lists(given['scopes']);
      return (actor) =>
        actor !== null &&
        alternatives.some((scopes) => scopes.every((scope) => actor.scopes.has(scope)));
    }
    case 'policy': {
      const alternatives = lists(given['policies']);
      return (actor) =>
        actor !== null &&
        alternatives.some((names) => names.every((name) => policies.get(name)?.(actor) === true));
    }
    default:
      return undefined;
  }
}

function createLookup(
  schema: GraphQLSchema,
  onTypes: ReadonlyMap<string, Requirement>,
  onFields: ReadonlyMap<string, Requirement>,
): Pick<AccessRules, 'allows' | 'allowsType'> {
  const allowsType = (type: string, actor: Actor | null): boolean =>
    onTypes.get(type)?.(actor) ?? true;
  const allowsOwn = (typeName: string, fieldName: string, actor: Actor | null): boolean => {
    if (!allowsType(typeName, actor)) return false;
    if (!(onFields.get(`${typeName}.${fieldName}`)?.(actor) ?? true)) return false;
    const type = schema.getType(typeName);
    const field =
      type !== undefined && 'getFields' in type ? type.getFields()[fieldName] : undefined;
    return field === undefined || allowsType(getNamedType(field.type).name, actor);
  };
  return {
    allowsType,
    allows(type, field, actor) {
      if (!allowsOwn(type, field, actor)) return false;
      const declared = schema.getType(type);
      if (!isInterfaceType(declared)) return true;
      // Through an interface the strictest implementation counts: its runtime type is not known yet.
      return schema
        .getPossibleTypes(declared)
        .every((possible) => allowsOwn(possible.name, field, actor));
    },
  };
}

function keyBy(policies: Policies): (actor: Actor) => string {
  const names = [...policies.keys()].toSorted();
  return (actor) => {
    const fulfilled = names.filter((name) => policies.get(name)?.(actor) === true);
    const isAdmin = actor.roles.includes('admin') ? '+' : '';
    return `${isAdmin}${[...actor.scopes].toSorted().join(' ')}|${fulfilled.join(' ')}`;
  };
}

function ownerRule(given: Readonly<Record<string, unknown>>, type: string): OwnerRule {
  const { collaborators, partner } = given;
  return {
    field: textOf(given['field'], type),
    ...(typeof collaborators === 'string' ? { collaborators } : {}),
    ...(typeof partner === 'string' ? { partner } : {}),
  };
}

function textOf(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  throw new Error(`The access directive on ${where} names no field or argument.`);
}

function lists(value: unknown): string[][] {
  if (!Array.isArray(value)) return [];
  return value.map((each: unknown) => (Array.isArray(each) ? each.map(String) : [String(each)]));
}
