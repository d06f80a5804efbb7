/**
 * Fields that are required with arguments. The planner asks for such a field under its own name, so that
 * two with other arguments, or the client's, push each other out, and one value stands for all. Here each
 * field with its arguments is a field of its own while it is planned, which the finished plan asks for
 * under an alias and hands on under the true name.
 */
import {
  Kind,
  parse,
  print,
  stripIgnoredCharacters,
  visit,
  type ArgumentNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { argumentsOf } from './directives.ts';
import { RESERVED } from './selections.ts';

export interface Variant {
  /** The true field. */
  readonly field: string;
  readonly arguments: readonly ArgumentNode[];
}

export interface RequiredFields {
  /** By their names while planned. */
  readonly variants: ReadonlyMap<string, Variant>;
  /** What a field of a subgraph requires, by `subgraph Type.field`. */
  readonly requirements: ReadonlyMap<string, SelectionSetNode>;
}

type Composite = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

/** The supergraph to plan with; undefined where no field is required with arguments. */
export function separateRequired(
  sdl: string,
): { readonly sdl: string; readonly required: RequiredFields } | undefined {
  if (!/requires:\s*"[^"]*\(/.test(sdl)) return undefined;
  const document = parse(sdl, { noLocation: true });
  const types = new Map(compositesOf(document).map((type) => [type.name.value, type]));
  const names = graphNamesOf(document);
  const { separate, variants, added, replaced } = createVariants(types);
  const requirements = new Map<string, SelectionSetNode>();
  const rewritten = visit(document, {
    FieldDefinition(node, _key, _parent, _path, ancestors) {
      const type = ancestors.at(-1);
      if (type === undefined || !('name' in type)) return undefined;
      const owner = (type as Composite).name.value;
      const directives = node.directives?.map((directive) => {
        const requires = textOf(directive, 'requires');
        if (directive.name.value !== 'join__field' || requires === undefined) return directive;
        const graph = textOf(directive, 'graph') ?? '';
        const set = separate(selectionSetOf(requires), types.get(owner), graph);
        requirements.set(`${names.get(graph)} ${owner}.${node.name.value}`, set);
        return withText(directive, 'requires', textOfSet(set));
      });
      return { ...node, ...(directives === undefined ? {} : { directives }) };
    },
  });
  const used = plainlyUsed(types, rewritten);
  const isLeft = (place: string): boolean => replaced.has(place) && !used.has(place);
  const complete = visit(rewritten, {
    ObjectTypeDefinition: (node) => completed(node, added.get(node.name.value), isLeft),
    InterfaceTypeDefinition: (node) => completed(node, added.get(node.name.value), isLeft),
  });
  return { sdl: print(complete), required: { variants, requirements } };
}

/** One for each field and its arguments, on its type and on those that implement it. */
function createVariants(types: ReadonlyMap<string, Composite>) {
  const variants = new Map<string, Variant>();
  const names = new Map<string, string>();
  const added = new Map<string, FieldDefinitionNode[]>();
  /** Fields a subgraph no longer requires under their own name: `GRAPH Type.field`. */
  const replaced = new Set<string>();

  const nameOf = (
    type: Composite,
    { name: { value: field }, arguments: given = [] }: FieldNode,
  ) => {
    const key = `${type.name.value}.${field}(${given.map(print).toSorted().join()})`;
    const name = names.get(key) ?? `${RESERVED}${names.size}`;
    names.set(key, name);
    variants.set(name, { field, arguments: given });
    return name;
  };
  const add = (type: Composite, field: FieldNode, graph: string): string => {
    const name = nameOf(type, field);
    for (const each of [type, ...implementersOf(types, type)]) {
      const of = added.get(each.name.value) ?? [];
      const definition = each.fields?.find((one) => one.name.value === field.name.value);
      if (definition === undefined) continue;
      replaced.add(`${graph} ${each.name.value}.${field.name.value}`);
      const present = of.find((one) => one.name.value === name);
      const isNew = present === undefined;
      const variant = asVariant(present ?? definition, { name, graph, isNew });
      added.set(each.name.value, [...of.filter((one) => one !== present), variant]);
    }
    return name;
  };
  const separate = (
    set: SelectionSetNode,
    type: Composite | undefined,
    graph: string,
  ): SelectionSetNode => ({
    ...set,
    selections: set.selections.map((selection): SelectionNode => {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const inner = types.get(selection.typeCondition?.name.value ?? '') ?? type;
        return { ...selection, selectionSet: separate(selection.selectionSet, inner, graph) };
      }
      if (selection.kind !== Kind.FIELD || type === undefined) return selection;
      const definition = type.fields?.find(({ name }) => name.value === selection.name.value);
      const inner = definition && types.get(namedType(definition));
      const selectionSet = selection.selectionSet && separate(selection.selectionSet, inner, graph);
      const { arguments: given = [], ...rest } = selection;
      const value = given.length === 0 ? selection.name.value : add(type, selection, graph);
      const name = { ...selection.name, value };
      return { ...rest, name, ...(selectionSet === undefined ? {} : { selectionSet }) };
    }),
  });
  return { separate, variants, added, replaced };
}

