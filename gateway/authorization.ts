/**
 * Decides on a document before it is planned: refused as a whole, or which of its fields the
 * caller is denied; and on each fetched object whether it exists for him.
 */
import type { Actor } from '#kernel/access';
import {
  Kind,
  TypeInfo,
  getNamedType,
  isAbstractType,
  isCompositeType,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { createArgumentCheck, type ArgumentCheck } from './authorization-arguments.ts';
import { createGuards, silentFields, type OnDisagreement } from './authorization-guards.ts';
import { readRules, type AccessRules, type Policies } from './authorization-rules.ts';
import { filterSchema } from './introspection.ts';
import { forbidden, unauthenticated } from './refusals.ts';
import { operationParts } from './selections.ts';
import type { Guard, TransformedDocument } from './supergraph.ts';

export interface Authorization {
  /** Actors with equal keys get equal decisions. */
  keyOf(actor: Actor | null): string;
  decide(input: DecisionInput): Decision;
  readonly guards: ReadonlyMap<string, Guard>;
}

export interface DecisionInput {
  /** Valid against the API schema. */
  readonly document: DocumentNode;
  readonly operationName?: string | undefined;
  readonly actor: Actor | null;
  /** The text is stored for callers without a token. */
  readonly isPublic?: boolean;
}

export interface Decision {
  /** Set when the operation must not be planned. */
  readonly refusal?: GraphQLError;
  readonly denied: ReadonlySet<FieldNode>;
  /** Fields of the root for which it was refused, by name. */
  readonly deniedRoots: ReadonlySet<string>;
  readonly transform: (document: DocumentNode) => TransformedDocument;
  /** Territories named in arguments of root fields. */
  readonly checkArguments: ArgumentCheck;
  readonly introspectionSchema: GraphQLSchema;
  /** Decisions with equal keys lead to the same plan: all callers who are denied nothing share one. */
  readonly outcomeKey: string;
}

export interface AuthorizationOptions {
  readonly sdl: string;
  readonly apiSchema: GraphQLSchema;
  readonly policies?: Policies | undefined;
  /** Introspection for everybody with a token; else for admins only. */
  readonly introspection: boolean;
  /** Callers without a token get what carries no right; else nothing but `__typename`. */
  readonly anonymous: boolean;
  readonly onDisagreement: OnDisagreement;
}

const schemasMax = 64;

/** @throws when the supergraph carries an authorisation directive this gateway does not know. */
export function createAuthorization(options: AuthorizationOptions): Authorization {
  const rules = readRules(options.sdl, options.apiSchema, options.policies ?? new Map());
  const keys = new WeakMap<Actor, string>();
  const schemas = new Map<string, GraphQLSchema>();

  const keyOf = (actor: Actor | null): string => {
    if (actor === null) return '-';
    let key = keys.get(actor);
    if (key === undefined) keys.set(actor, (key = rules.keyOf(actor)));
    return key;
  };
  const schemaFor = (actor: Actor | null): GraphQLSchema | undefined => {
    const key = keyOf(actor);
    let schema = schemas.get(key);
    if (schema !== undefined) return schema;
    schema = filterSchema(options.apiSchema, rules, actor);
    if (schemas.size >= schemasMax) schemas.clear();
    if (schema !== undefined) schemas.set(key, schema);
    return schema;
  };

  return {
    keyOf,
    guards: createGuards(rules, options.onDisagreement),
    decide({ document, operationName, actor, isPublic = false }) {
      const parts = operationParts(document, operationName);
      const fragments = parts.fragments;
      const introspects = usesIntrospection(document);
      const isOpen = isPublic || options.anonymous;
      const mayIntrospect =
        actor === null
          ? options.anonymous && options.introspection
          : options.introspection || actor.roles.includes('admin');
      const introspectionSchema = introspects && mayIntrospect ? schemaFor(actor) : undefined;
      const { denied, deniedRoots, rootAsked } = findDenied(
        { schema: options.apiSchema, rules, fragments, actor },
        parts.operation,
      );
      const isRefused =
        deniedRoots.size > 0 ||
        (introspects && introspectionSchema === undefined) ||
        (actor === null && rootAsked && !isOpen);
      const refusal = isRefused ? (actor === null ? unauthenticated() : forbidden()) : undefined;
      return {
        ...(refusal === undefined ? {} : { refusal }),
        denied,
        deniedRoots,
        transform: (given) => ({
          document: rewrite(given, { schema: options.apiSchema, rules, denied }),
          denied,
        }),
        checkArguments: createArgumentCheck(rules, options.apiSchema, parts),
        introspectionSchema: introspectionSchema ?? options.apiSchema,
        outcomeKey: denied.size === 0 && introspectionSchema === undefined ? '' : keyOf(actor),
      };
    },
  };
}

interface Search {
  readonly schema: GraphQLSchema;
  readonly rules: AccessRules;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly actor: Actor | null;
}

interface Denials {
  readonly denied: Set<FieldNode>;
  readonly deniedRoots: Set<string>;
  /** Something besides `__typename` is asked for. */
  rootAsked: boolean;
}

function findDenied(search: Search, operation: OperationDefinitionNode): Denials {
  const found: Denials = {
    denied: new Set(),
    deniedRoots: new Set(),
    rootAsked: false,
  };
  const root = search.schema.getRootType(operation.operation);
  if (root == null) return { ...found, deniedRoots: new Set([operation.operation]) };
  const seen = new Set<string>();
  const walk = (set: SelectionSetNode, parent: GraphQLCompositeType, isRoot: boolean): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        walkField(selection, parent, isRoot);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const type = compositeOf(search.schema, selection.typeCondition?.name.value) ?? parent;
        walk(selection.selectionSet, type, isRoot);
      } else if (!seen.has(selection.name.value)) {
        // A fragment's fields have the fragment's type wherever it is used.
        seen.add(selection.name.value);
        const fragment = search.fragments.get(selection.name.value);
        const type = compositeOf(search.schema, fragment?.typeCondition.name.value);
        if (fragment !== undefined && type !== undefined) {
          walk(fragment.selectionSet, type, isRoot);
        }
      }
    }
  };
  const walkField = (node: FieldNode, parent: GraphQLCompositeType, isRoot: boolean): void => {
    const name = node.name.value;
    if (name === '__typename') return;
    if (isRoot) found.rootAsked = true;
    if (name.startsWith('__')) return;
    if (!search.rules.allows(parent.name, name, search.actor)) {
      found.denied.add(node);
      if (isRoot) found.deniedRoots.add(name);
      return;
    }
    const field = 'getFields' in parent ? parent.getFields()[name] : undefined;
    const type = field && getNamedType(field.type);
    if (node.selectionSet !== undefined && isCompositeType(type)) {
      walk(node.selectionSet, type, false);
    }
  };
  walk(operation.selectionSet, root, true);
  return found;
}

