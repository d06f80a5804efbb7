/**
 * Hive Gateway over the supergraph file given, with its defaults or, by further words, with its
 * planner in Rust (`rust`), with identical requests of clients under way answered once
 * (`collapse`), or with not even those to subgraphs sent once (`separate`).
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

process.env.NODE_ENV = 'production';

const { createGatewayRuntime } = await import('@graphql-hive/gateway-runtime');
const [file, ...options] = process.argv.slice(2);
const { unifiedGraphHandler } = options.includes('rust')
  ? await import('@graphql-hive/router-runtime')
  : {};
const gateway = createGatewayRuntime({
  supergraph: readFileSync(file, 'utf8'),
  logging: false,
  inboundInflightRequestDeduplication: options.includes('collapse'),
  ...(options.includes('separate')
    ? { transportEntries: { '*.http': { options: { deduplicateInflightRequests: false } } } }
    : {}),
  ...(unifiedGraphHandler === undefined ? {} : { unifiedGraphHandler }),
});
const server = createServer(gateway);
server.listen(0, '127.0.0.1', () => {
  process.send({ url: `http://127.0.0.1:${server.address().port}/graphql` });
});
process.on('disconnect', () => process.exit());
