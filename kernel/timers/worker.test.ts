import { once } from 'node:events';
import { expect, it } from 'vitest';
import { systemActor } from '#kernel/access';
import { jobContext } from '#kernel/events';
import { createLogger } from '#kernel/telemetry';
import { eventually } from '#kernel/testing';
import { createWorkers, type Worker } from './worker.ts';

const logged: string[] = [];
const log = createLogger({ level: 'info', write: (line) => void logged.push(line) });
const foundations = { database: undefined as never, clock: { now: () => new Date() }, log };
const serviceOf = (...workers: Worker[]) =>
  createWorkers({
    workers,
    contextOf: ({ name }) => jobContext(foundations, { actor: systemActor(name, ['DE']) }),
    log,
  });

it('a worker goes on after a fault, and ends when the process does', async () => {
  let runs = 0;
  let isEnded = false;
  const workers = serviceOf({
    name: 'test.worker',
    async run(_, signal) {
      runs += 1;
      if (runs === 1) throw new Error('once');
      await once(signal, 'abort');
      isEnded = true;
    },
  });
  await workers.start();
  await eventually(() => expect(runs).toBe(2));
  expect(logged.join('\n')).toContain('test.worker');
  await workers.stop();
  expect([runs, isEnded]).toEqual([2, true]);
});

it('each piece of its work has a context of its own, as the job it is', async () => {
  const contexts: { clientId: string | undefined; requestId: string }[] = [];
  const workers = serviceOf({
    name: 'test.worker',
    async run(contextOf, signal) {
      for (const { actor, requestId } of [contextOf(), contextOf()]) {
        contexts.push({ clientId: actor.clientId, requestId });
      }
      await once(signal, 'abort');
    },
  });
  await workers.start();
  await workers.stop();
  expect(contexts.map(({ clientId }) => clientId)).toEqual(['job:test.worker', 'job:test.worker']);
  expect(contexts[0]?.requestId).not.toBe(contexts[1]?.requestId);
});
