import { z } from 'zod';
import { addressFaults } from './addresses.ts';
import { bridgeFaults, bridgeSettings } from './bridge.ts';
import { flag } from './flag.ts';
import { keepingSettings, keyFaults } from './keeping.ts';
import { processFaults, processSettings, type ProcessKind } from './processes.ts';
import { tracingSettings } from './tracing.ts';
import { webhookFaults, webhookSettings } from './webhooks.ts';

/** Secrets of the demo; production refuses to start with any of them. */
const DEMO = {
  keyEncryptionKey: 'ZGVtby1rZXktZW5jcnlwdGlvbi1rZXktMzItYnl0ZXM=',
  cursorSecret: 'demo-cursor-secret-of-at-least-32-bytes',
  unsubscribeSecret: 'demo-unsubscribe-secret-of-at-least-32',
  databaseRoleSecret: 'demo-database-role-secret-of-at-least-32',
  partnerClientIds: ['partner-erp', 'partner-credit', 'partner-distributor'],
} as const;

const port = z.coerce.number().int().min(0).max(65_535);
const secret = z.string().min(32, 'needs at least 32 bytes');
const url = z.string().refine((text) => URL.canParse(text), 'is not a URL');
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== ''),
);

/** Every key the process reads: its meaning stands beside it and becomes `.env.example`. */
const KEYS = {
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe('production refuses demo secrets, demo logins and the embedded server'),
  HOST: z.string().default('127.0.0.1').describe('address to listen on'),
  PORT: port.default(4000).describe('public port: GraphQL, cockpit, health'),
  MANAGEMENT_PORT: port
    .default(0)
    .describe(
      'port for metrics on MANAGEMENT_HOST; 0 = off, then development serves them on the public port',
    ),
  ...processSettings,
  DATA_DIR: z
    .string()
    .min(1)
    .default('.data')
    .describe('folder of the embedded server and its secrets'),
  DATABASE_URL: url
    .optional()
    .describe(
      'PostgreSQL 15 or newer instead of the embedded server; a role that may create roles, or the runtime role when DATABASE_KEYS_URL and DATABASE_JOBS_URL are given',
    ),
  DATABASE_OWNER_URL: url
    .optional()
    .describe(
      'role that owns the schemas and runs migrations, all that npm run migrate needs; without it a process refuses to start on a database that is behind',
    ),
  DATABASE_KEYS_URL: url.optional().describe('role of the key store'),
  DATABASE_JOBS_URL: url.optional().describe('role of the job table'),
  DATABASE_POOL_SIZE_MAX: z.coerce
    .number()
    .int()
    .min(2)
    .max(200)
    .default(16)
    .describe('connections of the runtime role, 2..200'),
  DATABASE_ROLE_SECRET: secret
    .default(DEMO.databaseRoleSecret)
    .describe('the passwords of roles made at first start derive from it; 32 bytes or more'),
  PUBLIC_URL: url
    .optional()
    .describe(
      'scheme and host under which browsers reach the gateway; default: http on HOST and PORT',
    ),
  SECURITY_CONTACT: z
    .string()
    .regex(/^(mailto:|https:\/\/)\S+$/, 'is no mailto: or https: address')
    .optional()
    .describe('where weaknesses are reported, for /.well-known/security.txt: mailto: or https:'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('lowest level that is written'),
  ...tracingSettings,
  OIDC_ISSUER: url
    .optional()
    .describe('issuer of access tokens; empty = the built-in demo issuer (not in production)'),
  OIDC_AUDIENCE: z
    .string()
    .min(1)
    .default('freshplan')
    .describe('audience an access token must carry'),
  OIDC_CLIENT_ID: z
    .string()
    .min(1)
    .default('cockpit')
    .describe('client id of the cockpit at the issuer'),
  KEY_ENCRYPTION_KEY: z
    .base64()
    .refine((text) => Buffer.from(text, 'base64').length === 32, 'is not 32 bytes in base64')
    .default(DEMO.keyEncryptionKey)
    .describe('wraps the keys of personal data; 32 bytes in base64'),
  ...keepingSettings,
  CURSOR_SECRET: secret
    .default(DEMO.cursorSecret)
    .describe('signs resume positions; 32 bytes or more'),
  UNSUBSCRIBE_SECRET: secret
    .default(DEMO.unsubscribeSecret)
    .describe('signs unsubscribe links; 32 bytes or more'),
  MAIL_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, 'is whsec_ and 24 to 64 bytes in base64')
    .optional()
    .describe(
      'signs what the mail provider posts to /webhooks/mail: whsec_ and 24 to 64 bytes in base64; empty = nobody is listened to there',
    ),
  MAIL_ADAPTER: z
    .enum(['mailbox', 'smtp'])
    .default('mailbox')
    .describe('mailbox keeps messages in the database, smtp sends them'),
  MAIL_FROM: z.email().default('vertrieb@cookfresh.example').describe('sender of messages'),
  SMTP_URL: url.optional().describe('smtp://user:password@host:port, needed for MAIL_ADAPTER=smtp'),
  ...webhookSettings,
  GRAPHQL_FREE_DOCUMENTS: flag
    .optional()
    .describe('whether employees may send documents of their own; default: not in production'),
  PARTNER_CLIENT_IDS: list
    .optional()
    .describe(
      'client ids of partner firms, separated by commas: they may run the operations of clients/partner and no others; default: the partners of the demonstration, in production none',
    ),
  ALLOWED_ORIGINS: list
    .default([])
    .describe('further origins, separated by commas, that a browser may call from'),
  ...bridgeSettings,
  FEATURES_DASHBOARD_LEAD_WIDGET_ENABLED: flag
    .default(true)
    .describe('features.dashboard.lead-widget.enabled'),
  FEATURES_EVENTS_CROSS_MODULE_ENABLED: flag
    .default(true)
    .describe('features.events.cross-module.enabled'),
  FEATURES_METRICS_PROMETHEUS_ENABLED: flag
    .default(true)
    .describe('features.metrics.prometheus.enabled'),
} as const;

