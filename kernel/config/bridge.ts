import { z } from 'zod';

const servers = z
  .string()
  .refine(
    (text) =>
      text.split(',').every((each) => /^(nats|tls):$/.test(URL.parse(each.trim())?.protocol ?? '')),
    'is no address of a NATS server: nats://host:4222, several separated by commas, or tls://',
  );

/** The way to other machines. */
export const bridgeSettings = {
  EVENTS_BRIDGE: servers
    .optional()
    .describe(
      'NATS servers with JetStream for other machines, nats://user:password@host:4222 separated by commas; empty = none',
    ),
  EVENTS_FROM: z
    .enum(['database', 'bridge'])
    .default('database')
    .describe(
      'whence facts come: database works on them too; bridge makes this a replica that answers requests and streams, while another process on the same database does the work',
    ),
  EVENTS_BRIDGE_RETENTION_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_650)
    .default(90)
    .describe('how long a stream keeps a fact, 1..3650 days'),
  EVENTS_BRIDGE_BYTES_MAX: z.coerce
    .number()
    .int()
    .min(1_048_576)
    .default(1_073_741_824)
    .describe('how much a stream keeps, in bytes per module; the oldest leave first'),
  EVENTS_BRIDGE_DUPLICATE_WINDOW_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(120)
    .describe('how long the server recognises a message by its id, 1..86400 seconds'),
  EVENTS_BRIDGE_REPLICAS: z.coerce
    .number()
    .int()
    .min(1)
    .max(5)
    .default(1)
    .describe('copies of a stream in a cluster, 1..5; 3 in production'),
} as const;

/** A replica needs what it follows, and the database of the process that does the work. */
export function bridgeFaults(config: {
  readonly EVENTS_FROM: string;
  readonly EVENTS_BRIDGE?: string | undefined;
  readonly DATABASE_URL?: string | undefined;
}): { key: string; message: string }[] {
  if (config.EVENTS_FROM !== 'bridge') return [];
  return (['EVENTS_BRIDGE', 'DATABASE_URL'] as const)
    .filter((key) => config[key] === undefined)
    .map((key) => ({ key, message: 'is needed for EVENTS_FROM=bridge' }));
}
