import { ConfigError, type Config } from '#kernel/config';
import { openTracing, type Logger, type Metrics } from '#kernel/telemetry';
import { createSubgraphs } from '#subgraphs';
import { demoPublicUrl } from '../demo-issuer.ts';
import { openDoors } from '../doors.ts';
import { createEndpoints } from '../endpoints.ts';
import type { Identity } from '../identity.ts';
import type { Manifest } from '../operations.ts';
import { SILENT, step, type Progress } from '../progress.ts';
import { readSupergraph } from '../supergraph-file.ts';
import { createSupergraph, type Supergraph } from '../supergraph.ts';
import { territoriesOf } from '../territories.ts';
import { createHttpTransport } from '../transports/http.ts';
import { forwardedEndpoints } from './endpoint-forwarding.ts';
import { callerOf, createInternalSigner, type SignInternal } from './internal-token.ts';
import { routedSubgraphs } from './routing.ts';
import { createSubgraphWatch } from './subgraph-watch.ts';
import { createTransportMetrics } from './transport-metrics.ts';

export interface GatewayProcessOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly progress?: Progress;
  /** Stored operations by client id, beside the cockpit's own. */
  readonly manifests?: ReadonlyMap<string, Manifest>;
}

export interface GatewayProcess {
  readonly url: string;
  readonly supergraph: Supergraph;
  readonly identity: Identity;
  /** A bearer token of a demo login; development only. */
  tokenFor(login: string): Promise<string>;
  stop(): Promise<void>;
}

/**
 * The gateway alone: no database, no key of a person, no context. Subgraphs are processes of their own,
 * asked over HTTP under a signed identity.
 *
 * @throws ConfigError where a subgraph has no key, or a key or an address no subgraph
 */
export async function startGatewayProcess(options: GatewayProcessOptions): Promise<GatewayProcess> {
  const { config, log, metrics } = options;
  const progress = options.progress ?? SILENT;
  const ways = waysOf(config);
  const observerOf = createTransportMetrics(metrics);
  const transports = new Map(
    [...ways].map(([name, { url, sign }]) => [
      name,
      createHttpTransport({
        url: url.href,
        credentialsOf: sign,
        callerOf,
        observer: observerOf(name),
      }),
    ]),
  );
  const supergraph = await step(
    progress,
    'Supergraph',
    () => createSupergraph({ sdl: readSupergraph(), transports }),
    (each) => each.subgraphs.map(({ name }) => name).join(', '),
  );
  const watch = createSubgraphWatch({
    origins: new Map([...ways].map(([name, { url }]) => [name, url.origin])),
    metrics,
  });
  const tracing = await openTracing(config, { service: 'freshplan-gateway', log });
  try {
    const { gateway, identity, tokenFor, running } = await openDoors({
      ...options,
      progress,
      tracing,
      supergraph,
      transports,
      territories: territoriesOf([supergraph.apiSchema]),
      endpoints: createEndpoints({ endpoints: endpointsOf(config, ways), contextIn, log }),
      health: watch.health,
      afterwards: [watch],
    });
    const stop = async (): Promise<void> => {
      await running.stop();
      await supergraph.close();
      await tracing?.stop();
    };
    return { url: gateway.url, supergraph, identity, tokenFor, stop };
  } catch (error) {
    await supergraph.close();
    await tracing?.stop();
    throw error;
  }
}

interface Way {
  readonly url: URL;
  readonly sign: SignInternal;
}

/** Address and key of every subgraph there is, and of none besides. */
function waysOf(config: Config): ReadonlyMap<string, Way> {
  const { SUBGRAPH_KEYS = new Map(), SUBGRAPH_URLS = new Map<string, string>() } = config;
  const routed = routedSubgraphs();
  const faults = [
    ...[...routed.keys()]
      .filter((name) => !SUBGRAPH_KEYS.has(name))
      .map((name) => ({
        key: 'SUBGRAPH_KEYS',
        message: `has no key for ${name}: add ${name}=key`,
      })),
    ...strangers('SUBGRAPH_KEYS', SUBGRAPH_KEYS, routed),
    ...strangers('SUBGRAPH_URLS', SUBGRAPH_URLS, routed),
  ];
  if (faults.length > 0) throw new ConfigError(faults);
  return new Map(
    [...routed].map(([name, url]): [string, Way] => {
      const key = SUBGRAPH_KEYS.get(name) ?? new Uint8Array();
      const sign = createInternalSigner({ subgraph: name, key });
      return [name, { url: new URL(SUBGRAPH_URLS.get(name) ?? url), sign }];
    }),
  );
}

function strangers(
  key: string,
  given: ReadonlyMap<string, unknown>,
  routed: ReadonlyMap<string, URL>,
): { key: string; message: string }[] {
  return [...given.keys()]
    .filter((name) => !routed.has(name))
    .map((name) => ({
      key,
      message: `names ${name}, which is no subgraph. There are: ${[...routed.keys()].join(', ')}`,
    }));
}

/** Paths and bounds are known here; whatever is answered comes from the subgraph's process. */
function endpointsOf(config: Config, ways: ReadonlyMap<string, Way>) {
  const publicUrl = config.PUBLIC_URL ?? demoPublicUrl(config);
  return createSubgraphs({ config, publicUrl }).flatMap((subgraph) => {
    const way = ways.get(subgraph.name);
    return way === undefined
      ? []
      : forwardedEndpoints(subgraph, { origin: way.url.origin, sign: way.sign });
  });
}

function contextIn(): never {
  throw new Error('No context runs in the gateway process');
}
