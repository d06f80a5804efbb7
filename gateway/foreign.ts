import { readFileSync } from 'node:fs';
import type { Config } from '#kernel/config';
import { createHealth, startServices } from '#kernel/service';
import { openTracing, type Logger, type Metrics } from '#kernel/telemetry';
import { createIdentity } from './identity.ts';
import { createRemoteKeys, loadKeysOf } from './keys.ts';
import { createReload } from './reload.ts';
import { createGateway } from './server.ts';
import { createSupergraph, type Supergraph } from './supergraph.ts';
import { readSchemas } from './supergraph-schemas.ts';
import { createHttpTransport } from './transports/http.ts';

const STOP_TIMEOUT_MS = 10_000;

/**
 * A gateway for somebody else's supergraph: subgraphs over HTTP at the addresses it names. Callers
 * need a token only where the supergraph asks for rights and an issuer is configured.
 */
export async function startForeignSupergraph(options: {
  config: Config;
  log: Logger;
  metrics: Metrics;
  file: string;
}): Promise<{ url: string; stop: () => Promise<void> }> {
  const { config, log, metrics, file } = options;
  const sdl = readSupergraph(file);
  const supergraph = buildSupergraph(sdl);
  const issuer = config.OIDC_ISSUER ?? 'urn:freshplan:none';
  const identity = createIdentity({
    issuer,
    audience: config.OIDC_AUDIENCE,
    keys: createRemoteKeys({ load: () => loadKeysOf(issuer) }),
    territoriesOf: async () => ({ territories: [], disabled: false }),
  });
  const tracing = await openTracing(config, { service: 'freshplan-gateway', log });
  const gateway = createGateway({
    anonymous: config.OIDC_ISSUER === undefined,
    config,
    supergraph,
    identity,
    metrics,
    tracing,
    log,
    health: createHealth(),
  });
  const reload = createReload({
    file,
    current: supergraph,
    build: buildSupergraph,
    gateway,
    log,
    metrics,
  });
  // What serves is let go of after the last request.
  const running = await startServices([reload, gateway], { stopTimeoutMs: STOP_TIMEOUT_MS });
  const stop = async (): Promise<void> => {
    await running.stop();
    await tracing?.stop();
  };
  return { url: gateway.url, stop };
}

function buildSupergraph(sdl: string): Supergraph {
  const { subgraphs } = readSchemas(sdl);
  return createSupergraph({
    sdl,
    transports: new Map(
      subgraphs.map(({ name, url }) => [name, createHttpTransport({ url: url ?? '' })]),
    ),
  });
}

function readSupergraph(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`The supergraph ${file} cannot be read. Give the path of a composed schema.`, {
      cause: error,
    });
  }
}
