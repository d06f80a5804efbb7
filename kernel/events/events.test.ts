import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createMetrics } from '#kernel/telemetry';
import { counter, given, opened, added, eventually, testClock } from '#kernel/testing';
import { upcast, validate } from './catalog.ts';
import { typesBySource } from './consumers.ts';
import { createDedupeCache } from './dedupe.ts';
import {
  defineEvents,
  defineProjection,
  defineReaction,
  jsonSchema,
  type FactDefinition,
} from './index.ts';
import { eventMetrics } from './metrics.ts';
import { Alarm, backoffMs } from './retry.ts';

const fact = (more: Partial<FactDefinition> = {}): FactDefinition => ({
  version: 1,
  aggregate: 'thing',
  data: z.object({ id: z.string() }),
  ...more,
});

describe('a catalog', () => {
  it('refuses malformed types, modules and versions without a way up', () => {
    const define =
      (module: string, type: string, definition = fact()) =>
      () =>
        defineEvents({ module, facts: { [type]: definition } });
    expect(define('things', 'Thing.made')).toThrow(TypeError);
    expect(define('things', 'made')).toThrow(TypeError);
    expect(define('Things', 'thing.made')).toThrow(TypeError);
    expect(define('things', 'thing.made', fact({ version: 3, upcast: { 1: (x) => x } }))).toThrow(
      'no upcaster from version 2',
    );
    expect(define('things', 'thing.status_changed')).not.toThrow();
  });

  it('takes off fields it does not know', () => {
    const catalog = defineEvents({ module: 'things', facts: { 'thing.made': fact() } });
    const { data } = validate(catalog, { type: 'thing.made', data: { id: '1', email: 'a@b.c' } });
    expect(data).toEqual({ id: '1' });
  });

  it('I13: brings every stored version to the newest, step by step', () => {
    const catalog = defineEvents({
      module: 'things',
      facts: {
        'thing.made': fact({
          version: 3,
          data: z.object({ sizeCm: z.number(), colour: z.string() }),
          upcast: {
            1: (data: { size: number }) => ({ sizeCm: data.size }),
            2: (data: { sizeCm: number }) => ({ ...data, colour: 'unknown' }),
          },
        }),
      },
    });
    const golden = { sizeCm: 7, colour: 'unknown' };
    expect(upcast(catalog, 'thing.made', 1, { size: 7 })).toEqual(golden);
    expect(upcast(catalog, 'thing.made', 2, { sizeCm: 7 })).toEqual(golden);
    expect(upcast(catalog, 'thing.made', 3, golden)).toEqual(golden);
    expect(() => upcast(catalog, 'thing.made', 4, golden)).toThrow('knows no thing.made v4');
  });

  it('describes its facts as JSON Schema', () => {
    const catalog = defineEvents({ module: 'things', facts: { 'thing.made': fact() } });
    expect(jsonSchema(catalog, 'thing.made')).toMatchObject({ required: ['id'] });
  });
});

describe('listeners', () => {
  const catalogs = new Map(
    ['things', 'others'].map((module) => [
      module,
      defineEvents({ module, facts: { [`${module}.made`]: fact(), [`${module}.gone`]: fact() } }),
    ]),
  );

  it('are grouped by the module that announces', () => {
    const on = { 'things.made': 1, 'others.made': 1, 'things.gone': 1 };
    expect(Object.fromEntries(typesBySource(on, catalogs))).toEqual({
      things: ['things.made', 'things.gone'],
      others: ['others.made'],
    });
  });

  it('hear everything under the star', () => {
    expect([...typesBySource({ '*': 1 }, catalogs).values()].flat()).toHaveLength(4);
  });

  it('are refused for a fact nobody announces, and for a name without module', () => {
    expect(() => typesBySource({ 'things.sold': 1 }, catalogs)).toThrow('No module announces');
    expect(() => defineReaction({ name: 'follow-up', on: {} })).toThrow(TypeError);
    expect(() => defineProjection({ name: 'a.b', tables: ['lead'], on: {} })).toThrow(TypeError);
  });
});

describe('waiting', () => {
  it('doubles from 100 ms to 2 s, never less than half', () => {
    for (const [tries, full] of [
      [1, 100],
      [2, 200],
      [3, 400],
      [6, 2_000],
      [50, 2_000],
    ] as const) {
      for (let n = 0; n < 20; n += 1) {
        expect(backoffMs(tries)).toBeGreaterThanOrEqual(full / 2);
        expect(backoffMs(tries)).toBeLessThanOrEqual(full);
      }
    }
  });

  it('ends when roused, also when roused before', async () => {
    const alarm = new Alarm();
    alarm.rouse();
    await alarm.sleep(60_000);
    const sleeping = alarm.sleep(60_000);
    alarm.rouse();
    await sleeping;
  });
});

describe('the dedupe cache', () => {
  it('remembers up to its bounds in number and age, and measures itself', async () => {
    const metrics = createMetrics();
    const clock = testClock();
    const cache = createDedupeCache(eventMetrics(metrics), {
      entriesMax: 3,
      ttlMs: 1_000,
      now: () => clock.now().getTime(),
    });
    for (const key of ['a', 'b', 'c', 'd']) cache.remember(key);
    expect(['a', 'b', 'c', 'd'].map((key) => cache.has(key))).toEqual([false, true, true, true]);
    clock.advance(1_000);
    expect(cache.has('d')).toBe(false);
    cache.remember('e');
    expect(cache.size).toBe(1);
    const { body } = await metrics.expose();
    expect(body).toContain('freshplan_dedupe_cache_entries 1');
    expect(body).toContain('freshplan_dedupe_cache_hit_rate 0.6');
  });
});

describe('specifications of decisions', () => {
  const more = (amount: number) => (state: { total: number }) => {
    if (state.total + amount > 10) throw Object.assign(new Error('no'), { code: 'TOO_MUCH' });
    return added(amount);
  };

  it('tell what was recorded, what refused, and the state after', () => {
    const after = given(counter, opened(), added(4)).when(more(5)).records(added(5));
    expect(after.total).toBe(9);
    given(counter, opened(), added(6)).when(more(5)).refuses('TOO_MUCH');
  });

  it('fail when the decision was another', () => {
    expect(() => given(counter, opened()).when(more(5)).records(added(6))).toThrow();
    expect(() => given(counter, opened()).when(more(5)).refuses('TOO_MUCH')).toThrow();
    expect(() => given(counter, added(9)).when(more(5)).refuses('OTHER')).toThrow();
  });

  it('wait for what comes, and tell why it did not', async () => {
    let tries = 0;
    await eventually(() => expect((tries += 1)).toBe(3));
    const never = randomUUID();
    await expect(eventually(() => expect(never).toBe(''), { timeoutMs: 30 })).rejects.toThrow(
      never,
    );
  });
});
