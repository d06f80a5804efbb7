import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startCollector, type CollectedSpan, type Collector } from '#kernel/testing';
import { createLogger, inSpan, type Tracing } from './index.ts';
import { createOtlpTracing, type OtlpOptions } from './otlp.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');

let collector: Collector;
let logged: string[];
beforeEach(async () => {
  collector = await startCollector();
  logged = [];
});
afterEach(() => collector.stop());

const tracingTo = (endpoint: string, options: Partial<OtlpOptions> = {}): Tracing =>
  createOtlpTracing({
    endpoint,
    headers: {},
    share: 1,
    service: 'test',
    log: createLogger({ level: 'warn', write: (line) => void logged.push(line) }),
    ...options,
  });
const named = (name: string): CollectedSpan | undefined =>
  collector.spans.find((span) => span.name === name);

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('a trace', () => {
  it('goes on with the one that the caller names, step within step', async () => {
    const tracing = tracingTo(`${collector.url}/`, { headers: { 'x-key': 'of the collector' } });
    const operation = tracing.start('operation', { parent: `00-${TRACE}-${SPAN}-01` });
    operation.rename('query Leads', { 'graphql.operation.name': 'Leads' });
    const fetch = operation.start('fetch', { kind: 'client', attributes: { count: 2 } });
    expect(fetch.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
    fetch.end();
    operation.end();
    const later = tracing.start('handle', { parent: fetch.traceparent });
    later.end();
    await tracing.stop();
    expect(named('query Leads')).toMatchObject({
      service: 'test',
      traceId: TRACE,
      parentSpanId: SPAN,
      attributes: { 'graphql.operation.name': 'Leads' },
    });
    expect(named('fetch')?.parentSpanId).toBe(named('query Leads')?.spanId);
    expect(named('fetch')?.attributes).toEqual({ count: 2 });
    expect(named('handle')?.parentSpanId).toBe(named('fetch')?.spanId);
    expect(collector.received[0]).toMatch(/^\/v1\/traces .*"x-key":"of the collector"/);
  });

  it.each([undefined, '', 'nonsense', `00-${'0'.repeat(32)}-${SPAN}-01`, `01-${TRACE}-${SPAN}-01`])(
    'begins anew for %j',
    async (parent) => {
      const tracing = tracingTo(collector.url);
      tracing.start('operation', { parent }).end();
      await tracing.stop();
      expect(named('operation')?.parentSpanId).toBe('');
      expect(named('operation')?.traceId).not.toBe(TRACE);
    },
  );

  it('is not recorded where the caller wants none, and says so to whoever comes next', async () => {
    const tracing = tracingTo(collector.url);
    const operation = tracing.start('operation', { parent: `00-${TRACE}-${SPAN}-00` });
    const fetch = operation.start('fetch');
    expect(fetch.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
    fetch.end();
    operation.end();
    await tracing.stop();
    expect(collector.spans).toEqual([]);
  });

  it('is recorded for its share and no more, whatever the caller wants', async () => {
    const tracing = tracingTo(collector.url, { share: 0.25 });
    const ids = Array.from({ length: 200 }, (_, n) => (n * 21_474_836 + 10_000_000).toString(16));
    for (const id of ids) {
      const traceId = `${id.padStart(8, '0')}${'0'.repeat(23)}1`;
      tracing.start('operation', { parent: `00-${traceId}-${SPAN}-01` }).end();
    }
    await tracing.stop();
    expect(collector.spans).toHaveLength(50);
  });
});

describe('a span', () => {
  it('ends with the work, and tells the code of a failure but not what it says', async () => {
    const tracing = tracingTo(collector.url);
    const failing = (name: string, error: unknown) =>
      inSpan(tracing.start(name), () => Promise.reject(error as Error));
    const coded = Object.assign(new Error('Kanari Vogel is in the way'), { code: 'CONFLICT' });
    await expect(failing('coded', coded)).rejects.toBe(coded);
    await expect(failing('plain', new TypeError('Kanari Vogel'))).rejects.toThrow(TypeError);
    await expect(failing('odd', { code: 'of Kanari Vogel' })).rejects.toBeDefined();
    expect(() =>
      inSpan(tracing.start('thrown'), () => {
        throw coded;
      }),
    ).toThrow(coded);
    expect(inSpan(tracing.start('answered'), () => 4711)).toBe(4711);
    const twice = tracing.start('twice');
    twice.end();
    twice.end(coded);
    twice.rename('too late');
    await tracing.stop();
    const outcomes = collector.spans.map(({ name, failed, attributes }) => [
      name,
      failed,
      attributes['error.type'],
    ]);
    expect(outcomes).toEqual([
      ['coded', true, 'CONFLICT'],
      ['plain', true, 'TypeError'],
      ['odd', true, 'OTHER'],
      ['thrown', true, 'CONFLICT'],
      ['answered', false, undefined],
      ['twice', false, undefined],
    ]);
    expect(collector.received.join()).not.toContain('Kanari');
  });

  it('is scrubbed and short, whoever wrote what into it', async () => {
    const tracing = tracingTo(collector.url);
    const span = tracing.start('mail kanari@pii.test', { attributes: { a: 'kanari@pii.test' } });
    span.rename('call +49 171 4711 4711', { b: '+49 171 4711 4711', c: 'x'.repeat(1_000) });
    span.end();
    await tracing.stop();
    const { name, attributes } = collector.spans[0] as CollectedSpan;
    expect([name, attributes['a'], attributes['b']]).toEqual([
      'call ***11',
      '***@example.com',
      '***11',
    ]);
    expect(String(attributes['c'])).toHaveLength(200);
    expect(collector.received.join()).not.toContain('kanari');
  });
});

describe('a collector', () => {
  it('that cannot follow costs spans, never memory without end', async () => {
    const tracing = tracingTo(collector.url);
    for (let n = 0; n < 10_000; n += 1) tracing.start('operation').end();
    await tracing.stop();
    expect(collector.spans.length).toBeGreaterThanOrEqual(2_048);
    expect(collector.spans.length).toBeLessThan(3_000);
  });

  it('that never answers does not keep the process from stopping', async () => {
    const deaf = await startCollector({ hangs: true });
    const tracing = tracingTo(deaf.url, { stopTimeoutMs: 50 });
    tracing.start('operation').end();
    await tracing.stop();
    expect(logged.join()).toContain('spans were not sent');
    await deaf.stop();
  });

  it('that is away is said in the log', async () => {
    await collector.stop();
    const tracing = tracingTo(collector.url, { stopTimeoutMs: 50 });
    tracing.start('operation').end();
    await tracing.stop();
    expect(logged.join()).toContain('spans were not sent');
  });
});

describe('the SDK', () => {
  const loadedWith = async (program: string): Promise<string[]> => {
    const script = `
      import { registerHooks } from 'node:module';
      const loaded = new Set();
      registerHooks({
        resolve(specifier, context, next) {
          const found = next(specifier, context);
          const [, name] = /node_modules\\/@opentelemetry\\/([a-z-]+)/.exec(found.url) ?? [];
          if (name !== undefined) loaded.add(name);
          return found;
        },
      });
      const { loadConfig } = await import('#kernel/config');
      const { createLogger, openTracing } = await import('#kernel/telemetry');
      const log = createLogger({ level: 'silent' });
      const open = (environment) => openTracing(loadConfig(environment), { service: 'test', log });
      ${program}
      console.log(JSON.stringify([...loaded]));
      process.exit();`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
      cwd: ROOT,
    });
    return JSON.parse(stdout) as string[];
  };

  it('is not loaded without an endpoint, by no part of the system', async () => {
    const loaded = await loadedWith(`
      await import('./gateway/system.ts');
      await import('./gateway/processes/gateway-process.ts');
      await import('./gateway/processes/subgraph-process.ts');
      if (await open({}) !== undefined) throw new Error('traces');`);
    // The interfaces come with the library of metrics.
    expect(loaded.filter((name) => name !== 'api')).toEqual([]);
  });

  it('is loaded with one', async () => {
    const loaded = await loadedWith(
      `await open({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:1' });`,
    );
    expect(loaded).toEqual(expect.arrayContaining(['sdk-trace', 'exporter-trace-otlp-http']));
  });
});
