import { createInterface } from 'node:readline';
import { createActor, systemActor, type Actor } from '#kernel/access';
import { createDatabase } from '#kernel/database';
import { ResumeGap, append, createBackbone, createKeyring, sealKeyFrom } from '#kernel/events';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { counter, counters, testContext, type CounterEvent } from '#kernel/testing';
import { catalogOf, chaosModules } from './modules.ts';
import type { Call, NodeSettings } from './protocol.ts';

/**
 * A whole process of the backbone, to be killed and stopped: it takes commands as lines on its input
 * and answers each with a line. Argument: its settings as JSON.
 */
const settings = JSON.parse(process.argv[2] ?? '{}') as NodeSettings;
const TERRITORIES = ['AT', 'CH', 'DE'];

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function untilItWorks<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch {
      await pause(100);
    }
  }
}

const aggregate = { ...counter, events: catalogOf(settings) };
const released = Promise.withResolvers<void>();
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const REFUSALS = new Set(['CONFLICT', 'DENIED', 'UNKNOWN_FACT']);

/** Calls that come before the database is there wait for it. */
const up = Promise.withResolvers<void>();
createInterface({ input: process.stdin }).on('line', (line) => {
  const call = JSON.parse(line) as Call & { id: number };
  const done = call.do === 'ping' ? Promise.resolve('alive') : up.promise.then(() => answer(call));
  done.then(
    (ok) => say({ id: call.id, ok: ok ?? null }),
    (error: unknown) => {
      const { code, name } = error as { code?: string; name?: string };
      const isRefused = code !== undefined && REFUSALS.has(code);
      say({ id: call.id, [isRefused ? 'refused' : 'failed']: code ?? name });
    },
  );
});
// Whoever started it is gone: nobody would end it.
process.stdin.on('end', () => process.exit(0));

const database = await untilItWorks(() =>
  createDatabase({
    url: settings.url,
    applicationName: settings.name,
    poolSizeMax: settings.poolSizeMax ?? 6,
  }),
);
const keyring = await untilItWorks(() =>
  createKeyring({
    url: settings.keysUrl,
    keyEncryptionKeys: [{ id: 'test', key: Buffer.alloc(32, 7) }],
  }),
);
const metrics = createMetrics();
let isOn = true;
const backbone = createBackbone({
  database,
  keyring,
  modules: chaosModules(settings),
  territories: TERRITORIES,
  clock: { now: () => new Date() },
  log: createLogger({ level: 'info' }),
  metrics,
  workersMax: 4,
  isEnabled: () => isOn,
  attemptsMax: settings.attemptsMax ?? 3,
  handlerTimeoutMs: 5_000,
  sealing: { key: sealKeyFrom(Buffer.alloc(32, 3)), directory: settings.sealDirectory },
});

const actorOf = (territory: string, userId: string): Actor =>
  createActor({ userId, roles: ['sales'], territories: [territory] });

async function command(call: Extract<Call, { do: 'command' }>): Promise<unknown> {
  const { counterId, territory, amounts, key, expectedVersion, number, userId, person } = call;
  const events: CounterEvent[] = [
    ...(expectedVersion === 0 ? [{ type: 'counter.opened' as const, data: { territory } }] : []),
    ...(person === undefined
      ? []
      : [{ type: 'counter.noted' as const, data: { personId: person.id, note: person.note } }]),
    ...amounts.map((amount) => ({
      type: 'counter.added' as const,
      data: { amount, unit: 'piece' },
    })),
  ];
  const recorded = await database.transaction(
    actorOf(call.asTerritory ?? territory, userId),
    async (tx) => {
      const facts = await append(tx, {
        aggregate,
        id: counterId,
        state: { territory, total: 0 },
        expectedVersion,
        events,
        context: { ...testContext(), correlationId: `command-${number}` },
        idempotencyKey: key,
      });
      if (call.isHeld === true) await released.promise;
      return facts;
    },
    call.isHeld === true ? { transactionTimeoutMs: 120_000 } : {},
  );
  return recorded.map(({ id, version }) => ({ id, version }));
}

