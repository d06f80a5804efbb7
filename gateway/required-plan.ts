/** Turns a plan made with separated required fields into one that subgraphs understand. */
import {
  Kind,
  parse,
  print,
  stripIgnoredCharacters,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type {
  FetchDataRewrite,
  FetchNode,
  PlanNode,
  QueryPlan,
  QueryPlanSelectionNode,
} from './planner.ts';
import type { RequiredFields } from './required-arguments.ts';

/** Where a required field stands → under which name it was planned: its own, or that of a variant. */
type Needs = ReadonlyMap<string, string>;

export function joinRequired(plan: QueryPlan, required: RequiredFields): QueryPlan {
  const { node } = plan;
  if (node === undefined) return plan;
  if (node.kind !== 'Subscription') return { ...plan, node: joinNode(node, required) };
  const { primary, rest } = node;
  return {
    ...plan,
    node: {
      ...node,
      primary: underTrueNames(primary, required),
      ...(rest === undefined ? {} : { rest: joinNode(rest, required) }),
    },
  };
}

function joinNode(node: PlanNode, required: RequiredFields): PlanNode {
  switch (node.kind) {
    case 'Fetch':
      return underTrueNames(node, required);
    case 'Flatten': {
      if (node.node.kind !== 'Fetch') return { ...node, node: joinNode(node.node, required) };
      const parts = separateFetches(node.node, required).map((each) => ({
        ...node,
        node: underTrueNames(each, required),
      }));
      const [first] = parts;
      return parts.length === 1 && first !== undefined ? first : { kind: 'Parallel', nodes: parts };
    }
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map((each) => joinNode(each, required)) };
    case 'Condition': {
      const { ifClause, elseClause } = node;
      return {
        ...node,
        ...(ifClause === undefined ? {} : { ifClause: joinNode(ifClause, required) }),
        ...(elseClause === undefined ? {} : { elseClause: joinNode(elseClause, required) }),
      };
    }
    case 'Defer':
      return node;
  }
}

/** Asks for variants by alias, and hands them on under the name of the field. */
function underTrueNames(fetch: FetchNode, { variants }: RequiredFields): FetchNode {
  const renamed: FetchDataRewrite[] = [];
  const collect = (nodes: readonly QueryPlanSelectionNode[], path: readonly string[]): void => {
    for (const node of nodes) {
      if (node.kind === 'InlineFragment') {
        const { typeCondition } = node;
        const step = typeCondition === undefined ? [] : [`... on ${typeCondition}`];
        collect(node.selections, [...path, ...step]);
        continue;
      }
      const own = [...path, node.name];
      // Inner names first: their path is the one before anything is renamed.
      collect(node.selections ?? [], own);
      const variant = variants.get(node.name);
      if (variant !== undefined) {
        renamed.push({ kind: 'KeyRenamer', path: own, renameKeyTo: variant.field });
      }
    }
  };
  collect(fetch.requires ?? [], []);
  const { operationDocumentNode: _, ...rest } = fetch;
  return {
    ...rest,
    operation: aliased(fetch.operation, variants),
    ...(renamed.length === 0
      ? {}
      : { inputRewrites: [...(fetch.inputRewrites ?? []), ...renamed] }),
  };
}

function aliased(operation: string, variants: RequiredFields['variants']): string {
  if (![...variants.keys()].some((name) => operation.includes(name))) return operation;
  const document = visit(parse(operation, { noLocation: true }), {
    Field(node) {
      const variant = variants.get(node.name.value);
      if (variant === undefined) return undefined;
      return {
        ...node,
        alias: node.alias ?? node.name,
        name: { kind: Kind.NAME, value: variant.field },
        arguments: variant.arguments,
      };
    },
  });
  return stripIgnoredCharacters(print(document));
}

/** A representation holds a field once: what needs it in two ways is asked for apart. */
function separateFetches(fetch: FetchNode, required: RequiredFields): FetchNode[] {
  const given = needsOf(fetch.requires ?? [], required);
  if (given.every(([place, name]) => given.every(([p, n]) => p !== place || n === name))) {
    return [fetch];
  }
  const document = parse(fetch.operation, { noLocation: true });
  const fields = entityFields(document);
  const groups: { needs: Map<string, string>; fields: Set<FieldNode> }[] = [];
  for (const { field, type } of fields) {
    const set = required.requirements.get(`${fetch.serviceName} ${type}.${field.name.value}`);
    const needs = set === undefined ? [] : needsOf(selectionNodesOf(set), required);
    const fits = ({ needs: taken }: { needs: Needs }): boolean =>
      needs.every(([place, name]) => (taken.get(place) ?? name) === name);
    let group = groups.find(fits);
    if (group === undefined) groups.push((group = { needs: new Map(), fields: new Set() }));
    for (const [place, name] of needs) group.needs.set(place, name);
    group.fields.add(field);
  }
  const contested = new Set(
    given
      .filter(([place, name]) => given.some(([p, n]) => p === place && n !== name))
      .map(([p]) => p),
  );
  return groups.map(({ needs, fields: own }) => {
    const part = withEntityFields(document, own);
    const used = new Set<string>();
    visit(part, { Variable: ({ name }) => void used.add(name.value) });
    return {
      ...fetch,
      operation: stripIgnoredCharacters(print(part)),
      requires: only(
        fetch.requires ?? [],
        (place, name) => !contested.has(place) || needs.get(place) === name,
        required,
      ),
      variableUsages: (fetch.variableUsages ?? []).filter((name) => used.has(name)),
    };
  });
}

