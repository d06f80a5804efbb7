import { createLogger, createMetrics } from '#kernel/telemetry';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, expect, it } from 'vitest';
import { startEdge, type Edge } from './edge.fixture.ts';
import { createReload, type Reload } from './reload.ts';
import type { Supergraph } from './supergraph.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

interface Setting {
  readonly edge: Edge;
  readonly reload: Reload;
  readonly file: string;
  readonly logged: string[];
  /** Supergraphs that came and went. */
  readonly built: WeakRef<Supergraph>[];
}

async function start(): Promise<Setting> {
  const edge = await startEdge({ limits: { moveJitterMs: 0 } });
  open.push(() => edge.stop());
  const file = join(mkdtempSync(join(tmpdir(), 'reload-')), 'supergraph.graphql');
  writeFileSync(file, edge.supergraph.sdl);
  const logged: string[] = [];
  const built: WeakRef<Supergraph>[] = [];
  const reload = createReload({
    file,
    current: edge.supergraph,
    build: (sdl) => {
      const next = edge.serving(sdl);
      built.push(new WeakRef(next));
      return next;
    },
    gateway: edge.gateway,
    log: createLogger({ level: 'info', write: (line) => void logged.push(line) }),
    metrics: createMetrics(),
    retireAfterMs: 0,
  });
  open.push(() => reload.stop());
  return { edge, reload, file, logged, built };
}

/** As composed, told apart from the last by a comment. */
const version = (edge: Edge, at: number): string => `# ${at}\n${edge.supergraph.sdl}`;

it('F-20: twenty new supergraphs under load fail no request, and an invalid one changes nothing', async () => {
  const { edge, reload, file, logged } = await start();
  const token = await edge.token('sales');
  let isDone = false;
  const answers: Promise<string>[] = [];
  const load = (async () => {
    while (!isDone) {
      answers.push(edge.post({ query: '{ hello }' }, token).then((response) => response.text()));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  for (let at = 1; at <= 20; at++) {
    writeFileSync(file, at === 10 ? 'type Query {' : version(edge, at));
    expect(await reload.reload()).toBe(at === 10 ? 'refused' : 'replaced');
  }
  expect(await reload.reload()).toBe('unchanged');
  isDone = true;
  await load;
  const distinct = new Set(await Promise.all(answers));
  expect([...distinct]).toEqual(['{"data":{"hello":"Servus"}}']);
  expect(answers.length).toBeGreaterThan(20);
  expect(logged.filter((line) => line.includes('supergraph refused'))).toHaveLength(1);
});

it('a supergraph that does not get to serve is closed, the one before stays open', async () => {
  const { edge, file } = await start();
  const closed: string[] = [];
  const told = (name: string): Supergraph => ({
    ...edge.supergraph,
    close: async () => void closed.push(name),
  });
  const reload = createReload({
    file,
    current: told('current'),
    build: () => told('next'),
    gateway: { replaceSupergraph: () => Promise.reject(new Error('no plan')) },
    log: createLogger({ level: 'silent' }),
    metrics: createMetrics(),
  });
  writeFileSync(file, version(edge, 1));
  expect(await reload.reload()).toBe('refused');
  expect(closed).toEqual(['next']);
});

it('a change of the file is noticed', async () => {
  const { edge, reload, file, logged } = await start();
  await reload.start();
  writeFileSync(file, version(edge, 1));
  await expect.poll(() => logged.join(), { timeout: 10_000 }).toContain('supergraph replaced');
});

it('what was replaced is let go of', async () => {
  const { edge, reload, file, built } = await start();
  const token = await edge.token('sales');
  for (let at = 1; at <= 200; at++) {
    writeFileSync(file, version(edge, at));
    await reload.reload();
    await (await edge.post({ query: '{ hello }' }, token)).text();
  }
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  const alive = (): number => {
    collect();
    return built.filter((each) => each.deref() !== undefined).length;
  };
  expect(built).toHaveLength(200);
  await expect.poll(alive, { timeout: 10_000 }).toBeLessThanOrEqual(2);
}, 120_000);
