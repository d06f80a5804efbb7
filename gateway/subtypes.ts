import { isAbstractType, isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';

/** Whether an object of runtime type `typename` satisfies `condition`; memoised per schema. */
export type IsSubtype = (condition: string, typename: string) => boolean;

export function subtypesOf(schema: GraphQLSchema): IsSubtype {
  const known = new Map<string, Set<string>>();
  return (condition, typename) => {
    if (condition === typename) return true;
    let subtypes = known.get(condition);
    if (subtypes === undefined) known.set(condition, (subtypes = subtypeNames(schema, condition)));
    return subtypes.has(typename);
  };
}

function subtypeNames(schema: GraphQLSchema, condition: string): Set<string> {
  const abstract = schema.getType(condition);
  if (!isAbstractType(abstract)) return new Set();
  const names = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) || isInterfaceType(type))
    .filter((type) => schema.isSubType(abstract, type))
    .map((type) => type.name);
  return new Set(names);
}
