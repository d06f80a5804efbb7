import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadConfig } from '#kernel/config';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { createTestDatabase, eventually, type TestDatabase } from '#kernel/testing';
import { createSubgraphs } from '#subgraphs';
import { createDemoClock } from '../../gateway/demo-data.ts';
import { startSystem, type System } from '../../gateway/system.ts';
import { databaseEnvironment, freePort } from '../stories/system.ts';
import { effectsOf, gapsOf, rowsOf, unloggedOf } from './checker.ts';
import {
  callerOf,
  registerPeople,
  startProcess,
  type Caller,
  type SystemProcess,
} from './process.ts';
import { createWorkload, type Command, type Workload } from './workload.ts';

const ROUNDS = Number(process.env['CHAOS_ROUNDS'] ?? 20);
const LOGINS = ['sales-de', 'sales-de-2', 'sales-at', 'sales-ch'];
const PERSONAS = [...LOGINS, 'manager-de', 'manager-at-ch', 'admin'];
/** Answers that must have come before the kill; the moment within the next commands is chance. */
const ANSWERS_PER_ROUND = 12;
const FURTHER_MS_MAX = 400;
/** Of the last commands, sent again with their keys. */
const REPEATED = 60;
/** Long enough for the limits of a minute. */
const PATIENT = { timeoutMs: 90_000, intervalMs: 1_000 };
const DATA_DIR = `.data/chaos-${process.pid}`;

let db: TestDatabase;
let port: number;
let caller: Caller;
let workload: Workload;
let environment: Record<string, string>;
let running: SystemProcess | undefined;

beforeAll(async () => {
  db = await createTestDatabase({ modules: createSubgraphs({}) });
  port = await freePort();
  caller = callerOf(port, DATA_DIR);
  workload = createWorkload(caller, LOGINS);
  environment = {
    PORT: String(port),
    DATA_DIR,
    LOG_LEVEL: 'warn',
    ...databaseEnvironment(db),
  };
}, 120_000);
afterAll(async () => {
  await running?.end('SIGKILL');
  await db?.close();
  await rm(DATA_DIR, { recursive: true, force: true });
});

const start = async (): Promise<void> => {
  running = startProcess({ args: ['--no-demo'], environment });
  await running.ready;
};

const answered = (): number =>
  workload.commands.filter(({ state }) => state === 'acknowledged' || state === 'refused').length;

async function killUnderLoad(rounds: number): Promise<void> {
  const stop = new AbortController();
  const load = workload.run(stop.signal);
  for (let round = 0; round < rounds; round += 1) {
    const before = answered();
    await eventually(() => expect(answered()).toBeGreaterThan(before + ANSWERS_PER_ROUND), {
      timeoutMs: 60_000,
    });
    await new Promise((resolve) => setTimeout(resolve, Math.random() * FURTHER_MS_MAX));
    await running?.end('SIGKILL');
    await start();
  }
  stop.abort();
  await load;
}

/** In this process, on the database that the killed ones left behind. */
async function inspect(): Promise<System> {
  const config = loadConfig({ ...environment, PORT: String(await freePort()) });
  const log = createLogger({ level: 'silent' });
  const clock = createDemoClock();
  return startSystem({ config, log, metrics: createMetrics(), clock });
}

async function widgets(system: System): Promise<Record<string, unknown>> {
  const reading = callerOf(Number(new URL(system.url).port), DATA_DIR);
  const shown: Record<string, unknown> = {};
  for (const login of PERSONAS) {
    const { data } = await reading.ask<{ leadWidget: { leadStats: { total: number } } }>(
      login,
      `{ leadWidget { userId territory isManagerView pendingT3Count pendingT7Count t3ConversionRate
         leadStats { total byStatus { status count } createdLast7Days protectionEndingIn7Days }
         recentActivities { id kind at } recentFollowUps { id } } }`,
    );
    expect(data?.leadWidget, login).toBeTruthy();
    shown[login] = data?.leadWidget;
  }
  return shown;
}

const PROJECTIONS = createSubgraphs({}).flatMap(({ projections }) =>
  projections.map(({ name }) => name),
);

const inState = (...states: Command['state'][]): Command[] =>
  workload.commands.filter(({ state }) => states.includes(state));

