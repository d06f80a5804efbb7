/**
 * The client's operation compiled against the API schema to closures that emit JSON text. Only
 * what the client asked for and the API schema allows gets through, whatever the fetches brought.
 *
 * A closure returns the text of its value; `bubble` instead of a text means that a null met a
 * non-null type and the parent has to become null. Paths are kept nowhere: a fault collects its
 * own on the way up.
 */
import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type DocumentNode,
  type FieldNode,
  type GraphQLError,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { isAnswer, type Answer } from './answers.ts';
import { addFault, locate, reportFaults, type Fault } from './faults.ts';
import { leafWriter } from './leaves.ts';
import { compileIntrospection } from './meta-fields.ts';
import {
  collectFields,
  isPossible,
  variants,
  type OperationParts,
  type SelectionScope,
} from './selections.ts';
import type { RequestContext, Variables } from './transports/transport.ts';

/** Decides on one fetched object whether this caller may see it at all. */
export type Guard = (object: Answer, request: RequestContext) => boolean;

export interface WriterOptions extends OperationParts {
  readonly document: DocumentNode;
  readonly schema: GraphQLSchema;
  /** What `__schema` and `__type` tell. */
  readonly introspectionSchema: GraphQLSchema;
  readonly guards: ReadonlyMap<string, Guard>;
  /** Fields of `document` that were not fetched because the caller may not read them. */
  readonly denied: ReadonlySet<FieldNode>;
  readonly onDenied?: ((typename: string, request: RequestContext) => void) | undefined;
}

export interface WriterInput {
  readonly data: Answer;
  /** Raw, as the client sent them, for introspection. */
  readonly variables: Variables;
  readonly conditions: Variables;
  readonly request: RequestContext;
  /** Errors of the fetches; those of writing are added. */
  readonly errors: GraphQLError[];
}

/** The JSON text of `data`. */
export type Writer = (input: WriterInput) => string;

interface Writing extends WriterInput {
  readonly faults: Fault[];
  /** Texts of objects that a place met before, by the place's slot. */
  readonly textSlots: Array<Map<Answer, string> | undefined>;
}

type Write = (value: unknown, writing: Writing) => string;

interface FieldWriter {
  readonly name: string;
  /** `"name":` */
  readonly prefix: string;
  readonly write: Write;
  /** The name is also a property of every object, as `constructor` is. */
  readonly isInherited: boolean;
}

interface Compilation extends WriterOptions {
  readonly scope: SelectionScope;
  readonly nextSlot: () => number;
  /** Lists around the place being compiled. */
  readonly lists: number;
}

type WriteObject = (object: Answer, writing: Writing) => string;

const bubble = '';

export function compileWriter(options: WriterOptions): Writer {
  const { schema, operation, fragments, document } = options;
  const rootType = schema.getRootType(operation.operation);
  if (rootType == null) throw new Error(`The schema has no ${operation.operation} type.`);
  let slots = 0;
  const variant = variants(document, (conditions) => {
    const scope = { schema, fragments, variables: conditions };
    const compilation = { ...options, scope, nextSlot: () => slots++, lists: 0 };
    return compileObject(compilation, rootType, [operation.selectionSet]);
  });
  return (input) => {
    const writing: Writing = { ...input, faults: [], textSlots: [] };
    const text = variant(input.conditions)(input.data, writing);
    if (writing.faults.length > 0) reportFaults(writing);
    return text;
  };
}

function compileObject(
  compilation: Compilation,
  type: GraphQLCompositeType,
  selectionSets: readonly SelectionSetNode[],
): WriteObject {
  const fields = compileFields(compilation, type, selectionSets);
  const guard = compilation.guards.get(type.name);
  const { onDenied } = compilation;
  const writeObject: WriteObject = (object, writing) => {
    const { faults } = writing;
    if (guard !== undefined && !guard(object, writing.request)) {
      onDenied?.(type.name, writing.request);
      addFault(writing, 'NOT_FOUND', 'Not found.');
      return 'null';
    }
    let text = '{';
    for (let index = 0; index < fields.length; index++) {
      const { name, prefix, write, isInherited } = fields[index] as FieldWriter;
      const value = isInherited && !Object.hasOwn(object, name) ? undefined : object[name];
      const before = faults.length;
      const part = write(value, writing);
      if (faults.length !== before) locate(faults, before, name);
      if (part === bubble) return 'null';
      text += index === 0 ? prefix + part : `,${prefix}${part}`;
    }
    return `${text}}`;
  };
  return compilation.lists < 2 ? writeObject : rememberTexts(writeObject, compilation.nextSlot());
}

/** Lists within lists hold many entities more than once; what has faults names its place. */
function rememberTexts(writeObject: WriteObject, slot: number): WriteObject {
  return (object, writing) => {
    const texts = (writing.textSlots[slot] ??= new Map());
    let text = texts.get(object);
    if (text !== undefined) return text;
    const before = writing.faults.length;
    text = writeObject(object, writing);
    if (writing.faults.length === before) texts.set(object, text);
    return text;
  };
}

function compileFields(
  compilation: Compilation,
  type: GraphQLCompositeType,
  selectionSets: readonly SelectionSetNode[],
): FieldWriter[] {
  const collected = collectFields(compilation.scope, type, selectionSets);
  return [...collected].map(([name, nodes]) => ({
    name,
    prefix: `${JSON.stringify(name)}:`,
    write: compileField(compilation, type, name, nodes),
    isInherited: name in Object.prototype,
  }));
}

