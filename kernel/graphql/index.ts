export {
  cursorKeys,
  pageLimit,
  toPage,
  type CursorKey,
  type Page,
  type PageArguments,
} from './connection.ts';
export type { ResolverContext } from './context.ts';
export type { Endpoint, EndpointAnswer, EndpointRequest } from './endpoint.ts';
export { forgetAnswers, once, type MutationKey } from './once.ts';
export { toGraphQLError, withUserErrors, type UserError } from './payload.ts';
export { scalarResolvers } from './scalars.ts';
export { subscription, type SourceEvent } from './subscription.ts';
export { defineSubgraph, type Subgraph, type SubgraphDefinition } from './subgraph.ts';
