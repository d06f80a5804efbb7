/** The graph as one caller may use it: without what he is denied and what only that would reach. */
import type { Actor } from '#kernel/access';
import {
  Kind,
  OperationTypeNode,
  buildASTSchema,
  parse,
  printSchema,
  visit,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  type InputValueDefinitionNode,
  type TypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import type { AccessRules } from './authorization-rules.ts';

/** Undefined when nothing is left to ask for. */
export function filterSchema(
  schema: GraphQLSchema,
  rules: AccessRules,
  actor: Actor | null,
): GraphQLSchema | undefined {
  const roots = Object.values(OperationTypeNode)
    .map((kind) => schema.getRootType(kind)?.name)
    .filter((name) => name !== undefined);
  let document = parse(printSchema(schema), { noLocation: true });
  document = withoutDenied(document, rules, actor);
  document = withoutDeadEnds(document);
  const query = schema.getQueryType()?.name;
  const isLeft = document.definitions.some(
    (node) => node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value === query,
  );
  if (!isLeft) return undefined;
  document = onlyReachable(document, roots);
  return buildASTSchema(document, { assumeValid: true });
}

function withoutDenied(
  document: DocumentNode,
  rules: AccessRules,
  actor: Actor | null,
): DocumentNode {
  return {
    ...document,
    definitions: document.definitions.flatMap((node) => {
      if (!('name' in node) || node.name === undefined) return [node];
      const type = node.name.value;
      if (!rules.allowsType(type, actor)) return [];
      if (
        node.kind !== Kind.OBJECT_TYPE_DEFINITION &&
        node.kind !== Kind.INTERFACE_TYPE_DEFINITION
      ) {
        return [node];
      }
      const fields = node.fields?.filter(({ name }) => rules.allows(type, name.value, actor));
      return [{ ...node, fields: fields ?? [] }];
    }),
  };
}

/** Types left without a field, and then the fields that led there, until nothing changes. */
function withoutDeadEnds(document: DocumentNode): DocumentNode {
  let current = document;
  for (;;) {
    const dead = new Set(
      current.definitions.flatMap((node) => (isEmpty(node) ? [node.name.value] : [])),
    );
    if (dead.size === 0) return current;
    current = visit(current, {
      enter(node) {
        if ('name' in node && node.kind.endsWith('TypeDefinition')) {
          return dead.has((node as { name: { value: string } }).name.value) ? null : undefined;
        }
        return undefined;
      },
      FieldDefinition: (node) => (dead.has(namedType(node.type)) ? null : undefined),
      NamedType: (node) => (dead.has(node.name.value) ? null : undefined),
    });
  }
}

function isEmpty(node: DefinitionNode): node is TypeDefinitionNode {
  if (node.kind === Kind.UNION_TYPE_DEFINITION) return node.types?.length === 0;
  return (
    (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION) &&
    node.fields?.length === 0
  );
}

function onlyReachable(document: DocumentNode, roots: readonly string[]): DocumentNode {
  const byName = new Map<string, DefinitionNode>();
  const implementations = new Map<string, string[]>();
  for (const node of document.definitions) {
    if (!('name' in node) || node.name === undefined) continue;
    byName.set(node.name.value, node);
    if (!('interfaces' in node)) continue;
    for (const each of node.interfaces ?? []) {
      const known = implementations.get(each.name.value) ?? [];
      implementations.set(each.name.value, [...known, node.name.value]);
    }
  }
  const reached = new Set<string>();
  const queue = [...roots];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const node = byName.get(name);
    if (node === undefined || reached.has(name)) continue;
    reached.add(name);
    queue.push(...referencesOf(node), ...(implementations.get(name) ?? []));
  }
  return {
    ...document,
    definitions: document.definitions.filter(
      (node) =>
        node.kind === Kind.DIRECTIVE_DEFINITION ||
        node.kind === Kind.SCHEMA_DEFINITION ||
        ('name' in node && node.name !== undefined && reached.has(node.name.value)),
    ),
  };
}

function referencesOf(node: DefinitionNode): string[] {
  const names: string[] = [];
  if ('interfaces' in node) names.push(...(node.interfaces ?? []).map(({ name }) => name.value));
  if (node.kind === Kind.UNION_TYPE_DEFINITION) {
    names.push(...(node.types ?? []).map(({ name }) => name.value));
  }
  if ('fields' in node) {
    for (const field of (node.fields ?? []) as Array<
      FieldDefinitionNode | InputValueDefinitionNode
    >) {
      names.push(namedType(field.type));
      if (field.kind === Kind.FIELD_DEFINITION) {
        names.push(...(field.arguments ?? []).map(({ type }) => namedType(type)));
      }
    }
  }
  return names;
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}