/** Each required field by its place under true names, whatever the type. */
function needsOf(
  nodes: readonly QueryPlanSelectionNode[],
  required: RequiredFields,
  path = '',
): [place: string, name: string][] {
  return nodes.flatMap((node): [string, string][] => {
    if (node.kind === 'InlineFragment') return needsOf(node.selections, required, path);
    const place = `${path}.${required.variants.get(node.name)?.field ?? node.name}`;
    return [[place, node.name], ...needsOf(node.selections ?? [], required, place)];
  });
}

function only(
  nodes: readonly QueryPlanSelectionNode[],
  keeps: (place: string, name: string) => boolean,
  required: RequiredFields,
  path = '',
): QueryPlanSelectionNode[] {
  return nodes.flatMap((node): QueryPlanSelectionNode[] => {
    if (node.kind === 'InlineFragment') {
      return [{ ...node, selections: only(node.selections, keeps, required, path) }];
    }
    const place = `${path}.${required.variants.get(node.name)?.field ?? node.name}`;
    if (!keeps(place, node.name)) return [];
    const { selections } = node;
    return selections === undefined
      ? [node]
      : [{ ...node, selections: only(selections, keeps, required, place) }];
  });
}

function selectionNodesOf({ selections }: SelectionSetNode): QueryPlanSelectionNode[] {
  return selections.flatMap((node): QueryPlanSelectionNode[] => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return [];
    const inner = node.selectionSet && selectionNodesOf(node.selectionSet);
    if (node.kind === Kind.FIELD) {
      return [{ kind: 'Field', name: node.name.value, ...(inner && { selections: inner }) }];
    }
    const typeCondition = node.typeCondition?.name.value;
    return [
      {
        kind: 'InlineFragment',
        ...(typeCondition === undefined ? {} : { typeCondition }),
        selections: inner ?? [],
      },
    ];
  });
}

const operationOf = ({ definitions }: DocumentNode): OperationDefinitionNode => {
  const found = definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
  if (found === undefined) throw new Error('A fetch has no operation');
  return found;
};

/** What is asked of the entities themselves, with the type it is asked of. */
function entityFields(document: DocumentNode): { field: FieldNode; type: string }[] {
  const fragments = fragmentsOf(document);
  const walk = (
    set: SelectionSetNode | undefined,
    type: string,
  ): { field: FieldNode; type: string }[] =>
    (set?.selections ?? []).flatMap((node) => {
      if (node.kind === Kind.FIELD) return [{ field: node, type }];
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
      return walk(fragment?.selectionSet, fragment?.typeCondition?.name.value ?? type);
    });
  const [entities] = operationOf(document).selectionSet.selections;
  return entities?.kind === Kind.FIELD ? walk(entities.selectionSet, '') : [];
}

function withEntityFields(document: DocumentNode, own: ReadonlySet<FieldNode>): DocumentNode {
  const fragments = fragmentsOf(document);
  const keep = (nodes: readonly SelectionNode[]): SelectionNode[] =>
    nodes.flatMap((node): SelectionNode[] => {
      if (node.kind === Kind.FIELD) return own.has(node) ? [node] : [];
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
      if (fragment === undefined) return [];
      const selections = keep(fragment.selectionSet.selections);
      if (selections.length === 0) return [];
      const { typeCondition } = fragment;
      return [
        {
          kind: Kind.INLINE_FRAGMENT,
          ...(typeCondition === undefined ? {} : { typeCondition }),
          directives: node.directives ?? [],
          selectionSet: { kind: Kind.SELECTION_SET, selections },
        },
      ];
    });
  const operation = operationOf(document);
  const [entities] = operation.selectionSet.selections;
  if (entities?.kind !== Kind.FIELD || entities.selectionSet === undefined) return document;
  const selections = keep(entities.selectionSet.selections);
  const part: OperationDefinitionNode = {
    ...operation,
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: [{ ...entities, selectionSet: { kind: Kind.SELECTION_SET, selections } }],
    },
  };
  return withoutUnused({ ...document, definitions: [part, ...fragments.values()] });
}

function fragmentsOf({ definitions }: DocumentNode): Map<string, FragmentDefinitionNode> {
  return new Map(
    definitions
      .filter((each) => each.kind === Kind.FRAGMENT_DEFINITION)
      .map((each) => [each.name.value, each]),
  );
}

/** Fragments and variables that nothing names any more would be refused. */
function withoutUnused(document: DocumentNode): DocumentNode {
  const operation = operationOf(document);
  const fragments = fragmentsOf(document);
  const spread = new Set<string>();
  const variables = new Set<string>();
  const follow = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node.selectionSet, {
      Variable: ({ name }) => void variables.add(name.value),
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value);
        if (fragment === undefined || spread.has(name.value)) return;
        spread.add(name.value);
        follow(fragment);
      },
    });
  };
  follow(operation);
  return {
    kind: Kind.DOCUMENT,
    definitions: [
      {
        ...operation,
        variableDefinitions: (operation.variableDefinitions ?? []).filter(({ variable }) =>
          variables.has(variable.name.value),
        ),
      },
      ...[...fragments.values()].filter(({ name }) => spread.has(name.value)),
    ],
  };
}
