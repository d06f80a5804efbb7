/**
 * What a plan's `requires` takes from the data to name entities to another subgraph. Equal
 * representations are sent once; `slots` says which answer belongs to which target.
 */
import { isAnswer, mergeAnswer, type Answer } from './answers.ts';
import type { QueryPlanSelectionNode } from './planner.ts';
import type { IsSubtype } from './subtypes.ts';

export interface Representations {
  readonly list: Answer[];
  /** The first target of each. */
  readonly firsts: Answer[];
  readonly targets: Answer[];
  /** Index into `list` for each target. */
  readonly slots: number[];
}

/**
 * Adds a target and returns the object to stand in its place: itself, or its equal that came
 * before. A target that lacks a required field cannot be asked for and is left out.
 */
export type AddTarget = (target: Answer) => Answer;

interface Shape {
  /** Response names besides `__typename`, when none has a selection of its own. */
  readonly flat: readonly string[] | null;
  /** Targets with equal representations are equal in everything. */
  readonly isUniform: boolean;
  readonly selections: readonly QueryPlanSelectionNode[];
}

export interface Requirements {
  gather(): { readonly add: AddTarget; readonly gathered: Representations };
}

export interface RequirementOptions {
  readonly isSubtype: IsSubtype;
  /** What the targets consist of, where that is nothing but leaves. */
  readonly uniformLeaves?: ReadonlySet<string> | undefined;
  /**
   * Parts of the fetch depend on a condition: what they alone require may not have been fetched, and
   * the target is asked for the rest.
   */
  readonly isConditional?: boolean | undefined;
}

export function compileRequirements(
  requires: readonly QueryPlanSelectionNode[],
  { isSubtype, uniformLeaves, isConditional = false }: RequirementOptions,
): Requirements {
  const strict: Reading = { isSubtype, isLenient: false };
  const lenient: Reading = { isSubtype, isLenient: true };
  const shapes = new Map<string, Shape>();
  const shapeOf = (typename: string): Shape => {
    let shape = shapes.get(typename);
    if (shape === undefined) {
      const selections = applicable(requires, typename, isSubtype);
      const flat = flatNames(selections);
      const isUniform = uniformLeaves !== undefined && consistsOf(uniformLeaves, flat ?? []);
      shapes.set(typename, (shape = { flat, isUniform, selections }));
    }
    return shape;
  };
  return {
    gather: () => {
      const gathered: Representations = { list: [], firsts: [], targets: [], slots: [] };
      const seen = new Map<string, Map<unknown, number>>();
      const add = (target: Answer): Answer => {
        const typename = target['__typename'];
        if (typeof typename !== 'string') return target;
        const shape = shapeOf(typename);
        let nested = shape.flat === null ? represent(target, shape.selections, strict) : undefined;
        let key = shape.flat === null ? nestedKey(nested) : flatKey(target, shape.flat);
        const isPartial = key === undefined && isConditional;
        if (isPartial) key = nestedKey((nested = represent(target, requires, lenient)));
        if (key === undefined) return target;
        const kind = typeof key === 'object' ? '{}' : isPartial ? '?' : '';
        const bucket = kind === '' ? typename : `${typename}${kind}`;
        let slots = seen.get(bucket);
        if (slots === undefined) seen.set(bucket, (slots = new Map()));
        const text = typeof key === 'object' ? JSON.stringify(key) : key;
        let slot = slots.get(text);
        if (slot === undefined) {
          slots.set(text, (slot = gathered.list.length));
          gathered.list.push(nested ?? flatRepresentation(target, typename, shape.flat ?? []));
          gathered.firsts.push(target);
        } else if (shape.isUniform && !isPartial) {
          return gathered.firsts[slot] as Answer;
        }
        gathered.targets.push(target);
        gathered.slots.push(slot);
        return target;
      };
      return { add, gathered };
    },
  };
}

function consistsOf(leaves: ReadonlySet<string>, names: readonly string[]): boolean {
  for (const leaf of leaves) if (leaf !== '__typename' && !names.includes(leaf)) return false;
  return true;
}

/** The selections that hold for one runtime type, without the fragments around them. */
function applicable(
  selections: readonly QueryPlanSelectionNode[],
  typename: string,
  isSubtype: IsSubtype,
): QueryPlanSelectionNode[] {
  return selections.flatMap((selection) => {
    if (selection.kind === 'Field') return [selection];
    const { typeCondition } = selection;
    if (typeCondition !== undefined && !isSubtype(typeCondition, typename)) return [];
    return applicable(selection.selections, typename, isSubtype);
  });
}

function flatNames(selections: readonly QueryPlanSelectionNode[]): string[] | null {
  const names = new Set<string>();
  for (const selection of selections) {
    if (selection.kind !== 'Field' || selection.selections !== undefined) return null;
    names.add(selection.alias ?? selection.name);
  }
  // Without `__typename` among the required fields there is nothing to ask for.
  if (!names.delete('__typename')) return null;
  return [...names];
}

function flatKey(target: Answer, names: readonly string[]): unknown {
  if (names.length === 1) return target[names[0] as string];
  let key = '';
  for (const name of names) {
    const value = target[name];
    if (value === undefined) return undefined;
    key +=
      typeof value === 'string' ? `${value.length}:${value}` : `${JSON.stringify(value) ?? ''};`;
  }
  return key;
}

function flatRepresentation(target: Answer, typename: string, names: readonly string[]): Answer {
  const representation: Answer = { __typename: typename };
  for (const name of names) representation[name] = target[name];
  return representation;
}

function nestedKey(representation: Answer | null | undefined): string | undefined {
  return representation?.['__typename'] === undefined ? undefined : JSON.stringify(representation);
}

interface Reading {
  readonly isSubtype: IsSubtype;
  /** A fragment that cannot be filled is left out instead of the whole. */
  readonly isLenient: boolean;
}

function represent(
  source: Answer,
  selections: readonly QueryPlanSelectionNode[],
  reading: Reading,
): Answer | null {
  const result: Answer = {};
  for (const selection of selections) {
    if (selection.kind === 'InlineFragment') {
      const { typeCondition } = selection;
      const typename = source['__typename'];
      if (typeCondition !== undefined) {
        if (typeof typename !== 'string' || !reading.isSubtype(typeCondition, typename)) continue;
      }
      const part = represent(source, selection.selections, reading);
      if (part !== null) mergeAnswer(result, part, reading.isSubtype);
      else if (!reading.isLenient) return null;
      continue;
    }
    const name = selection.alias ?? selection.name;
    const value = source[name];
    if (value === undefined) return null;
    const { selections: inner } = selection;
    if (inner === undefined) {
      result[name] = value;
    } else {
      const part = representValue(value, inner, reading);
      const present = result[name];
      if (isAnswer(present) && isAnswer(part)) mergeAnswer(present, part, reading.isSubtype);
      else result[name] = part;
    }
  }
  return result;
}

function representValue(
  value: unknown,
  selections: readonly QueryPlanSelectionNode[],
  reading: Reading,
): unknown {
  if (Array.isArray(value)) return value.map((item) => representValue(item, selections, reading));
  return isAnswer(value) ? represent(value, selections, reading) : null;
}
