import { expect, test } from 'vitest';
import type { LeadWidget, Territory } from './schema.generated.ts';
import { createWidgetCache } from './widget-cache.ts';
import type { Scope } from './widget.ts';

const scope = (
  userId: string,
  territories: Territory[] = ['DE'],
  isManagerView = false,
): Scope => ({
  userId,
  countedUserId: userId,
  isManagerView,
  territories,
});
function reader() {
  let reads = 0;
  const read = () => Promise.resolve({ userId: String((reads += 1)) } as LeadWidget);
  return { read, reads: () => reads };
}

const fail = () => Promise.reject<LeadWidget>(new Error('down'));

test('a widget is read once a minute', async () => {
  const cache = createWidgetCache();
  const { read, reads } = reader();
  await cache.load(scope('anna'), 0, read);
  await cache.load(scope('anna'), 59_999, read);
  expect(reads()).toBe(1);
  await cache.load(scope('anna'), 60_000, read);
  expect(reads()).toBe(2);
});

test('other rights are another widget', async () => {
  const cache = createWidgetCache();
  const { read, reads } = reader();
  await cache.load(scope('anna', ['DE']), 0, read);
  await cache.load(scope('anna', ['DE', 'AT']), 0, read);
  await cache.load(scope('anna', ['DE'], true), 0, read);
  expect(reads()).toBe(3);
  expect(cache.forget('anna')).toBe(3);
});

test('a change drops the widgets of its people and of managers of its territories, no others', async () => {
  const cache = createWidgetCache();
  const { read, reads } = reader();
  const scopes = [
    scope('anna'),
    scope('ben'),
    scope('mona', ['DE', 'CH'], true),
    scope('max', ['AT'], true),
    scope('mia', ['CH'], true),
  ];
  for (const each of scopes) await cache.load(each, 0, read);
  const change = { territory: 'DE', previousTerritory: 'AT', userIds: ['anna'] } as const;
  expect(cache.drop(change)).toBe(3);
  for (const each of scopes) await cache.load(each, 0, read);
  expect(reads()).toBe(scopes.length + 3);
});

test('what was read before a change is not kept after it', async () => {
  const cache = createWidgetCache();
  const { promise, resolve } = Promise.withResolvers<LeadWidget>();
  const stale = cache.load(scope('anna'), 0, () => promise);
  cache.drop({ territory: 'DE', userIds: ['anna'] });
  resolve({ userId: 'stale' } as LeadWidget);
  await stale;
  const { read } = reader();
  expect(await cache.load(scope('anna'), 0, read)).toEqual({ userId: '1' });
});

test('a failed read is not kept', async () => {
  const cache = createWidgetCache();
  await expect(cache.load(scope('anna'), 0, fail)).rejects.toThrow('down');
  expect(await cache.load(scope('anna'), 0, reader().read)).toEqual({ userId: '1' });
});

test('the oldest widget gives way when the cache is full', async () => {
  const cache = createWidgetCache({ entriesMax: 2 });
  const { read, reads } = reader();
  for (const name of ['anna', 'ben', 'cleo']) await cache.load(scope(name), 0, read);
  await cache.load(scope('cleo'), 0, read);
  expect(reads()).toBe(3);
  await cache.load(scope('anna'), 0, read);
  expect(reads()).toBe(4);
});

test('a drop among ten thousand widgets touches those concerned only', async () => {
  const cache = createWidgetCache();
  const { read } = reader();
  for (let n = 0; n < 9_900; n += 1) await cache.load(scope(`u${n}`), 0, read);
  for (let n = 0; n < 100; n += 1) await cache.load(scope(`m${n}`, ['DE'], true), 0, read);
  expect(cache.drop({ territory: 'DE', userIds: ['u1', 'u2'] })).toBe(102);
});
