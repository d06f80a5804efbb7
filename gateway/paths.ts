/** Places in a response: a plan's path (`users.@.reviews`) against the data that is there. */
import { isAnswer, type Answer } from './answers.ts';

export type PlanPath = ReadonlyArray<string | number>;
export type ResponsePath = ReadonlyArray<string | number>;

/** Takes the object at a place and returns the one to stand there. */
export type Visit = (target: Answer) => Answer;

/**
 * Calls `visit` once for each object at `path`; lists are entered with or without a `@`. Objects
 * that stand in several places of the data are entered once.
 */
export function eachTarget(root: Answer, path: PlanPath, visit: Visit): void {
  if (path.length === 0) {
    visit(root);
    return;
  }
  const isNested = path.indexOf('@') !== path.lastIndexOf('@');
  walk(root, { path, visit, met: isNested ? [] : undefined }, 0);
}

interface Walk {
  readonly path: PlanPath;
  readonly visit: Visit;
  /** What lists held at each depth of the path, and what stands for it. */
  readonly met: Array<Map<object, object>> | undefined;
}

function walk(value: unknown, context: Walk, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) walkList(value, context, depth);
  else {
    const key = context.path[depth] as string;
    if (!Object.hasOwn(value, key)) return;
    const holder = value as Answer;
    const inner = holder[key];
    if (depth + 1 < context.path.length || Array.isArray(inner)) walk(inner, context, depth + 1);
    else if (typeof inner === 'object' && inner !== null) {
      const standing = context.visit(inner as Answer);
      if (standing !== inner) holder[key] = standing;
    }
  }
}

function walkList(list: unknown[], context: Walk, depth: number): void {
  const { path, met, visit } = context;
  const next = path[depth] === '@' ? depth + 1 : depth;
  const isLast = next === path.length;
  const here = met && (met[next] ??= new Map());
  for (let index = 0; index < list.length; index++) {
    const item = list[index];
    if (typeof item !== 'object' || item === null) continue;
    let standing: object | undefined = here?.get(item);
    if (standing === undefined) {
      if (isLast && !Array.isArray(item)) standing = visit(item as Answer);
      else walk((standing = item), context, next);
      here?.set(item, standing);
    }
    if (standing !== item) list[index] = standing;
  }
}

/** The response paths of all objects at `path` that `wanted` accepts, at most `max`. */
export function placesOf(
  root: unknown,
  path: PlanPath,
  wanted: (target: Answer) => boolean,
  max: number,
): ResponsePath[] {
  const places: ResponsePath[] = [];
  const here: Array<string | number> = [];
  const search = (value: unknown, depth: number): void => {
    if (places.length >= max) return;
    if (Array.isArray(value)) {
      const next = path[depth] === '@' ? depth + 1 : depth;
      value.forEach((item, index) => {
        here.push(index);
        search(item, next);
        here.pop();
      });
    } else if (isAnswer(value)) {
      const key = path[depth];
      if (key === undefined) {
        if (wanted(value)) places.push([...here]);
      } else if (Object.hasOwn(value, key)) {
        here.push(key);
        search(value[key], depth + 1);
        here.pop();
      }
    }
  };
  search(root, 0);
  return places;
}

/** Whether one path leads to or through the other. */
export function pathsMeet(one: ResponsePath, other: ResponsePath): boolean {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) if (one[index] !== other[index]) return false;
  return true;
}