function compileField(
  compilation: Compilation,
  type: GraphQLCompositeType,
  name: string,
  nodes: readonly FieldNode[],
): Write {
  const node = nodes[0] as FieldNode;
  const fieldName = node.name.value;
  if (fieldName === '__typename') {
    // A reference whose concrete type no subgraph told cannot be named.
    return isObjectType(type) ? () => `"${type.name}"` : () => bubble;
  }
  if (fieldName === '__schema' || fieldName === '__type') {
    const answer = compileIntrospection(compilation, name, nodes);
    return (_value, { variables }) => answer(variables);
  }
  const field = 'getFields' in type ? type.getFields()[fieldName] : undefined;
  if (field === undefined) throw new Error(`${type.name} has no field ${fieldName}.`);
  if (compilation.denied.has(node)) return compileDenied(field.type);
  const selectionSets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  return compileType(compilation, field.type, selectionSets, `${type.name}.${fieldName}`);
}

function compileDenied(type: GraphQLOutputType): Write {
  const text = isNonNullType(type) ? bubble : 'null';
  return (_value, writing) => {
    addFault(writing, 'FORBIDDEN', 'Not allowed.');
    return text;
  };
}

function compileType(
  compilation: Compilation,
  type: GraphQLOutputType,
  selectionSets: readonly SelectionSetNode[],
  coordinate: string,
): Write {
  if (isNonNullType(type)) {
    const write = compileType(compilation, type.ofType, selectionSets, coordinate);
    const message = `Cannot return null for non-nullable field ${coordinate}.`;
    return (value, writing) => {
      const before = writing.faults.length;
      const text = write(value, writing);
      if (text !== 'null') return text;
      if (writing.faults.length === before) addFault(writing, 'NULL_VIOLATION', message);
      return bubble;
    };
  }
  const invalid = `Invalid value for ${coordinate}.`;
  if (isListType(type)) {
    const inner = { ...compilation, lists: compilation.lists + 1 };
    return compileList(compileType(inner, type.ofType, selectionSets, coordinate), invalid);
  }
  if (isLeafType(type)) {
    const write = leafWriter(type);
    return (value, writing) => {
      if (value === null || value === undefined) return 'null';
      const text = write(value);
      if (text !== undefined) return text;
      addFault(writing, 'INVALID_VALUE', invalid);
      return 'null';
    };
  }
  return compileComposite(compilation, getNamedType(type), selectionSets, invalid);
}

function compileList(write: Write, invalid: string): Write {
  return (value, writing) => {
    if (value === null || value === undefined) return 'null';
    if (!Array.isArray(value)) {
      addFault(writing, 'INVALID_VALUE', invalid);
      return 'null';
    }
    const { faults } = writing;
    let text = '[';
    for (let index = 0; index < value.length; index++) {
      const before = faults.length;
      const part = write(value[index], writing);
      if (faults.length !== before) locate(faults, before, index);
      if (part === bubble) return 'null';
      text += index === 0 ? part : `,${part}`;
    }
    return `${text}]`;
  };
}

function compileComposite(
  compilation: Compilation,
  type: GraphQLOutputType,
  selectionSets: readonly SelectionSetNode[],
  invalid: string,
): Write {
  if (!isCompositeType(type)) throw new Error(`${String(type)} cannot be selected from.`);
  const writeObject = isAbstractType(type)
    ? compileAbstract(compilation, type, selectionSets, invalid)
    : lazily(() => compileObject(compilation, type, selectionSets));
  return (value, writing) => {
    if (value === null || value === undefined) return 'null';
    if (isAnswer(value)) return writeObject(value, writing);
    addFault(writing, 'INVALID_VALUE', invalid);
    return 'null';
  };
}

/** Fragments multiply the places of an operation; most of them are never reached by data. */
function lazily(compile: () => WriteObject): WriteObject {
  let write: WriteObject | undefined;
  return (object, writing) => (write ??= compile())(object, writing);
}

function compileAbstract(
  compilation: Compilation,
  type: GraphQLCompositeType,
  selectionSets: readonly SelectionSetNode[],
  invalid: string,
): WriteObject {
  const { schema, guards } = compilation;
  const writers = new Map<string, WriteObject>();
  const isGuarded = ({ name }: GraphQLObjectType): boolean => guards.has(name);
  const compile = (typename: string): WriteObject | undefined => {
    const runtime = schema.getType(typename);
    if (!isCompositeType(runtime) || !isPossible(schema, type, runtime)) return undefined;
    // An object that names only an interface could be of a guarded type: fail closed.
    if (isAbstractType(runtime) && schema.getPossibleTypes(runtime).some(isGuarded)) {
      return undefined;
    }
    const write = compileObject(compilation, runtime, selectionSets);
    writers.set(typename, write);
    return write;
  };
  return (object, writing) => {
    const told = object['__typename'];
    const typename = typeof told === 'string' ? told : type.name;
    const write = writers.get(typename) ?? compile(typename);
    if (write !== undefined) return write(object, writing);
    addFault(writing, 'INVALID_VALUE', invalid);
    return 'null';
  };
}
