/**
 * The subgraph of leads that change behind HTTP, for a gateway that reaches it there: subscriptions are
 * server-sent events of GraphQL Yoga. Tells its parent the URL; is told by it how many leads change.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createYoga } from 'graphql-yoga';
import { leadsSchema } from './fan-out-graph.ts';
import { createChangeLog, obeyParent } from './fan-out-log.ts';

const log = createChangeLog();
const yoga = createYoga({
  schema: leadsSchema(log),
  logging: false,
  context: ({ request }) => ({ signal: request.signal }),
});
const server = createServer((request, response) => void yoga(request, response));
server.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql` });
});
obeyParent(log);
