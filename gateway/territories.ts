import { isEnumType, type GraphQLSchema } from 'graphql';

/** The graph itself says which territories there are. */
export function territoriesOf(schemas: readonly GraphQLSchema[]): string[] {
  const territory = schemas
    .map((schema) => schema.getType('Territory'))
    .find((type) => isEnumType(type));
  if (!isEnumType(territory)) throw new Error('No subgraph declares the enum Territory');
  return territory.getValues().map((value) => value.name);
}