function textOfSet(set: SelectionSetNode): string {
  return stripIgnoredCharacters(print(set)).replace(/^\{|\}$/g, '');
}

function compositesOf({ definitions }: DocumentNode): Composite[] {
  return definitions.filter(
    (each) =>
      each.kind === Kind.OBJECT_TYPE_DEFINITION || each.kind === Kind.INTERFACE_TYPE_DEFINITION,
  );
}

/** Values of the enum `join__Graph` → names of subgraphs. */
function graphNamesOf({ definitions }: DocumentNode): Map<string, string> {
  const graphs = definitions.find(
    (each) => each.kind === Kind.ENUM_TYPE_DEFINITION && each.name.value === 'join__Graph',
  );
  const values = graphs?.kind === Kind.ENUM_TYPE_DEFINITION ? (graphs.values ?? []) : [];
  return new Map(
    values.map(({ name, directives = [] }) => [
      name.value,
      directives.map((each) => textOf(each, 'name')).find((each) => each !== undefined) ?? '',
    ]),
  );
}

function implementersOf(
  types: ReadonlyMap<string, Composite>,
  { kind, name }: Composite,
): Composite[] {
  if (kind !== Kind.INTERFACE_TYPE_DEFINITION) return [];
  return [...types.values()].filter((each) =>
    each.interfaces?.some((one) => one.name.value === name.value),
  );
}

/** Found where the true field is found; known by its name alone where it is required. */
function asVariant(
  definition: FieldDefinitionNode,
  { name, graph, isNew }: { name: string; graph: string; isNew: boolean },
): FieldDefinitionNode {
  const places = (definition.directives ?? []).filter(
    (each) => each.name.value === 'join__field' && textOf(each, 'graph') !== graph,
  );
  const sources = isNew ? places.filter((each) => !isExternal(each)).map(withoutOverride) : places;
  return {
    kind: Kind.FIELD_DEFINITION,
    name: { kind: Kind.NAME, value: name },
    type: definition.type,
    directives: [...sources, externalIn(graph)],
  };
}

function withoutOverride(directive: ConstDirectiveNode): ConstDirectiveNode {
  const kept = new Set(['graph', 'type', 'requires']);
  return {
    ...directive,
    arguments: (directive.arguments ?? []).filter(({ name }) => kept.has(name.value)),
  };
}

function externalIn(graph: string): ConstDirectiveNode {
  const name = (value: string) => ({ kind: Kind.NAME as const, value });
  return {
    kind: Kind.DIRECTIVE,
    name: name('join__field'),
    arguments: [
      { kind: Kind.ARGUMENT, name: name('graph'), value: { kind: Kind.ENUM, value: graph } },
      { kind: Kind.ARGUMENT, name: name('external'), value: { kind: Kind.BOOLEAN, value: true } },
    ],
  };
}

