/** A fixture subgraph as a real server, HTTP and graphql-ws on one port. */
import { useServer } from 'graphql-ws/use/ws';
import { execute, parse, type GraphQLSchema } from 'graphql';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: IncomingMessage[];
}

export type Handle = (
  request: IncomingMessage,
  response: ServerResponse,
  body: string,
) => void | Promise<void>;

export async function serve(handle: Handle, schema?: GraphQLSchema): Promise<TestServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => void handle(request, response, body));
  });
  const sockets = schema === undefined ? undefined : new WebSocketServer({ server });
  const subscriptions = sockets && useServer({ schema: schema }, sockets);
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    requests,
    async [Symbol.asyncDispose]() {
      await subscriptions?.dispose();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const serveSubgraph = (schema: GraphQLSchema): Promise<TestServer> =>
  serve(async (_request, response, body) => {
    const { query, variables, operationName } = JSON.parse(body) as {
      query: string;
      variables: Record<string, unknown>;
      operationName?: string;
    };
    const result = await execute({
      schema,
      document: parse(query),
      variableValues: variables,
      operationName,
    });
    response.setHeader('content-type', 'application/graphql-response+json');
    response.end(JSON.stringify(result));
  }, schema);

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
