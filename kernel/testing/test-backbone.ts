import { createBackbone, type Backbone, type BackboneOptions } from '#kernel/events';
import { createLogger, createMetrics } from '#kernel/telemetry';
import type { TestDatabase } from './test-database.ts';

export type TestBackboneOptions = Partial<Omit<BackboneOptions, 'database'>> &
  Pick<BackboneOptions, 'modules'>;

/** A backbone over a test database, quiet and with the real clock unless told otherwise; not started. */
export function testBackbone(db: TestDatabase, options: TestBackboneOptions): Backbone {
  return createBackbone({
    database: db.database,
    keyring: db.keyring,
    territories: ['AT', 'CH', 'DE'],
    clock: { now: () => new Date() },
    log: createLogger({ level: 'silent' }),
    metrics: createMetrics(),
    ...options,
  });
}
