import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  excessGrants,
  uncheckedTables,
  uncoveredForeignKeys,
  unfixedDefiners,
} from '#kernel/database';
import { eventually } from '#kernel/testing';
import { LIMITS } from '../../gateway/limits.ts';
import {
  actorOf,
  expectAnswered,
  expectRefused,
  hashOf,
  rawSocket,
  startProduction,
  type Production,
  type Socket,
} from './production.ts';

/** injection, floods, and what a stolen connection could do. */

const REPLAY = {
  rebuild:
    'mutation { projectionRebuild(input: { projection: "leads.leads", reason: "Spalte neu gefüllt" }) { userErrors { code } } }',
  redrive:
    'mutation { deadLetterRetry(input: { consumer: "leads.activities", all: true }) { userErrors { code } } }',
  discard: `mutation { deadLetterDiscard(input: { consumer: "leads.activities", eventId: "${randomUUID()}", reason: "Nicht mehr nötig" }) { userErrors { code } } }`,
  pause:
    'mutation { consumerPause(input: { consumer: "leads.activities", reason: "Wartung am Abend" }) { userErrors { code } } }',
  resume:
    'mutation { consumerResume(input: { consumer: "leads.activities" }) { userErrors { code } } }',
};
const ME = '{ me { user { id } } }';

/** What a careless migration or a helpful administrator could do. */
const WEAKENED = `
  grant create on schema leads to freshplan_app;
  grant truncate on activities.activity to freshplan_app;
  grant select on leads.lead to freshplan_app with grant option;
  grant select (company_name) on leads.lead to public;
  grant select on admin.app_user to freshplan_keys;
  grant select on graphile_worker._private_jobs to freshplan_app;
  create table cockpit.mine (id int);
  alter table cockpit.mine owner to freshplan_app;
  create function leads.anybody() returns int language sql security definer as 'select 1';
  alter function leads.anybody() owner to freshplan_owner;
  create table leads.hanging (lead_id uuid references leads.lead, at int);
  alter table leads.hanging owner to freshplan_owner;
  create index on leads.hanging (at, lead_id)`;

interface Entry {
  readonly node: {
    readonly actor: { readonly id: string };
    readonly resourceType: string;
    readonly correlationId: string;
    readonly after: { readonly operation: string; readonly count: number; readonly lastAt: string };
  };
}

let production: Production;
beforeAll(async () => {
  production = await startProduction({ stored: { 'partner-distributor': Object.values(REPLAY) } });
  await production.lead('sales-de', { companyName: 'Gasthof Adler', city: 'Kiel' });
}, 120_000);
afterAll(() => production?.stop());

/** Quotes, comments, operators, patterns, casts, paths and bytes that mean something somewhere. */
function injections(): string[] {
  const bases = [
    `x' OR 1=1 --`,
    `x" OR ""="`,
    `'; drop table leads.lead; --`,
    `name;drop table`,
    `x') UNION SELECT null --`,
    `\\'; select pg_sleep(5); --`,
    `x'::jsonb`,
    `{"$gt":""}`,
    `$1`,
    `%s`,
    `$.a[*] ? (@ > 1)`,
    `x'||(select version())||'`,
    `../../etc/passwd`,
    `\${7*7}`,
    `{{7*7}}`,

    `x\u2019 OR 1=1`,
    `E'\\x27'`,
    `0x27`,
    `NULL`,
  ];
  return bases.flatMap((text) => [text, text.toUpperCase(), `Kiel${text}`]);
}

