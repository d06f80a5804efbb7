/** A plan as developers read it: in which order which subgraph is asked what. */
import { hasRole, type Actor } from '#kernel/access';
import type { FetchNode, PlanNode, QueryPlan, QueryPlanSelectionNode } from './planner.ts';

/** Null where nothing is fetched. */
export type PlanDescription = Readonly<Record<string, unknown>> | null;

/**
 * Plans show the inside of the graph: in production to administrators alone, elsewhere to employees, and
 * to everybody where nobody signs in.
 */
export function mayReadPlans(
  actor: Actor | null,
  { production, anonymous }: { readonly production: boolean; readonly anonymous: boolean },
): boolean {
  if (actor === null) return anonymous && !production;
  return production ? hasRole(actor, 'admin') : !hasRole(actor, 'partner');
}

/** Of the plan as the caller's rights left it. Holds no variable; what he wrote into the text stands there. */
export function describeQueryPlan({ node }: QueryPlan): PlanDescription {
  if (node === undefined) return null;
  if (node.kind !== 'Subscription') return describeNode(node);
  const { primary, rest } = node;
  return {
    kind: 'Subscription',
    primary: describeFetch(primary),
    rest: rest && describeNode(rest),
  };
}

function describeNode(node: PlanNode): PlanDescription {
  switch (node.kind) {
    case 'Fetch':
      return describeFetch(node);
    case 'Flatten':
      return { kind: 'Flatten', path: node.path.join('.'), node: describeNode(node.node) };
    case 'Sequence':
    case 'Parallel':
      return { kind: node.kind, nodes: node.nodes.map(describeNode) };
    case 'Condition': {
      const { condition, ifClause, elseClause } = node;
      return {
        kind: 'Condition',
        condition,
        ifClause: ifClause && describeNode(ifClause),
        elseClause: elseClause && describeNode(elseClause),
      };
    }
    case 'Defer':
      return { kind: 'Defer' };
  }
}

function describeFetch({ serviceName, requires, operation }: FetchNode): PlanDescription {
  return {
    kind: 'Fetch',
    subgraph: serviceName,
    ...(requires === undefined ? undefined : { requires: requires.map(selectionText).join(' ') }),
    operation,
  };
}

function selectionText(node: QueryPlanSelectionNode): string {
  const { selections = [] } = node;
  const inner = selections.length === 0 ? '' : ` { ${selections.map(selectionText).join(' ')} }`;
  if (node.kind === 'Field') return `${node.name}${inner}`;
  return `${node.typeCondition === undefined ? '...' : `... on ${node.typeCondition}`}${inner}`;
}
