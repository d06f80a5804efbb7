/** The planner's corrections of what goes to a subgraph and of what comes from it. */
import { isAnswer, type Answer } from './answers.ts';
import type { FetchDataRewrite } from './planner.ts';
import type { IsSubtype } from './subtypes.ts';

export type Rewrite = (value: Answer) => void;
type Step = (value: unknown) => void;

const typePrefix = '... on ';

export function compileRewrites(
  rewrites: readonly FetchDataRewrite[] | undefined,
  isSubtype: IsSubtype,
): Rewrite | undefined {
  if (rewrites === undefined || rewrites.length === 0) return undefined;
  const steps = rewrites.map((rewrite) => compileRewrite(rewrite, isSubtype));
  return (value) => {
    for (const step of steps) step(value);
  };
}

function compileRewrite(rewrite: FetchDataRewrite, isSubtype: IsSubtype): Step {
  const path = [...rewrite.path];
  const field = path.pop();
  if (field === undefined || field.startsWith(typePrefix)) {
    throw new Error(`A rewrite ends in no field: ${rewrite.path.join('.')}`);
  }
  return path.reduceRight<Step>(
    (next, element) => compileElement(element, next, isSubtype),
    eachObject(
      rewrite.kind === 'ValueSetter'
        ? (object) => void (object[field] = rewrite.setValueTo)
        : (object) => rename(object, field, rewrite.renameKeyTo),
    ),
  );
}

function compileElement(element: string, next: Step, isSubtype: IsSubtype): Step {
  if (!element.startsWith(typePrefix)) {
    return eachObject((object) => {
      if (Object.hasOwn(object, element)) next(object[element]);
    });
  }
  const condition = element.slice(typePrefix.length);
  return eachObject((object) => {
    const typename = object['__typename'];
    // Without a type name the subgraph was asked for one concrete type: the condition holds.
    if (typeof typename !== 'string' || isSubtype(condition, typename)) next(object);
  });
}

function rename(object: Answer, from: string, to: string): void {
  if (!Object.hasOwn(object, from) || object[from] === undefined) return;
  object[to] = object[from];
  object[from] = undefined;
}

function eachObject(visit: (object: Answer) => void): Step {
  return function each(value) {
    if (Array.isArray(value)) for (const item of value) each(item);
    else if (isAnswer(value)) visit(value);
  };
}

/** Gives error paths the names the client asked by, where a rewrite renamed a field. */
export function compilePathRewrites(
  rewrites: readonly FetchDataRewrite[] | undefined,
): (path: ReadonlyArray<string | number>) => ReadonlyArray<string | number> {
  const renamed = (rewrites ?? [])
    .filter((rewrite) => rewrite.kind === 'KeyRenamer')
    .map((rewrite) => ({
      fields: rewrite.path.filter((element) => !element.startsWith(typePrefix)),
      to: rewrite.renameKeyTo,
    }));
  if (renamed.length === 0) return (path) => path;
  return (path) => {
    const result = [...path];
    for (const { fields, to } of renamed) {
      const at = matchFields(path, fields);
      if (at !== -1) result[at] = to;
    }
    return result;
  };
}

/** Index of the path element that matches the last of `fields`, or -1. */
function matchFields(path: ReadonlyArray<string | number>, fields: readonly string[]): number {
  let matched = 0;
  for (let index = 0; index < path.length; index++) {
    if (typeof path[index] === 'number') continue;
    if (path[index] !== fields[matched]) return -1;
    matched++;
    if (matched === fields.length) return index;
  }
  return -1;
}
