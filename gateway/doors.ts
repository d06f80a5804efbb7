/** Identity, sign-in and the public port, over subgraphs in this process or in others. */
import { systemActor } from '#kernel/access';
import type { Config } from '#kernel/config';
import { startServices, type Health, type RunningServices, type Service } from '#kernel/service';
import type { Logger, Metrics, Tracing } from '#kernel/telemetry';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cockpitDirectory } from './cockpit-build.ts';
import { STOP_TIMEOUT_MS } from './contexts.ts';
import { denialRecorder } from './denial-recorder.ts';
import { createDenials } from './denials.ts';
import { createDemoIssuer, demoPublicUrl } from './demo-issuer.ts';
import { createIdentity, type Identity } from './identity.ts';
import { createRemoteKeys, loadKeysOf } from './keys.ts';
import { createLogin } from './login.ts';
import { createSecurityText } from './security-text.ts';
import { loadManifest, type Manifest } from './operations.ts';
import { step, type Progress } from './progress.ts';
import { GATEWAY_JOB } from './processes/internal-token.ts';
import { createRightsSource } from './rights.ts';
import { createGateway, type Gateway, type Route } from './server.ts';
import type { Supergraph } from './supergraph.ts';
import type { Transport } from './transports/transport.ts';

export interface DoorsOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing | undefined;
  readonly progress: Progress;
  readonly supergraph: Supergraph;
  readonly transports: ReadonlyMap<string, Transport>;
  readonly territories: readonly string[];
  /** Ways in beside the graph. */
  readonly endpoints: Route;
  readonly health: Health;
  /** Stored operations by client id, beside the cockpit's own. */
  readonly manifests?: ReadonlyMap<string, Manifest> | undefined;
  /** Begin once everything can answer. */
  readonly afterwards: readonly Service[];
}

export interface Doors {
  readonly gateway: Gateway;
  readonly identity: Identity;
  readonly running: RunningServices;
  /** A bearer token of a demo login; development only. */
  tokenFor(login: string): Promise<string>;
}

const ROOT = join(import.meta.dirname, '..');

export async function openDoors(options: DoorsOptions): Promise<Doors> {
  const { config, log, metrics, progress, supergraph } = options;
  const publicUrl = config.PUBLIC_URL ?? demoPublicUrl(config);
  const demo =
    config.OIDC_ISSUER === undefined ? await createDemoIssuer({ config, publicUrl }) : undefined;
  const issuer = config.OIDC_ISSUER ?? demo?.issuer ?? '';
  const admin = options.transports.get('admin');
  if (admin === undefined) throw new Error('No subgraph named admin tells the rights of people');
  const asGateway = systemActor(GATEWAY_JOB, options.territories);
  const rights = createRightsSource(admin, asGateway, log);
  const denials = createDenials({ record: denialRecorder(admin, asGateway), metrics, log });
  const identity = createIdentity({
    issuer,
    audience: config.OIDC_AUDIENCE,
    keys: demo?.keys ?? createRemoteKeys({ load: () => loadKeysOf(issuer) }),
    territoriesOf: (userId) => rights.rightsOf(userId),
  });
  const gateway = createGateway({
    config,
    supergraph,
    identity,
    metrics,
    tracing: options.tracing,
    log,
    routes: [
      ...(demo === undefined ? [] : [demo.route]),
      createLogin({ config, identity, issuer, publicUrl }),
      options.endpoints,
      createSecurityText({ contact: config.SECURITY_CONTACT, publicUrl }),
    ],
    health: options.health,
    sharesStreams: true,
    onDenied: denials.onDenied,
    manifests: new Map([...manifestsOf(config), ...(options.manifests ?? [])]),
    ...(existsSync(cockpitDirectory) ? { staticDirectory: cockpitDirectory } : {}),
  });
  const watching = new AbortController();
  const watch: Service = {
    name: 'rights',
    start: async () => void rights.watch((userId) => identity.forget(userId), watching.signal),
    stop: async () => watching.abort(),
  };
  const running = await step(
    progress,
    'Gateway',
    () =>
      startServices([watch, denials, gateway, ...options.afterwards], {
        stopTimeoutMs: STOP_TIMEOUT_MS,
      }),
    () => gateway.url,
  );
  const tokenFor = async (login: string): Promise<string> => {
    if (demo === undefined) throw new Error('Only the demo issuer hands out tokens here');
    return demo.tokenFor(login);
  };
  return { gateway, identity, tokenFor, running };
}

/** Stored operations by client id; all partner firms have the same. */
function manifestsOf(config: Config): ReadonlyMap<string, Manifest> {
  const of = (client: string): Manifest =>
    loadManifest(join(ROOT, 'clients', client, 'operations.json'));
  const partner = of('partner');
  return new Map([
    ...config.partnerClientIds.map((id) => [id, partner] as const),
    [config.OIDC_CLIENT_ID, of('cockpit')],
  ]);
}
