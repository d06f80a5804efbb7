/**
 * What the supergraph says about its own costs: `@cost` and `@listSize` of demand control, under
 * whatever names the supergraph links them.
 */
import {
  Kind,
  isAbstractType,
  parse,
  print,
  visit,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { argumentsOf } from './directives.ts';

export interface ListSize {
  readonly assumedSize: number | undefined;
  /** Arguments that hold the size, each a path such as `filter.first`. */
  readonly slicingArguments: readonly (readonly string[])[];
  /** Fields of the object below that have the size, in place of the field itself. */
  readonly sizedFields: ReadonlySet<string>;
  readonly requireOneSlicingArgument: boolean;
}

export interface CostRules {
  /** Of one object or value of the type; of an abstract type that of its dearest member. */
  weightOfType(type: GraphQLNamedType): number | undefined;
  /** In place of the weight of its type. */
  weightOfField(parent: GraphQLCompositeType, field: string): number | undefined;
  weightOfArgument(
    parent: GraphQLCompositeType,
    field: string,
    argument: string,
  ): number | undefined;
  weightOfInputField(input: string, field: string): number | undefined;
  /** Several where an interface leaves them to its members. */
  sizesOf(parent: GraphQLCompositeType, field: string): readonly ListSize[];
}

interface Tables {
  /** By type, `Type.field` and `Type.field(argument)`. */
  readonly weights: Map<string, number>;
  /** By `Type.field`. */
  readonly sizes: Map<string, ListSize>;
}

const COST_SPEC = /^https:\/\/specs\.apollo\.dev\/cost\/v\d+\.\d+$/;

/** A supergraph that does not link the specification has no rules, whatever its directives are called. */
export function readCostRules(sdl: string, schema: GraphQLSchema): CostRules {
  const document = parse(sdl, { noLocation: true });
  const names = linkedNames(document);
  const { weights, sizes } = names === undefined ? noTables() : readTables(document, names);
  /** The type itself, and for an abstract one all that it may be. */
  const membersOf = (type: GraphQLNamedType): readonly string[] =>
    isAbstractType(type)
      ? [type.name, ...schema.getPossibleTypes(type).map(({ name }) => name)]
      : [type.name];
  const dearest = (keys: readonly string[]): number | undefined => {
    const found = keys.flatMap((key) => weights.get(key) ?? []);
    return found.length === 0 ? undefined : Math.max(...found);
  };
  return {
    weightOfType: (type) => dearest(membersOf(type)),
    weightOfField: (parent, field) => dearest(membersOf(parent).map((name) => `${name}.${field}`)),
    weightOfArgument: (parent, field, argument) =>
      dearest(membersOf(parent).map((name) => `${name}.${field}(${argument})`)),
    weightOfInputField: (input, field) => weights.get(`${input}.${field}`),
    sizesOf: (parent, field) =>
      membersOf(parent).flatMap((name) => sizes.get(`${name}.${field}`) ?? []),
  };
}

/**
 * The supergraph for a planner that has no use for its rules: Apollo's takes a path such as
 * `filter.first`, which other composers let pass, for a broken supergraph.
 */
export function withoutCostRules(sdl: string): string {
  const document = parse(sdl, { noLocation: true });
  const names = linkedNames(document);
  if (names === undefined) return sdl;
  const dropped = new Set([names.cost, names.listSize]);
  return print(
    visit(document, { Directive: ({ name }) => (dropped.has(name.value) ? null : undefined) }),
  );
}

const noTables = (): Tables => ({ weights: new Map(), sizes: new Map() });

interface Names {
  readonly cost: string;
  readonly listSize: string;
}

function linkedNames({ definitions }: DocumentNode): Names | undefined {
  for (const node of definitions) {
    if (node.kind !== Kind.SCHEMA_DEFINITION && node.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const directive of node.directives ?? []) {
      const link = argumentsOf(directive);
      if (directive.name.value !== 'link' || !COST_SPEC.test(String(link['url']))) continue;
      const feature = typeof link['as'] === 'string' ? link['as'] : 'cost';
      const imported = importsOf(link['import']);
      return {
        // A directive called like its feature needs no import.
        cost: imported.get('@cost') ?? feature,
        listSize: imported.get('@listSize') ?? `${feature}__listSize`,
      };
    }
  }
  return undefined;
}

function importsOf(given: unknown): ReadonlyMap<string, string> {
  const imports = new Map<string, string>();
  for (const each of Array.isArray(given) ? (given as unknown[]) : []) {
    const { name, as = name } =
      typeof each === 'string' ? { name: each } : (each as { name: string; as?: string });
    imports.set(name, as.replace(/^@/, ''));
  }
  return imports;
}

function readTables({ definitions }: DocumentNode, names: Names): Tables {
  const tables = noTables();
  const { weights } = tables;
  const weigh = (key: string, directives: readonly ConstDirectiveNode[] | undefined): void => {
    const cost = directives?.find(({ name }) => name.value === names.cost);
    if (cost !== undefined) weights.set(key, Number(argumentsOf(cost)['weight']));
  };
  for (const node of definitions) {
    if (!('name' in node) || node.name === undefined) continue;
    if (node.kind === Kind.DIRECTIVE_DEFINITION) continue;
    if ('directives' in node) weigh(node.name.value, node.directives as ConstDirectiveNode[]);
    if (!('fields' in node)) continue;
    for (const field of node.fields ?? []) {
      const coordinate = `${node.name.value}.${field.name.value}`;
      weigh(coordinate, field.directives);
      if (field.kind !== Kind.FIELD_DEFINITION) continue;
      for (const argument of field.arguments ?? []) {
        weigh(`${coordinate}(${argument.name.value})`, argument.directives);
      }
      const size = sizeOf(field, names);
      if (size !== undefined) tables.sizes.set(coordinate, size);
    }
  }
  return tables;
}

function sizeOf({ directives }: FieldDefinitionNode, names: Names): ListSize | undefined {
  const directive = directives?.find(({ name }) => name.value === names.listSize);
  if (directive === undefined) return undefined;
  const given = argumentsOf(directive);
  const assumed = given['assumedSize'];
  return {
    assumedSize: typeof assumed === 'number' ? assumed : undefined,
    slicingArguments: textsOf(given['slicingArguments']).map((path) => path.split('.')),
    sizedFields: new Set(textsOf(given['sizedFields'])),
    requireOneSlicingArgument: given['requireOneSlicingArgument'] !== false,
  };
}

const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
