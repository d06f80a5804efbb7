import { randomUUID } from 'node:crypto';
import { createActor } from '#kernel/access';
import { createDatabase, type Database } from '#kernel/database';
import { createBackbone, defineProjection } from '#kernel/events';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { DEADLY_AMOUNT, added, count, counters, tallies, type CounterEvent } from './counters.ts';

/**
 * A whole process to be killed: writers, a log head and consumers. Prints one line per acknowledged
 * fact, so that whoever kills it knows what must not be lost.
 *
 * Arguments: connection string of the runtime role, then the ids of the counters to write to; without
 * ids it only consumes. A consumer of its own dies of a fact with the deadly amount, as by lack of memory.
 */
const WRITERS = 4;
const PAUSE_MS = 5;

const [, , url = '', ...ids] = process.argv;
const actor = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function untilItWorks<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch {
      await pause(50);
    }
  }
}

async function write(database: Database): Promise<never> {
  for (;;) {
    const id = ids[Math.floor(Math.random() * ids.length)] ?? '';
    try {
      const recorded = await database.transaction(actor, (tx) => count(tx, id, [added(), added()]));
      for (const event of recorded) process.stdout.write(`${event.id}\n`);
    } catch {
      // Not acknowledged: it may or may not be stored.
    }
    await pause(Math.random() * PAUSE_MS);
  }
}

const database = await untilItWorks(() => createDatabase({ url, applicationName: 'crash' }));
const mortal = defineProjection<CounterEvent>({
  name: 'tallies.mortal',
  tables: [],
  on: {
    'counter.added': async ({ data, aggregateId, version, position }, tx) => {
      if (data.amount === DEADLY_AMOUNT) process.kill(process.pid, 'SIGKILL');
      await tx.query(
        `insert into tallies.seen (consumer, counter_id, version, position)
         values ('tallies.mortal', $1, $2, $3)`,
        [aggregateId, version, position],
      );
    },
  },
});
const backbone = createBackbone({
  database,
  modules: [counters, { ...tallies, projections: [...tallies.projections, mortal] }],
  territories: ['DE'],
  clock: { now: () => new Date() },
  log: createLogger({ level: 'silent' }),
  metrics: createMetrics(),
});
const writing = ids.length === 0 ? [] : Array.from({ length: WRITERS }, () => write(database));
await untilItWorks(() => backbone.start());
await Promise.all(writing);
