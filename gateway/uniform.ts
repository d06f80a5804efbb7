/**
 * Which places of a response hold nothing but what names an entity. Two objects there with equal
 * representations are equal altogether, so one can stand for both: it is completed once, followed
 * once and written once, however many places it has.
 *
 * Fields that entity fetches add at the place itself do not matter: they depend on the
 * representation alone.
 */
import { Kind, parse, type SelectionSetNode } from 'graphql';
import type { PlanPath } from './paths.ts';
import type { FetchNode, PlanNode } from './planner.ts';
import { operationParts, type OperationParts } from './selections.ts';

/** Response names of leaves by place; places with anything else in them are absent. */
export type UniformPlaces = ReadonlyMap<string, ReadonlySet<string>>;

export interface PlacedFetch {
  readonly node: FetchNode;
  readonly path: PlanPath;
}

interface Content {
  readonly leaves: Set<string>;
  isMixed: boolean;
}

export function placeKey(path: PlanPath): string {
  return path.filter((element) => element !== '@').join('.');
}

export function uniformPlaces(fetches: readonly PlacedFetch[]): UniformPlaces {
  const contents = new Map<string, Content>();
  for (const { node, path } of fetches) {
    const parts = operationParts(parse(node.operation, { noLocation: true }));
    const isRewritten = (node.outputRewrites ?? []).length > 0;
    const record = createRecorder(contents, parts, isRewritten);
    const root = parts.operation.selectionSet;
    const own = node.requires === undefined ? [root] : selectionsOf(root, '_entities');
    for (const selectionSet of own) record(selectionSet, placeKey(path), false);
  }
  const uniform = new Map<string, ReadonlySet<string>>();
  for (const [key, { leaves, isMixed }] of contents) if (!isMixed) uniform.set(key, leaves);
  return uniform;
}

type RecordContent = (selectionSet: SelectionSetNode, place: string, isInside: boolean) => void;

function createRecorder(
  contents: Map<string, Content>,
  { fragments }: OperationParts,
  isRewritten: boolean,
): RecordContent {
  const contentOf = (place: string): Content => {
    let content = contents.get(place);
    if (content === undefined)
      contents.set(place, (content = { leaves: new Set(), isMixed: false }));
    return content;
  };
  return function record(selectionSet, place, isInside) {
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        record(selection.selectionSet, place, isInside);
      } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value);
        if (fragment !== undefined) record(fragment.selectionSet, place, isInside);
      } else {
        const name = selection.alias?.value ?? selection.name.value;
        if (isInside) {
          const content = contentOf(place);
          if (selection.selectionSet === undefined && !isRewritten) content.leaves.add(name);
          else content.isMixed = true;
        }
        if (selection.selectionSet !== undefined) {
          record(selection.selectionSet, place === '' ? name : `${place}.${name}`, true);
        }
      }
    }
  };
}

function selectionsOf({ selections }: SelectionSetNode, field: string): SelectionSetNode[] {
  return selections.flatMap((selection) =>
    selection.kind === Kind.FIELD && selection.name.value === field && selection.selectionSet
      ? [selection.selectionSet]
      : [],
  );
}

/** All fetches below a node, with the places their answers go to. */
export function fetchesOf(node: PlanNode | undefined, path: PlanPath = []): PlacedFetch[] {
  switch (node?.kind) {
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap((child) => fetchesOf(child, path));
    case 'Flatten':
      return fetchesOf(node.node, [...path, ...node.path]);
    case 'Condition':
      return [...fetchesOf(node.ifClause, path), ...fetchesOf(node.elseClause, path)];
    case 'Fetch':
      return [{ node, path }];
    default:
      return [];
  }
}
