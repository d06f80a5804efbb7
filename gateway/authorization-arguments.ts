/** `@territory(argument:)`: a root field that names a territory names one of the caller's. */
import { seesTerritory, type Actor } from '#kernel/access';
import {
  Kind,
  type FieldNode,
  type GraphQLSchema,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import type { AccessRules } from './authorization-rules.ts';
import type { OperationParts } from './selections.ts';

/** Fields of the root that name a territory which is not the caller's. */
export type ArgumentCheck = (
  variables: Readonly<Record<string, unknown>>,
  actor: Actor,
) => readonly string[];

type Read = (variables: Readonly<Record<string, unknown>>) => unknown;

export function createArgumentCheck(
  rules: AccessRules,
  schema: GraphQLSchema,
  { operation, fragments }: OperationParts,
): ArgumentCheck {
  const root = schema.getRootType(operation.operation);
  const reads: (readonly [field: string, read: Read])[] = [];
  const defaults = new Map(
    (operation.variableDefinitions ?? []).map(({ variable, defaultValue }) => [
      variable.name.value,
      defaultValue,
    ]),
  );
  const collect = ({ selections }: SelectionSetNode, seen: ReadonlySet<string>): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet, seen);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const name = selection.name.value;
        const fragment = fragments.get(name);
        if (fragment !== undefined && !seen.has(name)) {
          collect(fragment.selectionSet, new Set([...seen, name]));
        }
      } else {
        const field = selection.name.value;
        const argument = rules.territoryArguments.get(`${root?.name}.${field}`);
        if (argument !== undefined) reads.push([field, readerOf(selection, argument, defaults)]);
      }
    }
  };
  collect(operation.selectionSet, new Set());
  return (variables, actor) =>
    reads.flatMap(([field, readNamed]) => {
      const territory = readNamed(variables);
      // A list names several; one that is missing is foreign like an unknown one.
      const named: unknown[] = Array.isArray(territory) ? territory : [territory];
      return named.length > 0 && named.every((each) => isOwn(actor, each)) ? [] : [field];
    });
}

function isOwn(actor: Actor, territory: unknown): boolean {
  return typeof territory === 'string' && seesTerritory(actor, territory);
}

/** The argument may be a path into an input object: `input.territory`. */
function readerOf(
  node: FieldNode,
  argument: string,
  defaults: ReadonlyMap<string, ValueNode | undefined>,
): Read {
  const [first, ...rest] = argument.split('.');
  const value = node.arguments?.find(({ name }) => name.value === first)?.value;
  return (variables) => {
    let current = value === undefined ? undefined : read(value, variables, defaults);
    for (const key of rest) {
      current =
        typeof current === 'object' && current !== null && Object.hasOwn(current, key)
          ? (current as Record<string, unknown>)[key]
          : undefined;
    }
    return current;
  };
}

function read(
  value: ValueNode,
  variables: Readonly<Record<string, unknown>>,
  defaults: ReadonlyMap<string, ValueNode | undefined>,
): unknown {
  switch (value.kind) {
    case Kind.VARIABLE: {
      const name = value.name.value;
      if (Object.hasOwn(variables, name)) return variables[name];
      const fallback = defaults.get(name);
      return fallback === undefined ? undefined : read(fallback, variables, defaults);
    }
    case Kind.LIST:
      return value.values.map((each) => read(each, variables, defaults));
    case Kind.OBJECT:
      return Object.fromEntries(
        value.fields.map((field) => [field.name.value, read(field.value, variables, defaults)]),
      );
    case Kind.ENUM:
    case Kind.STRING:
      return value.value;
    case Kind.INT:
    case Kind.FLOAT:
    case Kind.BOOLEAN:
    case Kind.NULL:
      return undefined;
  }
}