/** With its variants, and without what would be external in a subgraph for no reason. */
function completed<T extends Composite>(
  node: T,
  variants: readonly FieldDefinitionNode[] = [],
  isLeft: (place: string) => boolean,
): T {
  const fields = (node.fields ?? []).map((field) => ({
    ...field,
    directives: (field.directives ?? []).filter(
      (each) =>
        !isExternal(each) ||
        !isLeft(`${textOf(each, 'graph')} ${node.name.value}.${field.name.value}`),
    ),
  }));
  return { ...node, fields: [...fields, ...variants] };
}

/** Fields that a key, what is provided or required, or an interface of their subgraph needs: `GRAPH Type.field`. */
function plainlyUsed(types: ReadonlyMap<string, Composite>, document: DocumentNode): Set<string> {
  const used = new Set<string>();
  const use = (
    graph: string,
    type: Composite | undefined,
    { selections }: SelectionSetNode,
  ): void => {
    for (const node of selections) {
      if (node.kind === Kind.INLINE_FRAGMENT) {
        use(graph, types.get(node.typeCondition?.name.value ?? '') ?? type, node.selectionSet);
      } else if (node.kind === Kind.FIELD && type !== undefined) {
        for (const each of [type, ...implementersOf(types, type)]) {
          used.add(`${graph} ${each.name.value}.${node.name.value}`);
        }
        const definition = type.fields?.find(({ name }) => name.value === node.name.value);
        const inner = definition && types.get(namedType(definition));
        if (node.selectionSet !== undefined) use(graph, inner, node.selectionSet);
      }
    }
  };
  for (const type of compositesOf(document)) {
    for (const directive of type.directives ?? []) {
      const graph = textOf(directive, 'graph') ?? '';
      const key = textOf(directive, 'key');
      if (key !== undefined) use(graph, type, selectionSetOf(key));
      const contract = types.get(textOf(directive, 'interface') ?? '');
      for (const field of contract?.fields ?? []) {
        if (isIn(field, graph)) used.add(`${graph} ${type.name.value}.${field.name.value}`);
      }
    }
    for (const field of type.fields ?? []) {
      for (const directive of field.directives ?? []) {
        const graph = textOf(directive, 'graph') ?? '';
        const requires = textOf(directive, 'requires');
        if (requires !== undefined) use(graph, type, selectionSetOf(requires));
        const provides = textOf(directive, 'provides');
        if (provides !== undefined)
          use(graph, types.get(namedType(field)), selectionSetOf(provides));
      }
    }
  }
  return used;
}

/** Without a word of where, a field is everywhere its type is. */
function isIn({ directives = [] }: FieldDefinitionNode, graph: string): boolean {
  const places = directives.filter(({ name }) => name.value === 'join__field');
  return places.length === 0 || places.some((each) => textOf(each, 'graph') === graph);
}

function selectionSetOf(text: string): SelectionSetNode {
  const [operation] = parse(`{ ${text} }`, { noLocation: true }).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`Not a selection: ${text}`);
  return operation.selectionSet;
}

function namedType({ type }: FieldDefinitionNode): string {
  let inner = type;
  while (inner.kind !== Kind.NAMED_TYPE) inner = inner.type;
  return inner.name.value;
}

function textOf(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = argumentsOf(directive)[name];
  return typeof value === 'string' ? value : undefined;
}

const isExternal = (directive: ConstDirectiveNode): boolean =>
  argumentsOf(directive)['external'] === true;

function withText(directive: ConstDirectiveNode, name: string, text: string): ConstDirectiveNode {
  return {
    ...directive,
    arguments:
      directive.arguments?.map((each) =>
        each.name.value === name ? { ...each, value: { kind: Kind.STRING, value: text } } : each,
      ) ?? [],
  };
}
