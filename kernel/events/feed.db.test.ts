import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createActor, type Actor } from '#kernel/access';
import {
  added,
  count,
  counters,
  createTestDatabase,
  testBackbone,
  type TestDatabase,
} from '#kernel/testing';
import { ResumeGap, type Backbone } from './index.ts';

const person = (...territories: string[]): Actor =>
  createActor({ userId: randomUUID(), roles: ['sales'], territories });
const berlin = person('DE');
let db: TestDatabase;
let backbone: Backbone;

beforeAll(async () => {
  db = await createTestDatabase({ modules: [counters] });
  backbone = testBackbone(db, { modules: [counters] });
  await backbone.start();
});
afterAll(async () => {
  await backbone.stop();
  await db.close();
});

const write = (id: string) => db.database.transaction(berlin, (tx) => count(tx, id, [added()]));

/** A fact of a version that this process does not know yet, of somebody in Berlin. */
async function writeUnreadable(id: string, type = 'counter.added'): Promise<void> {
  const fact = {
    id: randomUUID(),
    type,
    schemaVersion: 9,
    data: {},
    time: new Date().toISOString(),
    actor: berlin.userId,
    correlationId: 'test',
    meta: {},
  };
  await db.database.transaction(berlin, (tx) =>
    tx.query(`select counters.append('counter', $1, null, 'DE', null, null, $2)`, [
      id,
      JSON.stringify([fact]),
    ]),
  );
}

/** What a subscriber from here on receives: versions, and how it ended once `until` was there. */
async function receive(
  from: number,
  { actor, until }: { actor?: Actor; until: string },
): Promise<{ versions: number[]; gap: ResumeGap | undefined }> {
  const versions: number[] = [];
  try {
    for await (const event of backbone.feed.subscribe({ types: ['counter.added'], from, actor })) {
      if (event.aggregateId === until) return { versions, gap: undefined };
      versions.push(event.version);
    }
    throw new Error('The feed ended by itself');
  } catch (error) {
    if (!(error instanceof ResumeGap)) throw error;
    return { versions, gap: error };
  }
}

test('a subscriber is told of a gap where a fact cannot be read, and goes on behind it', async () => {
  const [id, last] = [randomUUID(), randomUUID()];
  const from = backbone.feed.position('counters');
  await write(id);
  await writeUnreadable(id);
  await write(id);
  await write(last);
  await backbone.settled();
  const { versions, gap } = await receive(from, { actor: berlin, until: last });
  expect(versions).toEqual([1]);
  expect(gap).toMatchObject({ code: 'RESUME_GAP', unreadable: { module: 'counters' } });
  const behind = await receive(gap?.unreadable?.position ?? 0, { actor: berlin, until: last });
  expect(behind).toEqual({ versions: [3], gap: undefined });
  expect(await receive(from, { until: last })).toMatchObject({ gap: { code: 'RESUME_GAP' } });
});

test('what nobody asked for, or what lies in a foreign territory, is no gap', async () => {
  const [id, other, last] = [randomUUID(), randomUUID(), randomUUID()];
  const from = backbone.feed.position('counters');
  await writeUnreadable(id);
  await write(other);
  await write(last);
  await backbone.settled();
  const stranger = await receive(from, { actor: person('AT'), until: last });
  expect(stranger).toEqual({ versions: [1], gap: undefined });
  const here = backbone.feed.position('counters');
  await writeUnreadable(id, 'counter.opened');
  await write(last);
  await backbone.settled();
  expect(await receive(here, { actor: berlin, until: last })).toEqual({
    versions: [],
    gap: undefined,
  });
});
