/**
 * Hive Gateway to many sockets over graphql-ws, joined as its own command line joins them, with nobody
 * signed in. The words are its planner (`js` or `rust`) and the URL of its subgraph; without a URL the
 * subgraph is a schema in this process, and the parent tells here how many leads change.
 */
import { createServer } from 'node:http';
import { leadsResolvers, leadsSdl, leadsSupergraph } from '../fan-out-graph.ts';
import { createChangeLog, obeyParent } from '../fan-out-log.ts';

process.env.NODE_ENV = 'production';

const { createDefaultExecutor } = await import('@graphql-mesh/transport-common');
const { createGatewayRuntime, getGraphQLWSOptions } = await import('@graphql-hive/gateway-runtime');
const { makeExecutableSchema } = await import('@graphql-tools/schema');
const { normalizeNodeRequest } = await import('@whatwg-node/server');
const { useServer } = await import('graphql-ws/use/ws');
const { WebSocketServer } = await import('ws');

const [planner, url] = process.argv.slice(2);
const { unifiedGraphHandler } =
  planner === 'rust' ? await import('@graphql-hive/router-runtime') : {};
const log = createChangeLog();
const resolvers = leadsResolvers(log);
const schema = makeExecutableSchema({ typeDefs: leadsSdl, resolvers, assumeValidSDL: true });
const inMemory = { getSubgraphExecutor: () => createDefaultExecutor(schema) };
const gateway = createGatewayRuntime({
  supergraph: leadsSupergraph(url ?? 'http://leads'),
  logging: false,
  ...(url === undefined ? { transports: () => inMemory } : {}),
  ...(unifiedGraphHandler === undefined ? {} : { unifiedGraphHandler }),
});
// Sockets do not wait for it.
await gateway.getSchema();
const server = createServer(gateway);
useServer(
  getGraphQLWSOptions(gateway, ({ extra: { request, socket } }) => ({
    req: request,
    socket,
    request: normalizeNodeRequest(request, gateway.fetchAPI),
  })),
  new WebSocketServer({ path: gateway.graphqlEndpoint, server }),
);
obeyParent(log);
server.listen(0, '127.0.0.1', () => {
  process.send({ url: `ws://127.0.0.1:${server.address().port}/graphql`, tokens: [] });
});
