import { createBridgeLink } from '#kernel/bridge';
import { createDatabase } from '#kernel/database';
import { createBackbone, type Outlet } from '#kernel/events';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { counters } from './counters.ts';

/**
 * A publisher that dies at the worst moment: NATS has acknowledged, the checkpoint has not moved.
 *
 * Arguments: connection string of the runtime role, address of the NATS server.
 */
const [, , databaseUrl = '', natsUrl = ''] = process.argv;
const log = createLogger({ level: 'silent' });
const metrics = createMetrics();
const { outlet } = createBridgeLink({
  url: natsUrl,
  name: 'child',
  modules: ['counters'],
  limits: { retentionDays: 1, bytesMax: 64 * 2 ** 20, duplicateWindowSeconds: 60, replicas: 1 },
  log,
  metrics,
});
const deadly: Outlet = {
  newest: (module) => outlet.newest(module),
  async add(module, facts) {
    await outlet.add(module, facts);
    process.kill(process.pid, 'SIGKILL');
    await new Promise(() => {});
  },
};
await createBackbone({
  database: await createDatabase({ url: databaseUrl, applicationName: 'bridge-child' }),
  modules: [counters],
  territories: ['DE'],
  clock: { now: () => new Date() },
  log,
  metrics,
  outlet: deadly,
}).start();
