/**
 * Bounds of a document's shape and of its input. What a document asks for counts where a fragment
 * is used, not where it is written.
 */
import {
  GraphQLError,
  Kind,
  parse,
  visit,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import type { Limits } from './limits.ts';
import { refused } from './refusals.ts';

interface Shape {
  depth: number;
  aliases: number;
  directives: number;
  fragments: number;
  rootFields: number;
}

const PAGE_ARGUMENTS = new Set(['first', 'last']);
const LONG_TEXTS = /reason|note|text|body|message|comment|description/i;

/** Parses within the token limit. @throws `TOKEN_LIMIT` or `GRAPHQL_PARSE_FAILED`. */
export function parseDocument(text: string, limits: Limits): DocumentNode {
  try {
    return parse(text, { maxTokens: limits.tokensMax, noLocation: true });
  } catch (error) {
    if (error instanceof GraphQLError && error.message.includes('tokens. Parsing aborted')) {
      throw refused('TOKEN_LIMIT', `A document has at most ${limits.tokensMax} tokens.`);
    }
    throw refused('GRAPHQL_PARSE_FAILED', 'The document is not valid GraphQL.');
  }
}

/** Refuses a document by its shape and its literals alone, in time linear to its length. */
export function checkDocument(document: DocumentNode, limits: Limits): void {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    }
  }
  const measure = measurer(fragments, limits);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const shape = measure(definition.selectionSet);
    shape.directives += count(definition.directives);
    for (const variable of definition.variableDefinitions ?? []) {
      shape.directives += count(variable.directives);
    }
    shape.fragments = Math.max(shape.fragments, fragments.size);
    checkShape(shape, limits);
  }
  checkRepetition(document, fragments, limits);
  checkLiterals(document, limits);
}

function refuse(code: string, what: string, max: number): never {
  throw refused(code, `An operation has at most ${max} ${what}.`);
}

function checkShape(shape: Shape, limits: Limits): void {
  if (shape.rootFields > limits.rootFieldsMax && shape.aliases <= limits.aliasesMax) {
    refuse('ROOT_FIELD_LIMIT', 'root fields', limits.rootFieldsMax);
  }
  if (shape.aliases > limits.aliasesMax) refuse('ALIAS_LIMIT', 'aliases', limits.aliasesMax);
  if (shape.depth > limits.depthMax) {
    refuse('DEPTH_LIMIT', 'levels of fields', limits.depthMax);
  }
  if (shape.directives > limits.directivesMax) {
    refuse('DIRECTIVE_LIMIT', 'directives', limits.directivesMax);
  }
  if (shape.fragments > limits.fragmentsMax) {
    refuse('FRAGMENT_LIMIT', 'fragments', limits.fragmentsMax);
  }
}

/**
 * Validation compares each field with every other of its name at the same place: a short document can
 * ask for a hundred thousand comparisons. What is counted here takes a step each, and ends in time.
 */
function checkRepetition(
  { definitions }: DocumentNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  limits: Limits,
): void {
  let left = limits.comparisonsMax;
  // A level takes two tokens; only a cycle of fragments goes deeper, which validation refuses.
  const levelsMax = limits.tokensMax / 2;
  const merge = (sets: readonly SelectionSetNode[], level: number): void => {
    const places = new Map<string, { count: number; below: SelectionSetNode[] }>();
    const spread = new Set<string>();
    const collect = ({ selections }: SelectionSetNode): void => {
      for (const selection of selections) {
        if (selection.kind === Kind.INLINE_FRAGMENT) {
          collect(selection.selectionSet);
        } else if (selection.kind === Kind.FIELD) {
          const key = (selection.alias ?? selection.name).value;
          const place = places.get(key) ?? { count: 0, below: [] };
          if ((left -= 1 + place.count) < 0) {
            throw refused('BAD_USER_INPUT', 'A document asks for the same fields too often.');
          }
          place.count += 1;
          if (selection.selectionSet !== undefined) place.below.push(selection.selectionSet);
          places.set(key, place);
        } else if (!spread.has(selection.name.value)) {
          spread.add(selection.name.value);
          const fragment = fragments.get(selection.name.value);
          if (fragment !== undefined) collect(fragment.selectionSet);
        }
      }
    };
    for (const set of sets) collect(set);
    if (level >= levelsMax) return;
    for (const { below } of places.values()) if (below.length > 0) merge(below, level + 1);
  };
  for (const definition of definitions) {
    if ('selectionSet' in definition) merge([definition.selectionSet], 1);
  }
}

function empty(): Shape {
  return { depth: 0, aliases: 0, directives: 0, fragments: 0, rootFields: 0 };
}

