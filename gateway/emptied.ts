/** Selections that conditions may empty, for a planner that drops what selects nothing. */
import { Kind, visit, type DocumentNode, type SelectionNode } from 'graphql';

const TYPENAME: SelectionNode = {
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: '__typename' },
};

/**
 * The same document for the planner, with a type name wherever every selection stands under a condition:
 * an object of which nothing is left is still an object, and not null.
 */
export function keepEmptied(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet: {
      leave(node, _key, parent) {
        const isRoot =
          parent !== undefined && 'kind' in parent && parent.kind === Kind.OPERATION_DEFINITION;
        if (isRoot || !node.selections.every(isConditional)) return undefined;
        return { ...node, selections: [...node.selections, TYPENAME] };
      },
    },
  });
}

const isConditional = ({ directives = [] }: SelectionNode): boolean =>
  directives.some(({ name }) => name.value === 'skip' || name.value === 'include');