const schema = z.object(KEYS);

export type Config = Readonly<
  z.output<typeof schema> & {
    production: boolean;
    freeDocuments: boolean;
    partnerClientIds: readonly string[];
    loadSheddingDelayMs: number;
  }
>;

/** One fault of the environment, worded so that a person knows what to change. */
export interface ConfigFault {
  key: string;
  message: string;
}

/** The environment cannot be used; carries every fault at once. */
export class ConfigError extends Error {
  readonly faults: readonly ConfigFault[];

  constructor(faults: readonly ConfigFault[]) {
    super(faults.map((fault) => `${fault.key} ${fault.message}`).join('\n'));
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

export interface ConfigSources {
  /** Stands above the environment. */
  readonly commandLine?: Readonly<Record<string, string>>;
  /** What counts where neither says anything, instead of the usual default. */
  readonly fallback?: Readonly<Record<string, string>>;
  /** Asked for what this part of the system needs, and for nothing else. Default: all of it. */
  readonly kind?: ProcessKind;
}

/**
 * Parses and freezes the environment.
 *
 * @throws ConfigError with all faults, each with its key
 */
export function loadConfig(
  environment: Record<string, string | undefined> = process.env,
  { commandLine = {}, fallback = {}, kind = 'system' }: ConfigSources = {},
): Config {
  const all: Record<string, string | undefined> = { ...environment, ...commandLine };
  const given = Object.fromEntries(
    Object.keys(KEYS).map((key) => [key, all[key] || fallback[key] || undefined]),
  );
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) => ({ key: String(issue.path[0]), message: issue.message })),
    );
  }
  const config = parsed.data;
  const production = config.NODE_ENV === 'production';
  const faults = [
    ...mailFaults(config),
    ...roleFaults(config, kind),
    ...bridgeFaults(config),
    ...keyFaults(config),
    ...processFaults(kind, config),
    ...(production ? productionFaults(config, kind) : []),
  ];
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze({
    ...config,
    production,
    freeDocuments: config.GRAPHQL_FREE_DOCUMENTS ?? !production,
    loadSheddingDelayMs: config.LOAD_SHEDDING_DELAY_MS ?? (production ? 200 : 0),
    partnerClientIds: config.PARTNER_CLIENT_IDS ?? (production ? [] : DEMO.partnerClientIds),
  });
}