/** Each fragment is measured once; doubling chains of fragments cost nothing but numbers. */
function measurer(fragments: ReadonlyMap<string, FragmentDefinitionNode>, limits: Limits) {
  const measured = new Map<string, Shape>();

  const ofFragment = (name: string): Shape => {
    const known = measured.get(name);
    if (known !== undefined) return known;
    // A cycle counts as nothing here: validation refuses it by name.
    measured.set(name, empty());
    const fragment = fragments.get(name);
    if (fragment === undefined) return empty();
    const shape = ofSelections(fragment.selectionSet);
    shape.directives += count(fragment.directives);
    measured.set(name, shape);
    return shape;
  };

  const ofSelections = ({ selections }: SelectionSetNode): Shape => {
    const total = empty();
    for (const selection of selections) {
      total.directives += count(selection.directives);
      if (selection.kind === Kind.FIELD) {
        total.rootFields += 1;
        if (selection.alias !== undefined) total.aliases += 1;
        const below = selection.selectionSet && ofSelections(selection.selectionSet);
        const name = selection.name.value;
        const allowance =
          name === '__schema' || name === '__type'
            ? limits.introspectionDepthMax - limits.depthMax
            : 0;
        total.depth = Math.max(total.depth, 1 + Math.max(0, (below?.depth ?? 0) - allowance));
        if (below !== undefined) add(total, below);
        continue;
      }
      total.fragments += 1;
      const below =
        selection.kind === Kind.INLINE_FRAGMENT
          ? ofSelections(selection.selectionSet)
          : ofFragment(selection.name.value);
      total.depth = Math.max(total.depth, below.depth);
      total.rootFields += below.rootFields;
      add(total, below);
    }
    return total;
  };
  return ofSelections;
}

function add(total: Shape, below: Shape): void {
  total.aliases += below.aliases;
  total.directives += below.directives;
  total.fragments += below.fragments;
}

function count(directives: readonly DirectiveNode[] | undefined): number {
  return directives?.length ?? 0;
}

function checkLiterals(document: DocumentNode, limits: Limits): void {
  visit(document, {
    Field({ alias }) {
      // The gateway selects fields of its own under such names.
      if (alias?.value.startsWith('__') === true) {
        throw refused('BAD_USER_INPUT', 'Aliases do not begin with two underscores.');
      }
    },
    VariableDefinition({ variable, defaultValue }) {
      if (defaultValue !== undefined) checkLiteral(variable.name.value, defaultValue, limits, 0);
    },
    Argument({ name, value }) {
      checkLiteral(name.value, value, limits, 0);
      if (PAGE_ARGUMENTS.has(name.value) && value.kind === Kind.INT) {
        checkPageSize(Number(value.value), limits);
      }
    },
  });
}

function checkLiteral(name: string, value: ValueNode, limits: Limits, depth: number): void {
  if (depth > limits.inputDepthMax) throw tooDeep(limits);
  if (value.kind === Kind.STRING) checkText(name, value.value, limits);
  else if (value.kind === Kind.LIST) {
    if (value.values.length > limits.listLengthMax) throw tooLong(limits);
    for (const each of value.values) checkLiteral(name, each, limits, depth + 1);
  } else if (value.kind === Kind.OBJECT) {
    for (const field of value.fields) {
      checkLiteral(field.name.value, field.value, limits, depth + 1);
    }
  }
}

/** `first` and `last` are 1 to the page size, in whatever form they were given. */
export function checkPageSize(size: unknown, limits: Limits): void {
  if (size === null || size === undefined) return;
  if (typeof size === 'number' && Number.isInteger(size) && size >= 1) {
    if (size <= limits.pageSizeMax) return;
  }
  throw refused('BAD_USER_INPUT', `A page has 1 to ${limits.pageSizeMax} entries.`);
}

/** Bounds on what variables carry: text lengths, list lengths, depth and size altogether. */
export function checkVariables(variables: Readonly<Record<string, unknown>>, limits: Limits): void {
  let nodes = 0;
  const check = (name: string, value: unknown, depth: number): void => {
    if ((nodes += 1) > limits.inputNodesMax) {
      throw refused('BAD_USER_INPUT', 'The variables hold too many values.');
    }
    if (typeof value === 'string') return checkText(name, value, limits);
    if (typeof value !== 'object' || value === null) return;
    if (depth >= limits.inputDepthMax) throw tooDeep(limits);
    if (Array.isArray(value)) {
      if (value.length > limits.listLengthMax) throw tooLong(limits);
      for (const each of value) check(name, each, depth + 1);
    } else {
      for (const [key, each] of Object.entries(value)) check(key, each, depth + 1);
    }
  };
  for (const name in variables) check(name, variables[name], 0);
}

function checkText(name: string, text: string, limits: Limits): void {
  const max = LONG_TEXTS.test(name) ? limits.textLengthMax : limits.stringLengthMax;
  // The database stores no such text: what comes with one is no honest input.
  if (text.includes('\0')) throw refused('BAD_USER_INPUT', 'A text holds no NUL character.');
  if (text.length > max) throw refused('BAD_USER_INPUT', `A text has at most ${max} characters.`);
}

function tooLong(limits: Limits): GraphQLError {
  return refused('BAD_USER_INPUT', `A list has at most ${limits.listLengthMax} entries.`);
}

function tooDeep(limits: Limits): GraphQLError {
  return refused('BAD_USER_INPUT', `An input nests at most ${limits.inputDepthMax} levels.`);
}
