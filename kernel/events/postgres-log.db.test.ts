import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { randomUUID } from 'node:crypto';
import { createActor, systemActor } from '#kernel/access';
import { createLogger } from '#kernel/telemetry';
import {
  count,
  counters,
  createTestDatabase,
  itKeepsTheContract,
  testBackbone,
  type TestDatabase,
} from '#kernel/testing';
import type { Backbone, LogSource } from './index.ts';
import { createPostgresLog } from './postgres-log.ts';

const berlin = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
let db: TestDatabase;
let leader: Backbone;
const sources: LogSource[] = [];

beforeAll(async () => {
  db = await createTestDatabase({ modules: [counters] });
  leader = testBackbone(db, { modules: [counters] });
  await leader.start();
});
afterEach(async () => {
  await Promise.all(sources.splice(0).map((source) => source.stop()));
});
afterAll(async () => {
  await leader.stop();
  await db.close();
});

describe('a source over Postgres', () => {
  itKeepsTheContract({
    async open() {
      const source = createPostgresLog({
        database: db.database,
        workers: db.database,
        actor: systemActor('test', ['DE']),
        modules: ['counters'],
        log: createLogger({ level: 'silent' }),
        ledTo: () => undefined,
        onWake: () => {},
      });
      sources.push(source);
      return source;
    },
    async write(id, events) {
      await db.database.transaction(berlin, (tx) => count(tx, id, events));
      await leader.settled();
    },
  });
});
