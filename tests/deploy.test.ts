import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { describeConfig, loadConfig } from '#kernel/config';
import { createSubgraphs } from '#subgraphs';

/**
 * What can be said of the deployment without an engine to run it: its files are well-formed, hardened,
 * name every context, and give each process settings with which it would start. That an image is
 * built and a cluster takes it is not shown here.
 */

const ROOT = join(import.meta.dirname, '..');
const DEPLOY = join(ROOT, 'ops/deploy');
const NAMES = createSubgraphs({}).map(({ name }) => name);
const SETTINGS = new Set([...describeConfig().matchAll(/^#([A-Z_]+)=/gm)].map(([, name]) => name));
const key = (n: number): string => Buffer.alloc(32, n).toString('base64');

interface Variable {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef: { name: string; key: string } };
}

interface Probe {
  httpGet: { path: string; port: string };
}

interface Container {
  name: string;
  image: string;
  args: string[];
  env: Variable[];
  envFrom?: { configMapRef?: { name: string }; secretRef?: { name: string } }[];
  ports: { name: string; containerPort: number }[];
  securityContext: object;
  startupProbe: Probe;
  readinessProbe: Probe;
  livenessProbe: Probe;
  resources: { limits?: { memory?: string } };
  volumeMounts: { mountPath: string; readOnly?: boolean }[];
}

interface Manifest {
  kind: string;
  metadata: { name: string };
  data?: Record<string, string>;
  spec: {
    template: {
      spec: {
        securityContext: object;
        containers: Container[];
        initContainers?: Container[];
        automountServiceAccountToken: boolean;
      };
    };
    selector: object;
    ports: { port: number }[];
  };
}

const manifests = (): Manifest[] =>
  readdirSync(join(DEPLOY, 'kubernetes')).flatMap((file) =>
    parseAllDocuments(readFileSync(join(DEPLOY, 'kubernetes', file), 'utf8')).map((document) => {
      if ('errors' in document && document.errors.length > 0) throw document.errors[0];
      return document.toJS() as Manifest;
    }),
  );
const deployments = manifests().filter(({ kind }) => kind === 'Deployment');
const jobs = manifests().filter(({ kind }) => kind === 'Job');
const containers = deployments.flatMap(({ spec }) => spec.template.spec.containers);
const everyContainer = [...deployments, ...jobs].flatMap(({ spec }) => [
  ...(spec.template.spec.initContainers ?? []),
  ...spec.template.spec.containers,
]);
const configMap = (name: string): Record<string, string> =>
  manifests().find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name === name)?.data ??
  {};

/** A value that a secret could have. */
function sample(name: string): string {
  if (name === 'SUBGRAPH_KEYS') return NAMES.map((each, n) => `${each}=${key(n)}`).join(',');
  if (/^DATABASE_.*URL$/.test(name)) return 'postgresql://role:x@postgres/freshplan';
  if (name === 'MAIL_WEBHOOK_SECRET') return `whsec_${key(9)}`;
  return key(8);
}

/** Loads as the process of these arguments would. @throws ConfigError */
function load(args: readonly string[], environment: Record<string, string>) {
  const [first] = args;
  const kind =
    first === 'gateway' ? 'gateway' : first === '--migrate-only' ? 'migration' : 'subgraph';
  return loadConfig({ NODE_ENV: 'production', ...environment }, { kind });
}

const isSecret = (name: string): boolean =>
  /SECRET|PASSWORD|DATABASE_.*URL|KEY$|KEYS$/.test(name) && name !== 'KEY_ENCRYPTION_KEY_ID';
/** Of the four roles, the three that a process runs on. */
const RUNTIME_ROLES = { DATABASE_URL: 'app', DATABASE_KEYS_URL: 'keys', DATABASE_JOBS_URL: 'jobs' };
const isOfDatabase = (name: string): boolean =>
  /^(POSTGRES|PG[A-Z]|DATABASE_.*(URL|SECRET))/.test(name);
const isPinned = (image: string): boolean => /:\d+\.\d+\.\d+|:\d+\.\d+-|@sha256:/.test(image);

describe('the manifests for Kubernetes', () => {
  it('run the gateway and every subgraph', () => {
    const args = containers.map((container) => container.args.join(' ')).toSorted();
    expect(args).toEqual(['gateway', ...NAMES.map((name) => `subgraph ${name}`)].toSorted());
    const services = manifests().filter(({ kind }) => kind === 'Service');
    expect(services.map(({ metadata }) => metadata.name).toSorted()).toEqual(
      ['gateway', ...NAMES].toSorted(),
    );
    const { resources } = parse(
      readFileSync(join(DEPLOY, 'kubernetes/kustomization.yaml'), 'utf8'),
    ) as { resources: string[] };
    expect([...resources, 'kustomization.yaml'].toSorted()).toEqual(
      readdirSync(join(DEPLOY, 'kubernetes')).toSorted(),
    );
  });

  it.each(containers.map((container) => [container.name, container] as const))(
    'harden %s and look after it',
    (_, container) => {
      expect(container.securityContext).toEqual({
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
      });
      expect(isPinned(container.image)).toBe(true);
      expect(container.readinessProbe.httpGet).toEqual({ path: '/health/ready', port: 'graphql' });
      for (const probe of [container.livenessProbe, container.startupProbe]) {
        expect(probe.httpGet).toEqual({ path: '/health/live', port: 'graphql' });
      }
      expect(container.resources.limits?.memory).toBeTruthy();
    },
  );

  it('run nobody as root and give nobody a token of the cluster', () => {
    for (const { spec } of [...deployments, ...jobs]) {
      expect(spec.template.spec.securityContext).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 10_001,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(spec.template.spec.automountServiceAccountToken).toBe(false);
    }
  });

  it('hold no secret, and take each from where secrets are', () => {
    expect(manifests().map(({ kind }) => kind)).not.toContain('Secret');
    for (const { env, envFrom = [] } of everyContainer) {
      expect(envFrom.filter(({ secretRef }) => secretRef !== undefined)).toEqual([]);
      for (const { name, value, valueFrom } of env.filter((each) => isSecret(each.name))) {
        expect(value, name).toBeUndefined();
        expect(valueFrom?.secretKeyRef.key, name).toBeTruthy();
      }
    }
    for (const name of ['freshplan-gateway', 'freshplan-contexts']) {
      expect(Object.keys(configMap(name)).filter(isSecret)).toEqual([]);
    }
  });

  it('give the gateway neither the database nor the keys of people', () => {
    const gateway = containers.find(({ name }) => name === 'gateway');
    const names = gateway?.env.map(({ name }) => name) ?? [];
    expect(names.toSorted()).toEqual(['CURSOR_SECRET', 'SUBGRAPH_KEYS']);
  });

  it('give the owner of the database to migrations alone, and to what runs the roles that own nothing', () => {
    const rolesOf = ({ env }: Container): [string, string][] =>
      env
        .filter(({ name }) => isOfDatabase(name))
        .map(({ name, value, valueFrom }) => {
          const { name: secret, key: entry } = valueFrom?.secretKeyRef ?? {};
          return [name, value ?? `${secret}/${entry}`];
        });
    const running = Object.keys(RUNTIME_ROLES).map((name): [string, string] => [
      name,
      `freshplan-contexts/${name.toLowerCase().replaceAll('_', '-')}`,
    ]);
    for (const container of containers) {
      const expected = container.name === 'gateway' ? [] : running;
      expect(rolesOf(container), container.name).toEqual(expected);
    }
    expect(deployments.filter(({ spec }) => spec.template.spec.initContainers)).toEqual([]);
    const [migrate, ...others] = jobs.flatMap(({ spec }) => spec.template.spec.containers);
    expect(others).toEqual([]);
    expect(migrate?.args).toEqual(['--migrate-only']);
    expect(migrate?.image).toBe(containers[0]?.image);
    expect(migrate && rolesOf(migrate)).toEqual([
      ['DATABASE_OWNER_URL', 'freshplan-owner/database-owner-url'],
    ]);
    const environment = Object.fromEntries(
      (migrate?.env ?? []).map(({ name, value }) => [name, value ?? sample(name)]),
    );
    expect(load(migrate?.args ?? [], environment).production).toBe(true);
    for (const container of everyContainer) {
      expect(container.securityContext, container.name).toEqual(containers[0]?.securityContext);
    }
  });

  it.each(containers.map((container) => [container.name, container] as const))(
    'give %s the settings with which it starts, and none that nobody reads',
    (_, { args, env, envFrom, ports, volumeMounts }) => {
      const own = env.map(({ name, value }): [string, string] => [name, value ?? sample(name)]);
      const environment = {
        ...configMap(envFrom?.[0]?.configMapRef?.name ?? ''),
        ...Object.fromEntries(own),
      };
      expect(Object.keys(environment).filter((name) => !SETTINGS.has(name))).toEqual([]);
      const config = load(args, environment);
      expect([config.PORT, config.MANAGEMENT_PORT]).toEqual(
        ports.map(({ containerPort }) => containerPort),
      );
      const writable = volumeMounts.map(({ mountPath }) => mountPath);
      const folders = [config.DATA_DIR, config.ARCHIVE_DIRECTORY, config.SEAL_DIRECTORY];
      for (const folder of folders.filter((each) => each !== undefined)) {
        expect(
          writable.some((mount) => folder.startsWith(mount)),
          folder,
        ).toBe(true);
      }
    },
  );

  it('lead the gateway to every subgraph', () => {
    const { SUBGRAPH_URLS } = load(['gateway'], {
      ...configMap('freshplan-gateway'),
      SUBGRAPH_KEYS: sample('SUBGRAPH_KEYS'),
      CURSOR_SECRET: sample('CURSOR_SECRET'),
    });
    const expected = NAMES.map((name) => [name, `http://${name}:4000/graphql`]);
    expect([...(SUBGRAPH_URLS ?? [])]).toEqual(expected);
  });
});

interface ComposeService {
  image: string;
  user: string;
  read_only: boolean;
  cap_drop: string[];
  security_opt: string[];
  command: string[];
  environment: Record<string, string>;
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string }>;
  restart: string;
}