function compositeOf(
  schema: GraphQLSchema,
  name: string | undefined,
): GraphQLCompositeType | undefined {
  const type = name === undefined ? undefined : schema.getType(name);
  return isCompositeType(type) ? type : undefined;
}

interface Rewriting {
  readonly schema: GraphQLSchema;
  readonly rules: AccessRules;
  readonly denied: ReadonlySet<FieldNode>;
}

/** Without the denied fields, and with what the guards need to see. */
function rewrite(document: DocumentNode, { schema, rules, denied }: Rewriting): DocumentNode {
  const types = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(types, {
      Field: {
        enter: (node) => (denied.has(node) ? null : undefined),
        leave(node) {
          const output = types.getType();
          const type = output && getNamedType(output);
          if (node.selectionSet === undefined || !isCompositeType(type)) return undefined;
          const added = guardSelections(schema, rules, type);
          const selections = [...node.selectionSet.selections, ...added];
          return added.length === 0
            ? undefined
            : { ...node, selectionSet: { ...node.selectionSet, selections } };
        },
      },
      SelectionSet: {
        leave: (node) =>
          node.selections.length === 0 ? { ...node, selections: [typename] } : undefined,
      },
    }),
  );
}

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

function guardSelections(
  schema: GraphQLSchema,
  rules: AccessRules,
  type: GraphQLCompositeType,
): SelectionNode[] {
  if (!isAbstractType(type)) return silentFields(rules, type.name);
  return schema.getPossibleTypes(type).flatMap((possible) => {
    const selections = silentFields(rules, possible.name);
    if (selections.length === 0) return [];
    return [
      {
        kind: Kind.INLINE_FRAGMENT,
        typeCondition: {
          kind: Kind.NAMED_TYPE,
          name: { kind: Kind.NAME, value: possible.name },
        },
        selectionSet: { kind: Kind.SELECTION_SET, selections },
      } as const,
    ];
  });
}

function usesIntrospection(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field({ name }) {
      if (name.value === '__schema' || name.value === '__type') found = true;
    },
  });
  return found;
}
