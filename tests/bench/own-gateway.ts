/**
 * Our gateway over the supergraph file given, as `gateway/main.ts --supergraph` builds it, with the
 * subgraphs over HTTP, by the word `separate` with no query shared, or, by the word `local`, in this
 * process. Identity, authorisation, limits and
 * metrics are on; only the rates are raised, since all load comes from one person. Tells its parent
 * the URL and that person's token.
 */
import { readFileSync } from 'node:fs';
import { loadConfig } from '#kernel/config';
import { createHealth } from '#kernel/service';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { LIMITS, type Rates } from '../../gateway/limits.ts';
import { readSchemas } from '../../gateway/supergraph-schemas.ts';
import { createGateway } from '../../gateway/server.ts';
import { createSupergraph } from '../../gateway/supergraph.ts';
import { createHttpTransport } from '../../gateway/transports/http.ts';
import { createLocalTransport } from '../../gateway/transports/local.ts';
import type { Transport } from '../../gateway/transports/transport.ts';
import { auditSubgraphs } from './fixtures/audit.ts';
import { createSignIn } from './sign-in.ts';

function transportsOf(sdl: string, way: string | undefined): Map<string, Transport> {
  if (way !== 'local') {
    const { subgraphs } = readSchemas(sdl);
    const each = way === 'separate' ? { callerOf: () => undefined } : {};
    return new Map(subgraphs.map(({ name, url }) => [name, createHttpTransport({ url, ...each })]));
  }
  return new Map(
    [...auditSubgraphs()].map(([name, schema]) => [
      name,
      createLocalTransport({ schema, contextOf: () => ({}) }),
    ]),
  );
}

const unreached = Object.fromEntries(
  Object.keys(LIMITS.rates).map((name) => [name, Number.MAX_SAFE_INTEGER]),
) as unknown as Rates;

const [file = '', way] = process.argv.slice(2);
const config = loadConfig({ PORT: '0', LOG_LEVEL: 'info' });
const sdl = readFileSync(file, 'utf8');
const { identity, token } = await createSignIn(config.OIDC_AUDIENCE);
const gateway = createGateway({
  config,
  identity,
  supergraph: createSupergraph({ sdl, transports: transportsOf(sdl, way) }),
  health: createHealth(),
  metrics: createMetrics({ processMetrics: true }),
  log: createLogger({ level: config.LOG_LEVEL }),
  limits: { rates: unreached },
});
await gateway.start();
process.send?.({ url: `${gateway.url}/graphql`, token: await token() });
process.on('disconnect', () => process.exit());