/** As a newer or broken process would write it: around the catalog, with its inline row. */
async function raw(call: Extract<Call, { do: 'raw' }>): Promise<unknown> {
  const { counterId, territory, userId, schemaVersion, data, number } = call;
  return database.transaction(actorOf(territory, userId), async (tx) => {
    const [row] = await tx.query<{ version: number }>(
      `select version from counters.append('counter', $1, null, $2, null, null, $3)`,
      [
        counterId,
        territory,
        JSON.stringify([
          {
            id: crypto.randomUUID(),
            type: 'counter.added',
            schemaVersion,
            data,
            time: new Date().toISOString(),
            actor: userId,
            correlationId: `command-${number}`,
            meta: {},
          },
        ]),
      ],
    );
    await tx.query('update counters.counter set version = $2, total = total + $3 where id = $1', [
      counterId,
      row?.version,
      call.inlineAmount,
    ]);
    return [];
  });
}

/** Facts as a person of that territory may see them, by the rights the database gives him. */
async function subscribe({ name, territory, from }: Extract<Call, { do: 'subscribe' }>) {
  const actor = actorOf(territory, '00000000-0000-4000-8000-000000000000');
  const visible = new Map<string, boolean>();
  const types = Object.keys(counters.events.facts);
  const facts = backbone.feed.subscribe({ types, from, actor });
  for await (const { aggregateId, version, id, position } of facts) {
    let sees = visible.get(aggregateId);
    if (sees === undefined) {
      const rows = await untilItWorks(() =>
        database.transaction(
          actor,
          (tx) => tx.query('select from counters.stream where aggregate_id = $1', [aggregateId]),
          { readOnly: true },
        ),
      );
      sees = rows.length > 0;
      visible.set(aggregateId, sees);
    }
    say({ record: name, position, ...(sees ? { aggregateId, version, id } : {}) });
  }
}

/** Goes on behind what this process cannot read, having been told. */
async function follow(call: Extract<Call, { do: 'subscribe' }>): Promise<void> {
  let { from } = call;
  for (;;) {
    try {
      return await subscribe({ ...call, from });
    } catch (error) {
      if (!(error instanceof ResumeGap) || error.unreadable === undefined) throw error;
      from = error.unreadable.position;
      say({ record: call.name, position: from, gap: true });
    }
  }
}

const job = systemActor('chaos', TERRITORIES);

async function answer(call: Call): Promise<unknown> {
  switch (call.do) {
    case 'ping':
      return undefined;
    case 'release':
      return released.resolve();
    case 'command':
      return command(call);
    case 'raw':
      return raw(call);
    case 'subscribe':
      return void follow(call).catch((error: unknown) =>
        say({ record: call.name, ended: String(error) }),
      );
    case 'switch':
      isOn = call.isOn;
      return isOn;
    case 'pause':
      return backbone.pause(call.consumer);
    case 'resume':
      return backbone.resume(call.consumer);
    case 'rebuild':
      return backbone.rebuild(call.projection);
    case 'redrive':
      return backbone.redrive({
        consumer: { name: call.consumer, source: 'counters' },
        aggregateIds: call.aggregateIds,
        by: call.by,
      });
    case 'settled':
      return backbone.settled({ timeoutMs: call.timeoutMs });
    case 'deadLetters':
      return backbone.deadLetters();
    case 'unlogged':
      return backbone.unlogged();
    case 'seal':
      return backbone.keeping.seal('counters');
    case 'verify':
      return backbone.keeping.verifyChain({ module: 'counters' });
    case 'listening':
      return backbone.isListening();
    case 'metrics':
      return (await metrics.expose()).body;
    case 'total': {
      const [row] = await database.transaction(
        job,
        (tx) => tx.query<{ n: number }>('select count(*)::int as n from tallies.tally'),
        { readOnly: true },
      );
      return row?.n;
    }
    case 'stop':
      await backbone.stop();
      return 'stopped';
  }
}

up.resolve();
await untilItWorks(() => backbone.start());
say({ isReady: true });