function mailFaults(config: z.output<typeof schema>): ConfigFault[] {
  if (config.MAIL_ADAPTER !== 'smtp' || config.SMTP_URL !== undefined) return [];
  return [
    {
      key: 'SMTP_URL',
      message: 'is needed for MAIL_ADAPTER=smtp: set smtp://user:password@host:port',
    },
  ];
}

/** Either one role that may create the others, or all of them; the owner alone where nothing but migrations run. */
function roleFaults(config: z.output<typeof schema>, kind: ProcessKind): ConfigFault[] {
  const { DATABASE_OWNER_URL, DATABASE_KEYS_URL, DATABASE_JOBS_URL } = config;
  if (kind === 'migration' && DATABASE_OWNER_URL !== undefined) return [];
  if ((DATABASE_OWNER_URL ?? DATABASE_KEYS_URL ?? DATABASE_JOBS_URL) === undefined) return [];
  const roles = ['DATABASE_URL', 'DATABASE_KEYS_URL', 'DATABASE_JOBS_URL'] as const;
  return roles
    .filter((key) => config[key] === undefined)
    .map((key) => ({ key, message: 'is needed together with the other roles' }));
}

/** Each part of the system answers for the secrets it uses; others it need not be given. */
function productionFaults(config: z.output<typeof schema>, kind: ProcessKind): ConfigFault[] {
  const hasGateway = kind === 'system' || kind === 'gateway';
  const hasContexts = kind === 'system' || kind === 'subgraph';
  const isMigration = kind === 'migration';
  const hasOwner = isMigration && config.DATABASE_OWNER_URL !== undefined;
  const makesRoles = kind !== 'gateway' && config.DATABASE_KEYS_URL === undefined && !hasOwner;
  const demo: [keyof typeof KEYS, string, boolean][] = [
    ['KEY_ENCRYPTION_KEY', DEMO.keyEncryptionKey, hasContexts],
    ['CURSOR_SECRET', DEMO.cursorSecret, hasGateway],
    ['UNSUBSCRIBE_SECRET', DEMO.unsubscribeSecret, hasContexts],
    ['DATABASE_ROLE_SECRET', DEMO.databaseRoleSecret, makesRoles],
  ];
  const faults = demo
    .filter(([key, value, isUsed]) => isUsed && config[key] === value)
    .map(([key]) => ({
      key,
      message: 'is the demo secret: set one of your own (openssl rand -base64 32)',
    }));
  const required: ['DATABASE_URL' | 'OIDC_ISSUER' | 'PUBLIC_URL', boolean][] = [
    ['DATABASE_URL', kind === 'system' || (isMigration && !hasOwner)],
    ['OIDC_ISSUER', hasGateway],
    ['PUBLIC_URL', !isMigration],
  ];
  for (const [key, isUsed] of required) {
    if (isUsed && config[key] === undefined) {
      faults.push({ key, message: 'is required in production: there is no embedded default' });
    }
  }
  return [...faults, ...webhookFaults(config), ...addressFaults(config)];
}

/** A key of the environment as people read it. */
export interface Setting {
  readonly key: string;
  /** What it sets, with unit and bounds. */
  readonly meaning: string;
  /** What counts where nothing is given; undefined where there is no such thing, or no single value. */
  readonly fallback: string | number | boolean | undefined;
}

/** Every key with its meaning and default, in the order of `.env.example`. */
export function describeSettings(): Setting[] {
  return Object.entries(KEYS).map(([key, type]) => {
    const { data } = type.safeParse(undefined);
    const fallback = typeof data === 'object' ? undefined : data;
    return { key, meaning: type.description ?? '', fallback };
  });
}

/** The text of `.env.example`: every key with its meaning and default. */
export function describeConfig(): string {
  const lines = describeSettings().map(
    ({ key, meaning, fallback = '' }) => `# ${meaning}\n#${key}=${String(fallback)}`,
  );
  return `${lines.join('\n\n')}\n`;
}
