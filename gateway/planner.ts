/**
 * The only file that knows the planning packages (Elastic-2.0). Another planner that answers
 * `plan` with the same node kinds can take their place.
 */
import {
  operationFromDocument,
  ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  Supergraph,
} from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlan } from '@apollo/query-planner';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { withoutCostRules } from './cost-rules.ts';
import { keepEmptied } from './emptied.ts';
import { separateRequired } from './required-arguments.ts';
import { joinRequired } from './required-plan.ts';

export type {
  FetchDataRewrite,
  FetchNode,
  PlanNode,
  QueryPlan,
  QueryPlanSelectionNode,
  SubscriptionNode,
} from '@apollo/query-planner';

export interface PlannedOperation {
  readonly document: DocumentNode;
  readonly operationName?: string | undefined;
}

export interface Planner {
  /** What clients see. */
  readonly apiSchema: GraphQLSchema;
  /** With inaccessible parts and federation machinery; the executor decides subtypes by it. */
  readonly supergraphSchema: GraphQLSchema;
  readonly subgraphs: ReadonlyArray<{ readonly name: string; readonly url: string }>;
  /** Expects a document valid against `apiSchema`; blocks the event loop for some milliseconds. */
  plan(operation: PlannedOperation): QueryPlan;
}

/** `@fromContext` and connectors need an executor that understands them; ours does not. */
const supportedFeatures = new Set(
  [...ROUTER_SUPPORTED_SUPERGRAPH_FEATURES].filter(
    (url) => !url.includes('/context/') && !url.includes('/connect/'),
  ),
);

export function createPlanner(sdl: string): Planner {
  const plain = withoutCostRules(sdl);
  const supergraph = Supergraph.build(plain, { supportedFeatures });
  const separated = separateRequired(plain);
  const planned =
    separated === undefined ? supergraph : Supergraph.build(separated.sdl, { supportedFeatures });
  const api = planned.apiSchema();
  const planner = new QueryPlanner(planned);
  const joined = (plan: QueryPlan): QueryPlan =>
    separated === undefined ? plan : joinRequired(plan, separated.required);
  return {
    apiSchema: supergraph.apiSchema().toGraphQLJSSchema(),
    supergraphSchema: supergraph.schema.toGraphQLJSSchema(),
    subgraphs: supergraph.subgraphsMetadata(),
    plan: ({ document, operationName }) =>
      joined(
        planner.buildQueryPlan(
          operationFromDocument(api, keepEmptied(document), {
            ...(operationName === undefined ? {} : { operationName }),
            validate: false,
          }),
        ),
      ),
  };
}
