/**
 * One job queue in a process of its own: jobs enqueued one by one over 16 at once, worked off from a
 * full queue, and the time from enqueueing to the worker at 100 a second. Tells its parent.
 */
const [, , name, url, secondsText] = process.argv;
const seconds = Number(secondsText);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @returns `{ add, work(handle), stop }`: `handle` is given the instant a job was intended for. */
async function pgBoss() {
  const { PgBoss } = await import('pg-boss');
  const boss = new PgBoss({ connectionString: url, max: 20 });
  boss.on('error', console.error);
  await boss.start();
  await boss.createQueue('bench');
  return {
    add: (dueMs) => boss.send('bench', { dueMs }),
    work: (handle) =>
      boss.work('bench', { batchSize: 200, pollingIntervalSeconds: 0.5 }, async (jobs) => {
        for (const { data } of jobs) handle(data.dueMs);
      }),
    stop: () => boss.stop({ graceful: false }),
  };
}

async function graphileWorker() {
  const { Logger, makeWorkerUtils, run } = await import('graphile-worker');
  const logger = new Logger(() => () => {});
  const utils = await makeWorkerUtils({ connectionString: url, logger, maxPoolSize: 20 });
  await utils.migrate();
  let runner;
  return {
    add: (dueMs) => utils.addJob('bench', { dueMs }),
    async work(handle) {
      runner = await run({
        connectionString: url,
        logger,
        concurrency: 16,
        maxPoolSize: 20,
        noHandleSignals: true,
        taskList: { bench: async ({ dueMs }) => handle(dueMs) },
      });
    },
    async stop() {
      await runner?.stop();
      await utils.release();
    },
  };
}

async function measure() {
  const queue = await (name === 'pg-boss' ? pgBoss() : graphileWorker());
  let added = 0;
  const fillMs = performance.now();
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (performance.now() - fillMs < seconds * 1_000) {
        await queue.add(0);
        added += 1;
      }
    }),
  );
  const enqueuedPerSecond = (added / (performance.now() - fillMs)) * 1_000;
  let handled = 0;
  const latenciesMs = [];
  const workMs = performance.now();
  await queue.work((dueMs) => {
    handled += 1;
    if (dueMs > 0) latenciesMs.push(performance.now() - dueMs);
  });
  while (handled < added) await pause(1);
  const workedPerSecond = (added / (performance.now() - workMs)) * 1_000;
  const startMs = performance.now();
  const adding = [];
  for (let n = 0; n < seconds * 100; n += 1) {
    const dueMs = startMs + n * 10;
    while (performance.now() < dueMs) await pause(Math.max(0, dueMs - performance.now()));
    adding.push(queue.add(dueMs));
  }
  await Promise.all(adding);
  while (latenciesMs.length < adding.length) await pause(1);
  await queue.stop();
  return { enqueuedPerSecond, workedPerSecond, latenciesMs };
}

process.on('disconnect', () => process.exit());
process.send('ready');
measure().then(
  (figures) => process.send(figures),
  (error) => process.send({ error: String(error) }),
);
