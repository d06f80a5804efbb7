import { rm } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemActor } from '#kernel/access';
import { loadConfig } from '#kernel/config';
import { readFacts } from '#kernel/events';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { createTestDatabase, rowsAfter, type TestDatabase } from '#kernel/testing';
import { createSubgraphs } from '#subgraphs';
import { createDemoClock } from '../../gateway/demo-data.ts';
import { startSystem, type System } from '../../gateway/system.ts';
import { rowsOf } from '../chaos/checker.ts';
import { databaseEnvironment, freePort } from '../stories/system.ts';

const DATA_DIR = `.data/rebuilt-${process.pid}`;
const PROJECTIONS = createSubgraphs({}).flatMap(({ projections }) => [...projections]);

let db: TestDatabase;
let system: System;

/** The history of the demonstration, told through the graph. */
beforeAll(async () => {
  db = await createTestDatabase({ modules: createSubgraphs({}) });
  const config = loadConfig({
    PORT: String(await freePort()),
    DATA_DIR,
    ...databaseEnvironment(db),
  });
  const log = createLogger({ level: 'silent' });
  const clock = createDemoClock();
  system = await startSystem({ config, log, metrics: createMetrics(), clock, demo: true });
  // Reminders that are due now would go on being written.
  await system.runtime.timers.stop();
  await system.runtime.backbone.settled({ timeoutMs: 60_000 });
}, 180_000);
afterAll(async () => {
  await system?.stop();
  await db?.close();
  await rm(DATA_DIR, { recursive: true, force: true });
});

test('I11: every projection of every context, rebuilt, is the lived one byte for byte', async () => {
  const lived = await rowsOf(db);
  const shape = () =>
    db.admin(
      `select n.nspname, c.relname, kernel.table_shape(n.nspname::text, c.oid::regclass) as shape
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind = 'r' and n.nspname = any ($1) order by 1, 2`,
      [createSubgraphs({}).map(({ name }) => name)],
    );
  const before = await shape();
  const filled = Object.entries(lived).filter(([, rows]) => rows.length > 0);
  const applied: Record<string, number> = {};
  for (const { name, tables } of PROJECTIONS) {
    const { events } = await system.runtime.backbone.rebuild(name);
    applied[name] = events;
    for (const table of tables) {
      expect((await rowsOf(db))[table], `${table} after ${name}`).toEqual(lived[table]);
    }
  }
  expect(await rowsOf(db)).toEqual(lived);
  expect(await shape()).toEqual(before);
  // Nothing was told anew: no fact, no letter, no message.
  await system.runtime.backbone.settled({ timeoutMs: 60_000 });
  expect(await rowsOf(db)).toEqual(lived);
  expect(filled.length).toBeGreaterThan(8);
  process.stdout.write(
    `rebuilt: ${PROJECTIONS.length} projections, ${JSON.stringify(applied)}, ` +
      `${filled.length} tables with rows\n`,
  );
}, 180_000);

test('what is taken together of a real history leaves the rows it leaves one by one, however it is cut', async () => {
  const { database } = system.runtime;
  const job = systemActor('test', ['AT', 'CH', 'DE']);
  const modules = createSubgraphs({}).flatMap(({ events }) =>
    events === undefined ? [] : [events],
  );
  const logs = await Promise.all(
    modules.map((catalog) =>
      database.transaction(job, (tx) => readFacts(tx, catalog, 0, 100_000), { readOnly: true }),
    ),
  );
  const together = PROJECTIONS.filter(({ onMany }) => onMany !== undefined);
  for (const projection of together) {
    const facts = logs.flat().filter(({ type }) => type in projection.on);
    const alone = await rowsAfter(
      database,
      projection,
      facts.map((fact) => [fact]),
    );
    expect(Object.values(alone).flat().length).toBeGreaterThan(10);
    const cuts = fc.array(fc.nat(facts.length), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(cuts, async (ends) => {
        const places = [...new Set([0, ...ends, facts.length])].toSorted((a, b) => a - b);
        const batches = places.slice(1).map((end, n) => facts.slice(places[n], end));
        expect(await rowsAfter(database, projection, batches)).toEqual(alone);
      }),
      { numRuns: 5, examples: [[[]]] },
    );
  }
  expect(together.map(({ name }) => name)).toEqual(['leads.leads', 'cockpit.lead_widget']);
}, 180_000);
