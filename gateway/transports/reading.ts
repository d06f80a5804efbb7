/** A field's value before completion: its resolver's, or the property of its name. */
import {
  Kind,
  getArgumentValues,
  visit,
  type FieldNode,
  type GraphQLField,
  type GraphQLFieldResolver,
} from 'graphql';
import type { InfoOf, Path, Run } from './run.ts';

export type Read = (run: Run, source: unknown, path: Path) => unknown;

export function compileRead(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  { infoOf, nextSlot }: ReadOptions,
): Read {
  const argumentsOf = compileArguments(field, node, nextSlot);
  const resolve: GraphQLFieldResolver<unknown, unknown> | undefined = field.resolve;
  if (resolve != null) {
    return (run, source, path) =>
      resolve(source, argumentsOf(run), run.contextValue, infoOf(run, path));
  }
  const { name } = field;
  return (run, source, path) => {
    if (source === null || (typeof source !== 'object' && typeof source !== 'function')) return;
    const property = (source as Record<string, unknown>)[name];
    if (typeof property !== 'function') return property;
    return property.call(source, argumentsOf(run), run.contextValue, infoOf(run, path));
  };
}

export interface ReadOptions {
  readonly infoOf: InfoOf;
  /** Hands out a place in `Run.argumentSlots`. */
  readonly nextSlot: () => number;
}

type ArgumentsOf = (run: Run) => Record<string, unknown>;

/** Each call gets an object of its own: resolvers may write into it. */
function compileArguments(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  nextSlot: () => number,
): ArgumentsOf {
  if (field.args.length === 0) return () => ({});
  const slot = nextSlot();
  if (!usesVariables(node)) {
    let fixed: Record<string, unknown> | undefined;
    return () => ({ ...(fixed ??= getArgumentValues(field, node)) });
  }
  return ({ argumentSlots, variables }) => ({
    ...(argumentSlots[slot] ??= getArgumentValues(field, node, variables)),
  });
}

function usesVariables({ arguments: given = [] }: FieldNode): boolean {
  let isFound = false;
  for (const argument of given) {
    visit(argument, {
      [Kind.VARIABLE]: () => {
        isFound = true;
      },
    });
  }
  return isFound;
}
