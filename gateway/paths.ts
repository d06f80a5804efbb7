/** Places in a response: a plan's path (`users.@.reviews`) against the data that is there. */
import { isAnswer, type Answer } from './answers.ts';

export type PlanPath = ReadonlyArray<string | number>;
export type ResponsePath = ReadonlyArray<string | number>;

/**
 * Calls `visit` once for each object at `path`; lists are entered with or without a `@`. Objects
 * that stand in several places of the data are entered once.
 */
export function eachTarget(root: unknown, path: PlanPath, visit: (target: Answer) => void): void {
  const isNested = path.indexOf('@') !== path.lastIndexOf('@');
  walk(root, path, 0, isNested ? [] : undefined, visit);
}

function walk(
  value: unknown,
  path: PlanPath,
  depth: number,
  /** What lists held at each depth of the path. */
  met: Array<Set<unknown>> | undefined,
  visit: (target: Answer) => void,
): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    const next = path[depth] === '@' ? depth + 1 : depth;
    const here = met && (met[next] ??= new Set());
    for (let index = 0; index < value.length; index++) {
      const item = value[index];
      if (here !== undefined) {
        if (here.has(item)) continue;
        here.add(item);
      }
      walk(item, path, next, met, visit);
    }
    return;
  }
  if (depth === path.length) {
    visit(value as Answer);
    return;
  }
  const key = path[depth] as string;
  if (Object.hasOwn(value, key)) walk((value as Answer)[key], path, depth + 1, met, visit);
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
  const walk = (value: unknown, depth: number): void => {
    if (places.length >= max) return;
    if (Array.isArray(value)) {
      const next = path[depth] === '@' ? depth + 1 : depth;
      value.forEach((item, index) => {
        here.push(index);
        walk(item, next);
        here.pop();
      });
    } else if (isAnswer(value)) {
      const key = path[depth];
      if (key === undefined) {
        if (wanted(value)) places.push([...here]);
      } else if (Object.hasOwn(value, key)) {
        here.push(key);
        walk(value[key], depth + 1);
        here.pop();
      }
    }
  };
  walk(root, 0);
  return places;
}

/** Whether one path leads to or through the other. */
export function pathsMeet(one: ResponsePath, other: ResponsePath): boolean {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) if (one[index] !== other[index]) return false;
  return true;
}