describe('the compose file', () => {
  const text = readFileSync(join(DEPLOY, 'compose.yaml'), 'utf8');
  const { services } = parse(text, { merge: true }) as { services: Record<string, ComposeService> };

  it('runs the gateway, every subgraph and their database, hardened', () => {
    expect(Object.keys(services).toSorted()).toEqual(
      ['gateway', 'migrate', 'postgres', ...NAMES].toSorted(),
    );
    for (const [name, service] of Object.entries(services)) {
      expect(service.user, name).toMatch(/^[1-9]\d*:[1-9]\d*$/);
      expect(service.read_only, name).toBe(true);
      expect(service.cap_drop, name).toEqual(['ALL']);
      expect(service.security_opt, name).toEqual(['no-new-privileges:true']);
      // What ends by itself is looked after by its end.
      if (name !== 'migrate') expect(service.healthcheck?.test.length, name).toBeGreaterThan(0);
      expect(isPinned(service.image), service.image).toBe(true);
    }
  });

  it('holds no secret, and says so where one is missing', () => {
    const example = readFileSync(join(DEPLOY, 'env.example'), 'utf8');
    for (const [, name] of text.matchAll(/\$\{([A-Z_]+):\?\}/g)) {
      expect(example, name).toMatch(new RegExp(`^${name}=$`, 'm'));
    }
    for (const { environment } of Object.values(services)) {
      for (const [name, value] of Object.entries(environment).filter(([each]) => isSecret(each))) {
        expect(value, name).toMatch(/\$\{[A-Z_]+(:\?|:-)\}/);
      }
    }
  });

  it('gives the owner of the database to migrations alone, and to what runs the roles that own nothing', () => {
    const rolesOf = ({ environment }: ComposeService): Record<string, string> =>
      Object.fromEntries(Object.entries(environment).filter(([name]) => isOfDatabase(name)));
    const urlOf = (role: string): string =>
      `postgresql://freshplan_${role}:\${POSTGRES_${role.toUpperCase()}_PASSWORD:?}@postgres:5432/freshplan`;
    const running = Object.fromEntries(
      Object.entries(RUNTIME_ROLES).map(([name, role]) => [name, urlOf(role)]),
    );
    for (const name of NAMES) expect(rolesOf(services[name] as ComposeService)).toEqual(running);
    expect(rolesOf(services['gateway'] as ComposeService)).toEqual({});
    const migrate = services['migrate'] as ComposeService;
    expect(rolesOf(migrate)).toEqual({ DATABASE_OWNER_URL: urlOf('owner') });
    expect(load(migrate.command, { DATABASE_OWNER_URL: sample('DATABASE_URL') }).production).toBe(
      true,
    );
  });

  it('brings the schema forward once, after the database and before whoever serves', () => {
    const { migrate } = services;
    expect([migrate?.command, migrate?.restart]).toEqual([['--migrate-only'], 'no']);
    expect(migrate?.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
    for (const name of NAMES) {
      expect(services[name]?.depends_on, name).toEqual({
        migrate: { condition: 'service_completed_successfully' },
      });
    }
  });

  it.each(['gateway', ...NAMES])('gives %s the settings with which it starts', (name) => {
    const { command, environment } = services[name] as ComposeService;
    const given = Object.entries(environment).map(([setting, value]): [string, string] => [
      setting,
      isSecret(setting) ? sample(setting) : value.replace(/\$\{.+\}/, 'https://host.example'),
    ]);
    expect(given.map(([setting]) => setting).filter((each) => !SETTINGS.has(each))).toEqual([]);
    expect(load(command, Object.fromEntries(given)).production).toBe(true);
    expect(command).toEqual(name === 'gateway' ? ['gateway'] : ['subgraph', name]);
  });
});

describe('the image', () => {
  const lines = readFileSync(join(DEPLOY, 'Containerfile'), 'utf8').split('\n');

  it('is built on a pinned one and runs as nobody in particular', () => {
    const bases = lines.filter((line) => line.startsWith('FROM '));
    expect(bases.length).toBeGreaterThan(0);
    for (const base of bases) expect(isPinned(base), base).toBe(true);
    expect(lines.filter((line) => line.startsWith('USER ')).at(-1)).toBe('USER 10001:10001');
    const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>;
    };
    expect(bases.every((base) => base.includes(`node:${devDependencies['node']}-`))).toBe(true);
  });

  it('holds what is there, and nothing of what must not travel', () => {
    const copied = lines
      .filter((line) => line.startsWith('COPY --from=build'))
      .flatMap((line) => line.split(' ').slice(2, -1))
      .map((path) => path.replace('/app/', ''));
    // Made by the build.
    const made = ['node_modules', 'clients/cockpit/dist'];
    expect(copied.filter((path) => !made.includes(path) && !existsSync(join(ROOT, path)))).toEqual(
      [],
    );
    // The gateway loads them at its start.
    const stored = readdirSync(join(ROOT, 'clients')).map(
      (client) => `clients/${client}/operations.json`,
    );
    expect(copied).toEqual(expect.arrayContaining(stored));
    const ignored = readFileSync(join(ROOT, '.containerignore'), 'utf8').split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['.git', '.data', '.env', '**/node_modules']));
  });
});
