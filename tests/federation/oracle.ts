/** `@apollo/gateway` over the same subgraphs: the second opinion on what federation means. */
import { ApolloGateway, LocalGraphQLDataSource } from '@apollo/gateway';
import { parse, type FormattedExecutionResult, type GraphQLSchema } from 'graphql';
import { supergraphSdl } from './fixture/index.ts';

export type Ask = (
  query: string,
  variables?: Record<string, unknown>,
) => Promise<FormattedExecutionResult>;

process.env['APOLLO_TELEMETRY_DISABLED'] = '1';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

export async function createOracle(
  subgraphs: ReadonlyMap<string, GraphQLSchema>,
  sdl = supergraphSdl,
): Promise<Ask> {
  const gateway = new ApolloGateway({
    supergraphSdl: sdl,
    logger: silent,
    buildService: ({ name }) => {
      const schema = subgraphs.get(name);
      if (schema === undefined) throw new Error(`No fixture subgraph ${name}.`);
      return new LocalGraphQLDataSource(schema);
    },
  });
  const { executor } = await gateway.load();
  let queries = 0;
  return async (query, variables = {}) => {
    const request = { query, variables };
    const context = {
      request,
      document: parse(query),
      queryHash: String(queries++),
      logger: silent,
      context: {},
      metrics: {},
      overallCachePolicy: {},
      cache: undefined,
    };
    return JSON.parse(JSON.stringify(await executor(context as never))) as FormattedExecutionResult;
  };
}
