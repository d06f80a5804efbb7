import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import pg from 'pg';
import { createTestDatabase, eventually, type TestDatabase } from '#kernel/testing';
import { createSubgraphs } from '#subgraphs';
import { databaseEnvironment, freePort } from '../stories/system.ts';
import { openPostOffice, type PostOffice } from './post-office.ts';
import {
  callerOf,
  leadInput,
  registerPeople,
  startProcess,
  type Caller,
  type SystemProcess,
} from './process.ts';

const DATA_DIR = `.data/chaos-follow-up-${process.pid}`;
/** A Friday, and shortly after the run of the Monday that follows. */
const FRIDAY = Date.parse('2025-09-26T08:00:00.000Z');
const MONDAY = Date.parse('2025-09-29T07:10:00.000Z');
const CLAIM = '90 seconds';
const PATIENT = { timeoutMs: 60_000, intervalMs: 50 };

let db: TestDatabase;
let office: PostOffice;
let caller: Caller;
let environment: Record<string, string>;
let running: SystemProcess | undefined;

const start = async (at: number): Promise<void> => {
  running = startProcess({
    program: 'tests/chaos/child.ts',
    args: [String(at - Date.now())],
    environment,
  });
  await running.ready;
};

const dueLead = async (): Promise<string> => {
  const { data, errors } = await caller.ask<{ leadRegister: { lead: { id: string } | null } }>(
    'sales-de',
    `mutation Register($input: LeadRegisterInput!) {
       leadRegister(input: $input) { lead { id } userErrors { code message } } }`,
    {
      input: leadInput({
        source: 'TELEFON',
        email: 'kueche@folge.example',
        emailConsent: true,
        firstContact: {
          channel: 'PHONE',
          at: new Date(FRIDAY - 60_000).toISOString(),
          note: 'Gespräch mit dem Küchenchef',
        },
      }),
    },
  );
  const id = data?.leadRegister.lead?.id;
  if (id === undefined) throw new Error(JSON.stringify(errors ?? data));
  return id;
};

const pendingT3 = async (): Promise<number | undefined> => {
  const { data } = await caller.ask<{ leadWidget: { pendingT3Count: number } }>(
    'sales-de',
    '{ leadWidget { pendingT3Count } }',
  );
  return data?.leadWidget.pendingT3Count;
};

const processedOf = (leadId: string) =>
  db.admin<{ type: string; success: boolean }>(
    `select data ->> 'followUpType' as type, (data ->> 'success')::boolean as success
     from leads.event where aggregate_id = $1 and type = 'lead.followup.processed'`,
    [leadId],
  );

beforeEach(async () => {
  db = await createTestDatabase({ modules: createSubgraphs({}) });
  office = await openPostOffice();
  const port = await freePort();
  caller = callerOf(port, DATA_DIR);
  environment = {
    PORT: String(port),
    DATA_DIR,
    LOG_LEVEL: 'warn',
    ...databaseEnvironment(db),
    MAIL_ADAPTER: 'smtp',
    SMTP_URL: office.url,
  };
}, 180_000);
afterEach(async () => {
  await running?.end('SIGKILL');
  await office?.close();
  await db?.close();
  await rm(DATA_DIR, { recursive: true, force: true });
});

/** A lead registered on Friday, and a process that finds its T3 due on Monday. */
async function letOneFallDue(): Promise<{ id: string; before: number }> {
  await start(FRIDAY);
  await registerPeople(caller);
  const before = (await pendingT3()) ?? Number.NaN;
  const id = await dueLead();
  await running?.end('SIGTERM');
  return { id, before };
}

/** What must be true of the lead in the end, and stay true. */
async function expectOneFollowUp(id: string, before: number): Promise<void> {
  await eventually(async () => {
    expect(await processedOf(id)).toEqual([{ type: 'T3', success: true }]);
    expect(await pendingT3()).toBe(before + 1);
  }, PATIENT);
  const [message, ...more] = await db.admin<{ id: string; status: string }>(
    `select id, status from communication.message where lead_id = $1`,
    [id],
  );
  expect(more).toEqual([]);
  expect(message?.status).toBe('SENT');
  const handOvers = office.accepted.filter((each) => each.startsWith(`<${message?.id}.`));
  expect(new Set(handOvers).size).toBe(1);
}

describe('a T3 whose process is killed', { timeout: 180_000 }, () => {
  it.each([
    ['between the claim and the hand-over', 'greeting', 1],
    ['between the hand-over and its record', 'accepted', 2],
  ] as const)('%s leaves once', async (_, moment, handOvers) => {
    const { id, before } = await letOneFallDue();
    const reached = office.holdAt(moment);
    await start(MONDAY);
    await reached;
    await running?.end('SIGKILL');
    office.goOn();
    expect(await processedOf(id)).toEqual([]);
    expect(office.accepted.length).toBe(handOvers - 1);

    // The claim of the dead one runs out by the clock of the database, which cannot travel.
    const claimed = await db.admin(
      `update communication.inbox set at = at - interval '${CLAIM}' where state = 'CLAIMED'
       returning key`,
    );
    expect(claimed).toHaveLength(1);
    await start(MONDAY + 60_000);
    await expectOneFollowUp(id, before);
    expect(office.accepted.length).toBe(handOvers);
  });

  it('while it claims is claimed by the next process at once', async () => {
    const { id, before } = await letOneFallDue();
    const holder = new pg.Client({ connectionString: db.adminUrl });
    await holder.connect();
    try {
      await holder.query('begin; lock table leads.follow_up_run in access exclusive mode');
      await start(MONDAY);
      await eventually(async () => {
        const waiting = await db.admin(
          `select from pg_locks where not granted and relation = 'leads.follow_up_run'::regclass`,
        );
        expect(waiting).toHaveLength(1);
      }, PATIENT);
      await running?.end('SIGKILL');
    } finally {
      await holder.end();
    }
    expect(await processedOf(id)).toEqual([]);
    await start(MONDAY + 60_000);
    await expectOneFollowUp(id, before);
  });
});
