/** Answers of subgraphs as they lie in memory, and how several become one. */

import type { IsSubtype } from './subtypes.ts';

export type Answer = Record<string, unknown>;

export function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Adds everything of `source` to `target`. Parts are taken over by reference: two places that
 * received the same entity share what is below it, and later merges there are idempotent. A subgraph
 * that knows an interface as an object names that as its type; what is known better stays.
 */
export function mergeAnswer(target: Answer, source: Answer, isSubtype: IsSubtype): void {
  for (const key in source) {
    const value = source[key];
    // A remote subgraph's JSON may name a key `__proto__`; assigning it would swap the prototype.
    if (value === undefined || key === '__proto__') continue;
    const present = target[key];
    if (typeof value !== 'object' || value === null || typeof present !== 'object') {
      if (present === undefined || key !== '__typename') target[key] = value;
      else if (!isSubtype(value as string, present as string)) target[key] = value;
    } else if (present === null || present === value) {
      target[key] = value;
    } else if (Array.isArray(value)) {
      if (Array.isArray(present) && present.length === value.length) {
        mergeLists(present, value, isSubtype);
      } else target[key] = value;
    } else {
      mergeAnswer(present as Answer, value as Answer, isSubtype);
    }
  }
}

function mergeLists(target: unknown[], source: readonly unknown[], isSubtype: IsSubtype): void {
  for (let index = 0; index < source.length; index++) {
    const present = target[index];
    const value = source[index];
    if (isAnswer(present) && isAnswer(value)) mergeAnswer(present, value, isSubtype);
    else if (Array.isArray(present) && Array.isArray(value) && present.length === value.length) {
      mergeLists(present, value, isSubtype);
    } else target[index] = value;
  }
}