it(`K1–K3: killed ${ROUNDS} times under load, the system loses and doubles nothing`, async () => {
  await start();
  await registerPeople(caller);
  const began = performance.now();
  await killUnderLoad(ROUNDS);
  const seconds = Math.round((performance.now() - began) / 1_000);

  const unknown = inState('sent', 'unknown');
  for (const command of unknown) {
    await eventually(() => workload.repeat(command), PATIENT);
  }
  expect(inState('sent', 'unknown')).toEqual([]);
  for (const command of inState('acknowledged').slice(-REPEATED)) {
    const { id, code } = await eventually(() => workload.repeat(command), PATIENT);
    expect({ number: command.number, id, code }).toEqual({
      number: command.number,
      id: command.id,
      code: undefined,
    });
  }
  expect((await running?.end('SIGTERM'))?.code).toBe(0);

  const system = await inspect();
  try {
    const { backbone } = system.runtime;
    await backbone.settled({ timeoutMs: 60_000 });
    expect(await effectsOf(db)).toEqual(effectsExpected());
    expect(await gapsOf(db)).toEqual([]);
    expect(await unloggedOf(db)).toEqual([]);
    expect(await backbone.deadLetters()).toEqual([]);

    const now = Date.now();
    system.clock.travel(new Date(now));
    const lived = { tables: await rowsOf(db), widgets: await widgets(system) };
    for (const name of PROJECTIONS) await backbone.rebuild(name);
    // Behind the time for which a widget is kept.
    system.clock.travel(new Date(now + 61_000));
    const rebuilt = { tables: await rowsOf(db), widgets: await widgets(system) };
    expect(rebuilt).toEqual(lived);
    for (const login of LOGINS) {
      expect(lived.widgets[login]).toMatchObject({
        leadStats: { total: registeredBy(login) },
      });
    }
  } finally {
    await system.stop();
  }
  process.stdout.write(
    `chaos: ${ROUNDS} kills in ${seconds} s, ${inState('acknowledged').length} acknowledged, ` +
      `${inState('refused').length} refused, ${unknown.length} unknown at first\n`,
  );
}, 900_000);

it('the checker sees a fact that is gone, doubled or out of order, and a changed row', async () => {
  const behindTheGuards = (sql: string): Promise<unknown> =>
    db.admin(`begin; set local session_replication_role = replica; ${sql}; commit`);
  const victim = `(select max(seq) from leads.event where type = 'lead.updated')`;
  await behindTheGuards(`update leads.event set version = version + 1 where seq = ${victim}`);
  expect(await gapsOf(db)).toHaveLength(1);
  await behindTheGuards(`update leads.event set version = version - 1 where seq = ${victim}`);
  expect(await gapsOf(db)).toEqual([]);

  await behindTheGuards(
    `update leads.log set seqs = seqs || seqs[1] where first_position = (select max(first_position) from leads.log)`,
  );
  expect(await unloggedOf(db)).toHaveLength(1);

  const before = await rowsOf(db);
  await behindTheGuards(
    `update cockpit.counter set n = n + 1 where (user_id, territory, metric, bucket) =
       (select user_id, territory, metric, bucket from cockpit.counter limit 1)`,
  );
  expect(await rowsOf(db)).not.toEqual(before);

  await behindTheGuards(`delete from leads.event where seq = ${victim}`);
  expect(await effectsOf(db)).not.toEqual(effectsExpected());
});

function effectsExpected() {
  const done = inState('acknowledged');
  const numbers = (kind: Command['kind']): number[] =>
    done.filter((command) => command.kind === kind).map(({ number }) => number);
  const ids = (kind: Command['kind']): string[] =>
    done
      .filter((command) => command.kind === kind)
      .map(({ id }) => id ?? '')
      .toSorted();
  return {
    registered: numbers('register').toSorted(byValue),
    registeredIds: ids('register'),
    updated: numbers('update').toSorted(byValue),
    qualified: ids('qualify'),
    logged: ids('log'),
  };
}

const byValue = (a: number, b: number): number => a - b;

function registeredBy(login: string): number {
  const isOwn = (each: Command): boolean => each.kind === 'register' && each.login === login;
  return inState('acknowledged').filter(isOwn).length;
}
