/**
 * The audit subgraphs behind HTTP, executed by graphql-js: it answers whatever text a gateway
 * chooses to send, and alike for all of them. Tells its parent the URLs.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { execute, parse, type DocumentNode } from 'graphql';
import { auditSubgraphs } from './fixtures/audit.ts';
import { readText } from '../../gateway/request-body.ts';

interface Body {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

const bodyBytesMax = 1024 * 1024;
const urls: Record<string, string> = {};
for (const [name, schema] of auditSubgraphs()) {
  const documents = new Map<string, DocumentNode>();
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const { query, variables } = JSON.parse(await readText(request, bodyBytesMax)) as Body;
      let document = documents.get(query);
      if (document === undefined) documents.set(query, (document = parse(query)));
      const result = await execute({ schema, document, variableValues: variables ?? {} });
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(result));
    };
    answer().catch((error: unknown) => response.writeHead(400).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  urls[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
}
process.send?.(urls);
process.on('disconnect', () => process.exit());