describe('a text', () => {
  it('A-57 is data in every filter, search and cursor', async () => {
    const asked: [string, (text: string) => object][] = [
      [
        'query A($f: LeadFilter) { leads(filter: $f) { totalCount } }',
        (text) => ({ f: { search: text } }),
      ],
      [
        'query B($i: LeadDuplicatesInput!) { leadDuplicates(input: $i) { exists similar { similarity } } }',
        (text) => ({
          i: {
            territory: 'DE',
            companyName: text,
            email: text,
            phone: text,
            city: text,
            postalCode: text,
          },
        }),
      ],
      [
        'query C($t: String) { auditTrail(first: 5, filter: { action: $t }) { edges { cursor } } }',
        (t) => ({ t }),
      ],
    ];
    for (const [query, variablesOf] of asked) {
      const ask = async (text: string): Promise<string> =>
        JSON.stringify(
          await production.inside('admin', query, variablesOf(text) as never).catch(codeOf),
        );
      for (const text of injections()) {
        expect(await ask(text), `${query} ${text}`).toBe(await ask('q'.repeat(text.length)));
      }
    }
    const nul = { query: asked[0]?.[0], variables: { f: { search: 'Kiel\u0000' } } };
    await expectRefused(production, 'sales-de', nul, 'BAD_USER_INPUT');
    const count = 'query A($f: LeadFilter) { leads(filter: $f) { totalCount } }';
    expect(await production.inside('admin', count, { f: { search: 'Adler' } })).toEqual({
      leads: { totalCount: 1 },
    });
  });

  it('A-63 makes no series of its own', async () => {
    const series = async (): Promise<string[]> => {
      const text = await (await fetch(`${production.managementUrl}/metrics`)).text();
      return text
        .split('\n')
        .filter((line) => /^(freshplan|abac|follow)/.test(line))
        .map((line) => line.split(' ')[0] ?? '');
    };
    const noise = async (): Promise<void> => {
      await Promise.all([
        fetch(`${production.url}/${randomUUID()}`),
        production.post(
          null,
          { query: `{ x${randomUUID().replaceAll('-', '')} }` },
          { 'x-request-id': randomUUID() },
        ),
        production.post('sales-ch', {
          query: `{ lead(id: "${randomUUID()}") { id } }`,
          operationName: `N${Date.now()}`,
        }),
      ]);
    };
    for (let n = 0; n < 5; n += 1) await noise();
    // Measured every few seconds, for the first time some seconds after the start.
    await expect
      .poll(async () => (await series()).join(), { timeout: 30_000 })
      .toContain('freshplan_dead_letters{');
    const before = await series();
    for (let n = 0; n < 30; n += 1) await Promise.all(Array.from({ length: 10 }, noise));
    const after = await series();
    expect(after.filter((line) => !before.includes(line))).toEqual([]);
    // Beside the bound of a bucket, which every histogram carries.
    const labels = (line: string): string[] =>
      [...line.matchAll(/(\w+)="/g)].flatMap(([, name = '']) => (name === 'le' ? [] : [name]));
    for (const line of after) expect(labels(line).length, line).toBeLessThanOrEqual(3);
  });
});

function codeOf(error: unknown): string {
  return error instanceof Error ? (/"code":"(\w+)"/.exec(error.message)?.[1] ?? 'ERROR') : 'ERROR';
}

describe('a socket', () => {
  const open = async (login: string): Promise<Socket> => {
    const token = await production.issuer.tokenFor(login);
    const socket = rawSocket(production.url, { authorization: `Bearer ${token}` });
    await once(socket.ws, 'open');
    return socket;
  };

  it('A-60 is one of a few per user', async () => {
    const many = await Promise.all(
      Array.from({ length: LIMITS.socketsPerUserMax + 3 }, () => open('sales-de')),
    );
    const codes: number[] = [];
    for (const socket of many) {
      void socket.closed().then((code) => codes.push(code));
      socket.send({ type: 'connection_init' });
    }
    await eventually(() => expect(codes).toEqual([4429, 4429, 4429]));
    for (const { ws } of many) ws.terminate();
    await eventually(async () => {
      const again = await production.socket('sales-de');
      expect((await again.ask({ query: ME })).errors).toBeUndefined();
      again.ws.terminate();
    });
  });

  it('A-60 is closed with the code that says what was too much, and leaves nothing behind', async () => {
    const before = bytesInUse();
    const huge = await open('sales-at');
    huge.send({ type: 'connection_init', payload: { a: 'x'.repeat(50_000_000) } });
    expect(await huge.closed()).toBe(1009);
    const silent = await open('sales-at');
    expect(await silent.closed()).toBe(4408);
    const chatty = await production.socket('sales-at');
    for (let n = 0; n < 1_000; n += 1) chatty.send({ type: 'ping' });
    expect(await chatty.closed()).toBe(4429);
    const pinging = await production.socket('sales-at');
    for (let n = 0; n < 1_000; n += 1) pinging.ws.ping();
    expect(await pinging.closed()).toBe(4429);
    const subscribed = await production.socket('sales-at');
    const payload = { query: 'subscription { leadChanged { leadId } }' };
    for (let n = 0; n < 1_000; n += 1) subscribed.send({ id: `s${n}`, type: 'subscribe', payload });
    expect(await subscribed.closed()).toBe(4429);
    const twice = await production.socket('sales-at');
    for (let n = 0; n < 2; n += 1) twice.send({ id: 'same', type: 'subscribe', payload });
    expect(await twice.closed()).toBe(4409);
    const lawful = await production.socket('sales-at');
    expect((await lawful.ask({ query: ME })).errors).toBeUndefined();
    lawful.ws.terminate();
    await eventually(() => expect(bytesInUse() - before).toBeLessThan(20 * 1024 * 1024));
  });
});

describe('a subscriber who does not read', () => {
  const STREAMS = 4;
  const CHANGES = 100;
  /** Fifty thousand bytes in each event: twenty megabytes for the one who does not read. */
  const TEXT = 'Wochenlieferung. '.repeat(110);
  const FIELDS = Array.from({ length: 26 }, (_, n) => `a${n}: painNotes`).join(' ');

  interface Event {
    readonly id: string;
    readonly payload: { data: { leadChanged: { leadId: string; at: string } } };
  }
  const eventsOf = (socket: Socket, id: string): string[] =>
    socket.received
      .filter((message) => message.type === 'next' && message.id === id)
      .map((message) => (message as unknown as Event).payload.data.leadChanged.at);

  it('A-61 costs the process no memory and others no event, and gets all of his in their order', async () => {
    const leadId = await production.lead('sales-ch', { countryCode: 'CH' });
    const begun = await timesOf(leadId);
    let version = begun.length;
    const change = async (): Promise<void> => {
      const query = `mutation U($input: LeadUpdateInput!) { leadUpdate(input: $input) { lead { version } userErrors { code } } }`;
      const input = { leadId, version, painNotes: `${version} ${TEXT}` };
      const { leadUpdate } = await production.inside<{
        leadUpdate: { lead: { version: number } | null };
      }>('sales-ch', query, { input });
      if (leadUpdate.lead === null) throw new Error(JSON.stringify(leadUpdate));
      version = leadUpdate.lead.version;
    };
    const [slow, quick] = [
      await production.socket('sales-ch'),
      await production.socket('manager-at-ch'),
    ];
    const follow = (fields: string): object => ({
      query: `subscription { leadChanged(id: "${leadId}") { leadId at ${fields} } }`,
    });
    const streams = Array.from({ length: STREAMS }, (_, n) => `s${n}`);
    for (const id of streams)
      slow.send({ id, type: 'subscribe', payload: follow(`lead { ${FIELDS} }`) });
    quick.send({ id: 'q', type: 'subscribe', payload: follow('') });
    await eventually(async () => {
      await change();
      for (const id of streams) expect(eventsOf(slow, id).length).toBeGreaterThan(0);
      expect(eventsOf(quick, 'q').length).toBeGreaterThan(0);
    });
    slow.ws.pause();
    const before = bytesInUse();
    for (let n = 0; n < CHANGES; n += 1) await change();
    const told = await timesOf(leadId);
    const last = told.at(-1);
    await eventually(() => expect(eventsOf(quick, 'q').at(-1)).toBe(last), { timeoutMs: 30_000 });
    expect(bytesInUse() - before).toBeLessThan(20 * 1024 * 1024);
    await expectAnswered(production, 'sales-de', { query: ME });

    slow.ws.resume();
    for (const id of streams) {
      await eventually(() => expect(eventsOf(slow, id).at(-1)).toBe(last), { timeoutMs: 30_000 });
      const times = eventsOf(slow, id);
      expect(times.length).toBeGreaterThan(CHANGES);
      expect(times).toEqual(told.slice(-times.length));
    }
    slow.ws.terminate();
    quick.ws.terminate();
  });
});

/** When each fact of a lead happened, in their order. */
async function timesOf(leadId: string): Promise<string[]> {
  const rows = await production.test.db.admin<{ time: Date }>(
    'select time from leads.event where aggregate_id = $1 order by version',
    [leadId],
  );
  return rows.map(({ time }) => time.toISOString());
}

/** What is left after collecting: on the heap and in buffers. */
function bytesInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe('the backbone', () => {
  it('A-65 is steered by administrators alone, and whoever else tries is on record', async () => {
    const employees = ['sales-de', 'manager-de', 'auditor'];
    for (const query of Object.values(REPLAY)) {
      for (const login of employees) {
        await expectRefused(production, login, { query }, 'FORBIDDEN');
      }
      await expectRefused(
        production,
        'partner-distributor',
        { documentId: hashOf(query) },
        'FORBIDDEN',
      );
    }
    await expectAnswered(production, 'admin', {
      query: '{ eventSubscriptions { consumer status } }',
    });
    // Asked over HTTP and over a socket, told once.
    const trail = `{ auditTrail(first: 100, filter: { action: "accessDenied" }) {
      edges { node { actor { id } resourceType after correlationId } } } }`;
    const entries = await eventually(async () => {
      await production.test.settled();
      const { auditTrail } = await production.inside<{ auditTrail: { edges: Entry[] } }>(
        'admin',
        trail,
      );
      const found = auditTrail.edges.map(({ node }) => node);
      expect(found.length).toBeGreaterThanOrEqual(4 * Object.keys(REPLAY).length);
      return found;
    });
    const told = entries.map(({ actor, after }) => `${actor.id} ${after.operation} ${after.count}`);
    const tried = [...employees, 'partner-distributor'].flatMap((login) =>
      Object.values(REPLAY).map((query) => {
        const operation = /\{ (\w+)/.exec(query)?.[1];
        return `${actorOf(login).userId} ${operation} 1`;
      }),
    );
    expect(told.toSorted()).toEqual(tried.toSorted());
    for (const { resourceType, after, correlationId } of entries) {
      expect(resourceType).toBe('access_denial');
      expect(Date.parse(after.lastAt)).toBeLessThanOrEqual(Date.now());
      expect(correlationId).toMatch(/^[0-9a-f-]{36}$/);
    }
    expect(JSON.stringify(entries)).not.toMatch(/Wartung|Spalte/);
  });

  it('A-67 is not rewritten over the connection of the application', async () => {
    const { database, ownerUrl } = production.test.db;
    const statements = [
      `update leads.event set type = 'lead.won'`,
      'delete from leads.event',
      'truncate leads.event',
      'alter table leads.lead disable row level security',
      'drop policy may_select on leads.lead',
      'set role freshplan_owner',
      `copy leads.event to program 'cat'`,
      `create function leads.steal() returns int language sql security definer as 'select 1'`,
    ];
    for (const statement of statements) {
      const attempt = database.transaction(actorOf('admin'), (tx) => tx.query(statement));
      await expect(attempt, statement).rejects.toMatchObject({ code: 'DENIED' });
    }
    const owner = new pg.Client({ connectionString: ownerUrl });
    await owner.connect();
    try {
      await owner.query('alter table leads.event no force row level security');
      await expect(owner.query(`update leads.event set type = 'lead.won'`)).rejects.toMatchObject({
        code: 'FP403',
      });
    } finally {
      await owner.query('alter table leads.event force row level security');
      await owner.end();
    }
  });

  it('A-67 gives no role more than it needs, on no table, function or schema of any module', async () => {
    const jobs = /^graphile_worker\./;
    const look = async (client: pg.Client) => ({
      grants: (await excessGrants(client)).map(
        ({ object, grantee, right }) => `${grantee} ${right} ${object}`,
      ),
      definers: await unfixedDefiners(client),
      foreignKeys: (await uncoveredForeignKeys(client)).map(({ table }) => table),
      unguarded: (await uncheckedTables(client, ['kernel.migration']))
        .map(({ table }) => table)
        .filter((table) => !jobs.test(table)),
    });
    const nothing = { grants: [], definers: [], foreignKeys: [], unguarded: [] };
    const server = new pg.Client({ connectionString: production.test.db.adminUrl });
    await server.connect();
    try {
      expect(await look(server)).toEqual(nothing);
      await server.query('begin');
      await server.query(WEAKENED);
      expect(await look(server)).toEqual({
        grants: [
          'PUBLIC SELECT column leads.lead.company_name',
          'PUBLIC EXECUTE function leads.anybody()',
          'freshplan_app CREATE schema leads',
          'freshplan_app TRUNCATE table activities.activity',
          'freshplan_keys SELECT table admin.app_user',
          'freshplan_app MAINTAIN table cockpit.mine',
          'freshplan_app OWNER table cockpit.mine',
          'freshplan_app REFERENCES table cockpit.mine',
          'freshplan_app TRIGGER table cockpit.mine',
          'freshplan_app TRUNCATE table cockpit.mine',
          'freshplan_app SELECT table graphile_worker._private_jobs',
          'freshplan_app SELECT table leads.lead',
        ],
        definers: ['leads.anybody()'],
        foreignKeys: ['leads.hanging'],
        unguarded: ['cockpit.mine', 'leads.hanging'],
      });
    } finally {
      await server.query('rollback');
      await server.end();
    }
  });

  it('A-67 takes a forged notification for a hint to look, and no more', async () => {
    const { admin } = production.test.db;
    const [before] = await admin<{ n: string }>('select count(*) as n from leads.event');
    const channels = await admin<{ channel: string }>(
      'select distinct pg_listening_channels() as channel',
    );
    for (const channel of [
      'leads',
      'leads_log',
      'log_leads',
      ...channels.map(({ channel: name }) => name),
    ]) {
      for (const payload of [
        '99999999',
        '-1',
        '{"position":1e9}',
        `'; drop table leads.event; --`,
      ]) {
        await admin('select pg_notify($1, $2)', [channel, payload]);
      }
    }
    await production.lead('sales-de');
    await production.test.settled();
    const [after] = await admin<{ n: string }>('select count(*) as n from leads.event');
    expect(Number(after?.n)).toBeGreaterThan(Number(before?.n));
    await expectAnswered(production, 'sales-de', { query: '{ leads(first: 5) { totalCount } }' });
  });
});
