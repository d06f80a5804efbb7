/**
 * With `supergraph-schemas.ts` the only file that knows the planning packages (Elastic-2.0). Another
 * planner that answers `plan` with the same node kinds can take their place. Loaded by the thread that
 * plans; everybody else takes its types alone.
 */
import { operationFromDocument } from '@apollo/federation-internals';
import { QueryPlanner, type QueryPlan } from '@apollo/query-planner';
import { parse } from 'graphql';
import { withoutCostRules } from './cost-rules.ts';
import { keepEmptied } from './emptied.ts';
import { separateRequired } from './required-arguments.ts';
import { joinRequired } from './required-plan.ts';
import { buildSupergraph } from './supergraph-schemas.ts';

export type {
  FetchDataRewrite,
  FetchNode,
  PlanNode,
  QueryPlan,
  QueryPlanSelectionNode,
  SubscriptionNode,
} from '@apollo/query-planner';

export interface PlannedOperation {
  /** A document valid against the API schema. */
  readonly text: string;
  readonly operationName: string | undefined;
}

export interface Planner {
  /** Plain data. Blocks for milliseconds, over some supergraphs for many seconds. */
  plan(operation: PlannedOperation): QueryPlan;
}

export function createPlanner(sdl: string): Planner {
  const plain = withoutCostRules(sdl);
  const separated = separateRequired(plain);
  const supergraph = buildSupergraph(separated?.sdl ?? plain);
  const api = supergraph.apiSchema();
  const planner = new QueryPlanner(supergraph);
  const joined = (plan: QueryPlan): QueryPlan =>
    separated === undefined ? plan : joinRequired(plan, separated.required);
  return {
    plan: ({ text, operationName }) =>
      joined(
        planner.buildQueryPlan(
          operationFromDocument(api, keepEmptied(parse(text, { noLocation: true })), {
            ...(operationName === undefined ? {} : { operationName }),
            validate: false,
          }),
        ),
      ),
  };
}
