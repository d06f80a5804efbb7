import { loadConfig } from '#kernel/config';
import { createLogger, createMetrics } from '#kernel/telemetry';
import type { DemoClock } from '../../gateway/demo-data.ts';
import { startSystem } from '../../gateway/system.ts';

/**
 * The system as a process of its own, to be killed, under a clock that is some time off: follow-ups
 * are due on certain days, and a test runs on any.
 *
 * Argument: milliseconds to add to the time of the machine.
 */
const offsetMs = Number(process.argv[2] ?? 0);
const clock: DemoClock = {
  now: () => new Date(Date.now() + offsetMs),
  travel: () => {},
};
const config = loadConfig();
const log = createLogger({ level: config.LOG_LEVEL });
const system = await startSystem({ config, log, metrics: createMetrics(), clock });
process.on('SIGTERM', () => void system.stop().then(() => process.exit(0)));
process.stdout.write('is ready\n');
