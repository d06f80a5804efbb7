import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#kernel/database';
import { UNSYNCED, createTestDatabase, eventually, type TestDatabase } from '#kernel/testing';
import { createSubgraphs } from '#subgraphs';
import { startTestSystem, type TestSystem } from '../stories/system.ts';

const PATIENT = { timeoutMs: 60_000, intervalMs: 100 };
const LEADS = '{ leads(first: 1) { edges { node { id } } } }';
const REGISTER = `mutation ($input: LeadRegisterInput!) {
  leadRegister(input: $input) { lead { id } userErrors { code } }
}`;

let directory: string;
let server: EmbeddedPostgres;
let isDown = false;
let db: TestDatabase;
let system: TestSystem;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'freshplan-outage-'));
  server = await startEmbeddedPostgres({ directory, settings: UNSYNCED });
  db = await createTestDatabase({ modules: createSubgraphs({}), serverUrl: server.adminUrl });
  system = await startTestSystem({ db });
}, 120_000);
afterAll(async () => {
  if (isDown)
    server = await startEmbeddedPostgres({ directory, port: server.port, settings: UNSYNCED });
  await system?.stop();
  await db?.close();
  await server?.stop();
  await rm(directory, { recursive: true, force: true });
}, 60_000);

const health = async (path: string): Promise<[number, unknown]> => {
  const response = await fetch(`${system.url}/health/${path}`);
  return [response.status, ((await response.json()) as { status: string }).status];
};

it('F-06: while the database is away a request is told 503 with a code, and the process lives', async () => {
  expect(await system.ask('sales-de', LEADS)).toMatchObject({ status: 200, data: { leads: {} } });
  expect(await health('ready')).toEqual([200, 'UP']);
  await server.stop();
  isDown = true;
  const input = { companyName: 'Gasthof Stromausfall', city: 'Fulda', source: 'WEB_FORMULAR' };
  const away = { status: 503, errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }] };
  // Those whose rights are known, those who are new, and those who want to change something.
  expect(await system.ask('sales-de', LEADS)).toMatchObject(away);
  expect(await system.ask('sales-at', LEADS)).toMatchObject(away);
  expect(await system.ask('sales-de', REGISTER, { input })).toMatchObject(away);
  expect(await health('ready')).toEqual([503, 'DOWN']);
  expect(await health('live')).toEqual([200, 'UP']);
  server = await startEmbeddedPostgres({ directory, port: server.port, settings: UNSYNCED });
  isDown = false;
  await eventually(async () => expect(await health('ready')).toEqual([200, 'UP']), PATIENT);
  await eventually(
    async () => expect(await system.ask('sales-de', LEADS)).toMatchObject({ status: 200 }),
    PATIENT,
  );
}, 120_000);
