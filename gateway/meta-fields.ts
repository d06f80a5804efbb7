/** `__schema` and `__type`: answered by a schema alone, once where no variable is involved. */
import {
  Kind,
  OperationTypeNode,
  executeSync,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type TypeNode,
} from 'graphql';
import type { Variables } from './transports/transport.ts';

export interface IntrospectionOptions {
  readonly introspectionSchema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

/** Returns the JSON text of the field `name`. */
export function compileIntrospection(
  { introspectionSchema, document, operation }: IntrospectionOptions,
  name: string,
  nodes: readonly FieldNode[],
): (variables: Variables) => string {
  if (operation.operation !== OperationTypeNode.QUERY) throw new Error('Only queries introspect.');
  // The meta fields take a name and flags; types of other variables may be hidden from the caller.
  const variableDefinitions = (operation.variableDefinitions ?? []).filter(({ type }) =>
    ['String', 'Boolean'].includes(namedTypeName(type)),
  );
  const only: OperationDefinitionNode = {
    ...operation,
    variableDefinitions,
    selectionSet: { kind: Kind.SELECTION_SET, selections: nodes },
  };
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const source: DocumentNode = { kind: Kind.DOCUMENT, definitions: [only, ...fragments] };
  const answer = (variableValues: Variables): string => {
    const { data } = executeSync({ schema: introspectionSchema, document: source, variableValues });
    return JSON.stringify(data?.[name] ?? null);
  };
  if (variableDefinitions.length > 0) return answer;
  let text: string | undefined;
  return () => (text ??= answer({}));
}

function namedTypeName(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedTypeName(type.type);
}
