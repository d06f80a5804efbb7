import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCollector, type Collector } from '#kernel/testing';
import { demoLogin } from '../../gateway/demo-logins.ts';
import { leadInput } from '../chaos/process.ts';
import {
  CANARY,
  CANARY_FIRM,
  CANARY_FLOWS,
  canaryIn,
  statementsOf,
  tablesWithCanary,
} from './canary.ts';
import {
  actorOf,
  codesOf,
  expectAnswered,
  expectRefused,
  hashOf,
  onlyCode,
  startProduction,
  type GraphAnswer,
  type HttpAnswer,
  type Production,
} from './production.ts';

/** what answers, errors and logs give away. */

const SCHEMA = '{ __schema { types { name } } }';
const TYPE = '{ __type(name: "Lead") { fields { name } } }';
const IN_FRAGMENT = 'query F { ...S } fragment S on Query { __schema { types { name } } }';
const VICTIM = {
  companyName: 'Gasthof Zur Grünen Au',
  city: 'Wien',
  email: 'kueche@gruene-au.example',
  phone: '+43 1 5550199',
  postalCode: '1010',
};

let production: Production;
let collector: Collector;
let german: string;
let austrian: string;
beforeAll(async () => {
  collector = await startCollector();
  production = await startProduction({
    stored: { reader: [SCHEMA] },
    environment: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
  });
  german = await production.lead('sales-de', {
    email: 'koch@adler.example',
    phone: '+49 30 5550100',
  });
  austrian = await production.lead('sales-at', { ...VICTIM, countryCode: 'AT' });
  await production.test.settled();
}, 120_000);
afterAll(async () => {
  await production?.stop();
  await collector?.stop();
});

const refuse = (query: string, code: string, login = 'sales-de', variables = {}): Promise<void> =>
  expectRefused(production, login, { query, variables }, code);
const answer = (query: string, login = 'sales-de', variables = {}) =>
  expectAnswered(production, login, { query, variables });
const get = async (login: string, parameters: Record<string, string>): Promise<HttpAnswer> => {
  const query = new URLSearchParams(parameters).toString();
  const response = await fetch(`${production.url}/graphql?${query}`, {
    headers: {
      authorization: `Bearer ${await production.issuer.tokenFor(login)}`,
      'x-graphql-csrf': '1',
      accept: 'application/json',
    },
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: JSON.parse(text) as GraphAnswer,
  };
};

interface Payload {
  lead: { id: string; version: number } | null;
  userErrors: { code: string; message: string }[];
}

/** What a mutation of one lead answered, whatever stopped it. */
async function mutate(login: string, field: string, input: object): Promise<string> {
  const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input`;
  const query = `mutation M($input: ${type}!) { payload: ${field}(input: $input) {
    lead { id version } userErrors { code message } } }`;
  const { body } = await production.post(login, { query, variables: { input } });
  const payload = body.data?.['payload'] as Payload | null | undefined;
  return codesOf(body)[0] ?? payload?.userErrors[0]?.code ?? 'DONE';
}

describe('the schema', () => {
  it('A-18 is shown to administrators alone, in whatever way it is asked for', async () => {
    for (const query of [SCHEMA, TYPE, IN_FRAGMENT]) await refuse(query, 'FORBIDDEN');
    for (const login of ['manager-de', 'auditor']) await refuse(SCHEMA, 'FORBIDDEN', login);
    const byGet = await get('sales-de', { query: SCHEMA });
    expect([byGet.status, onlyCode(byGet.body)]).toEqual([400, 'BAD_USER_INPUT']);
    const token = await production.issuer.tokenFor('sales-de', { client_id: 'reader' });
    const stored = await production.post(
      null,
      { documentId: hashOf(SCHEMA) },
      {
        authorization: `Bearer ${token}`,
      },
    );
    expect([stored.status, onlyCode(stored.body)]).toEqual([403, 'FORBIDDEN']);
    await answer(TYPE, 'admin');
  });

  it('A-19 is not spelled out to those who mistype', async () => {
    for (const query of [
      '{ leadz { id } }',
      `{ lead(idd: 1) { id } }`,
      'query($x: Leed) { __typename }',
      `{ lead(id: "${german}") { compnyName } }`,
      '{ leads(filter: { statuss: ACTIVE }) { totalCount } }',
      '{ leads(filter: { status: AKTIVE }) { totalCount } }',
    ]) {
      const { status, text } = await production.post('sales-de', { query });
      expect(status, query).toBe(400);
      expect(text).not.toMatch(/did you mean|companyName|leadTriage|LeadFilter"?\?|\bACTIVE\b/i);
      await refuse(query, 'GRAPHQL_VALIDATION_FAILED');
    }
    await answer(`{ lead(id: "${german}") { companyName } }`);
  });

  it('A-20 has no door to the subgraphs', async () => {
    await refuse('{ _service { sdl } }', 'GRAPHQL_VALIDATION_FAILED', 'admin');
    await refuse(
      '{ _entities(representations: []) { __typename } }',
      'GRAPHQL_VALIDATION_FAILED',
      'admin',
    );
    const { __schema: schema } = (await answer(
      '{ __schema { queryType { fields { name } } types { name } directives { name } } }',
      'admin',
    )) as { __schema: { queryType: { fields: Named[] }; types: Named[]; directives: Named[] } };
    const names = [...schema.types, ...schema.directives, ...schema.queryType.fields].map(
      ({ name }) => name,
    );
    expect(names).toContain('Lead');
    expect(names.filter((name) => /^(_|join__|link__)(?!_)/.test(name))).toEqual([]);
  });

  it('A-21 knows nothing of what is inaccessible', async () => {
    const { userId = '' } = demoLogin('sales-de') ?? {};
    await refuse(
      `{ userRights(id: "${userId}") { territories } }`,
      'GRAPHQL_VALIDATION_FAILED',
      'admin',
    );
    await refuse(
      'subscription { userRightsChanged { userId } }',
      'GRAPHQL_VALIDATION_FAILED',
      'admin',
    );
    await answer('{ users(first: 1) { edges { cursor } } }', 'admin');
  });
});

interface Named {
  name: string;
}

describe('a failure', () => {
  it('A-22 says a code and the request, not what broke inside', async () => {
    const { admin } = production.test.db;
    await admin(`create function public.fail() returns trigger language plpgsql as $$
      begin raise exception 'relation "x" does not exist, password=hunter2'; end $$`);
    await admin(`create trigger fail before insert on leads.lead execute function public.fail()`);
    production.test.logged.length = 0;
    const query = `mutation R($input: LeadRegisterInput!) { leadRegister(input: $input) { lead { id } userErrors { code } } }`;
    const variables = { input: leadInput() };
    const { text, body } = await production.post('sales-de', { query, variables });
    const socket = await production.socket('sales-de');
    const over = await socket.ask({ query, variables: { input: leadInput() } });
    socket.ws.terminate();
    await admin('drop trigger fail on leads.lead');
    await admin('drop function public.fail()');
    for (const each of [body, over]) {
      expect(codesOf(each)).toEqual(['INTERNAL']);
      expect(Object.keys(each.errors?.[0]?.extensions ?? {}).toSorted()).toEqual([
        'code',
        'requestId',
      ]);
    }
    expect(text + JSON.stringify(over)).not.toMatch(/hunter2|relation|P0001|at .+\.ts/);
    const requestId = body.errors?.[0]?.extensions.requestId;
    expect(production.test.logged.join()).toContain(requestId);
    expect(production.test.logged.join()).not.toContain('hunter2');
    await answer(query, 'sales-de', variables);
  });

  it('A-23 repeats nothing of what was sent', async () => {
    production.test.logged.length = 0;
    const cut = await production.post('sales-de', '{"query":');
    expect([cut.status, onlyCode(cut.body)]).toEqual([400, 'BAD_USER_INPUT']);
    expect(cut.text).not.toMatch(/position|unexpected|JSON\.parse/i);
    const query = 'query S($s: String) { leads(filter: { search: $s }) { totalCount } }';
    const wrong = { query, variables: { s: { email: { 'max@firma.example': 1 } } } };
    const { status, text, body } = await production.post('sales-de', wrong);
    expect([status, codesOf(body)]).toEqual([400, ['BAD_USER_INPUT']]);
    const socket = await production.socket('sales-de');
    const over = await socket.ask(wrong);
    socket.ws.terminate();
    expect(codesOf(over)).toEqual(['BAD_USER_INPUT']);
    const said = [text, JSON.stringify(over), ...production.test.logged].join('\n');
    expect(said).not.toMatch(/max@firma|email/);
    await answer(query, 'sales-de', { s: 'x' });
  });
});

describe('the public port', () => {
  it('A-24 offers no editor', async () => {
    for (const path of ['/graphql', '/graphiql']) {
      const page = await fetch(`${production.url}${path}`, { headers: { accept: 'text/html' } });
      expect([404, 406], path).toContain(page.status);
      expect(await page.text()).not.toMatch(/<script|<!doctype/i);
    }
    await answer('{ __typename }');
  });

  it('A-25 shows no metrics, of its health UP or DOWN, and the shell of the app at most', async () => {
    for (const path of ['/metrics', '/q/metrics']) {
      expect((await fetch(`${production.url}${path}`)).status, path).toBe(404);
      const metrics = await fetch(`${production.managementUrl}${path}`);
      expect(metrics.status).toBe(200);
      expect(await metrics.text()).toMatch(/freshplan_authorization_disagreements_total 0/);
    }
    for (const path of ['/q/health', '/q/health/ready', '/health/ready']) {
      const health = await fetch(`${production.url}${path}`);
      const report = (await health.json()) as { status: string; checks: object[] };
      expect(report.status, path).toBe('UP');
      for (const check of report.checks) {
        expect(check).toEqual({
          name: expect.any(String),
          status: expect.stringMatching(/^(UP|DOWN)$/),
        });
      }
    }
    const admin = await fetch(`${production.url}/admin`);
    expect([200, 404]).toContain(admin.status);
    expect(await admin.text()).not.toMatch(/Petra|sales-de|@/);
  });
});

describe('another territory', () => {
  it('A-27 is not heard of when a company of it is registered', async () => {
    production.test.logged.length = 0;
    const query = `mutation R($input: LeadRegisterInput!) {
      leadRegister(input: $input) { lead { id territory } userErrors { code message } } }`;
    const input = { ...VICTIM, source: 'WEB_FORMULAR' };
    const { body, text } = await production.post('sales-de', { query, variables: { input } });
    expect(body.data?.['leadRegister']).toEqual({
      lead: { id: expect.any(String), territory: 'DE' },
      userErrors: [],
    });
    const similar = `{ leadDuplicates(input: { territory: DE, companyName: "Gasthof Zur Grünen Au Neu", email: "x@y.example" }) {
      exists similar { lead { id territory } } } }`;
    const duplicates = await production.post('sales-de', { query: similar });
    expect(duplicates.body.errors).toBeUndefined();
    expect([text, duplicates.text, ...production.test.logged].join('\n')).not.toMatch(
      new RegExp(`"AT"|Österreich|Austria|${austrian}`),
    );
    const there = `query D($input: LeadDuplicatesInput!) { leadDuplicates(input: $input) { exists similar { lead { id } } } }`;
    const { companyName, email, phone } = VICTIM;
    const wanted = { territory: 'AT', companyName, email, phone };
    const nothing = { leadDuplicates: { exists: false, similar: [] } };
    expect(await answer(there, 'sales-de', { input: wanted })).toEqual(nothing);
    expect(await answer(there, 'sales-at', { input: wanted })).not.toEqual(nothing);
  });

  it('A-29 is neither changed nor filled from here', async () => {
    const edit = { leadId: austrian, version: 1, city: 'Graz' };
    expect(await mutate('sales-de', 'leadUpdate', edit)).toBe('NOT_FOUND');
    expect(await mutate('manager-de', 'leadUpdate', edit)).toBe('NOT_FOUND');
    const reason = 'Umzug der Firma nach Österreich';
    const move = { leadId: german, version: await versionOf(german), territory: 'AT', reason };
    expect(await mutate('sales-de', 'leadTerritoryTransfer', move)).toBe('FORBIDDEN');
    expect(await mutate('manager-de', 'leadTerritoryTransfer', move)).toBe('FORBIDDEN');
    const version = await versionOf(german);
    const ownerUserId = demoLogin('sales-at')?.userId;
    const assign = { leadId: german, version, ownerUserId, reason };
    expect(await mutate('sales-de', 'leadReassign', assign)).toBe('FORBIDDEN');
    expect(await mutate('manager-de', 'leadReassign', assign)).toBe('BAD_USER_INPUT');
    const { database } = production.test.db;
    const actor = actorOf('sales-de');
    const changed = await database.transaction(actor, (tx) =>
      tx.query(`update leads.lead set city = 'Graz' where id = $1 returning id`, [austrian]),
    );
    expect(changed).toEqual([]);
    const moved = database.transaction(actor, (tx) =>
      tx.query(`update leads.lead set territory = 'AT' where id = $1`, [german]),
    );
    await expect(moved).rejects.toMatchObject({ code: 'DENIED' });
    expect(
      await mutate('sales-de', 'leadUpdate', { leadId: german, version, city: 'Bremen' }),
    ).toBe('DONE');
  });
});

describe('one’s own territory', () => {
  it('A-30 gives helpers and sales people no more than their part', async () => {
    const id = await production.lead('sales-de');
    const helper = demoLogin('sales-de-2')?.userId;
    const version = await versionOf(id);
    const set = { leadId: id, version, userId: helper, role: 'COLLABORATOR', level: 'ASSIST' };
    expect(await mutate('sales-de', 'leadCollaboratorSet', set)).toBe('DONE');
    await production.test.settled();
    const more = { ...set, version: version + 1, level: 'NEGOTIATE' };
    expect(await mutate('sales-de-2', 'leadCollaboratorSet', more)).toBe('FORBIDDEN');
    const log = `mutation { activityLog(input: { leadId: "${id}", kind: CALL }) { activity { id } userErrors { code } } }`;
    expect((await production.post('sales-de-2', { query: log })).body.errors).toBeUndefined();
    const triage = (territory: string): string =>
      `{ leadTriage(territory: ${territory}) { totalCount } }`;
    await refuse(triage('DE'), 'FORBIDDEN');
    await refuse(triage('AT'), 'FORBIDDEN', 'manager-de');
    await answer(triage('DE'), 'manager-de');
  });

  it('A-31 hides contact data from auditors wherever it comes along', async () => {
    const fields = 'companyName email phone contacts { lastName }';
    const entity = await production.post('auditor', {
      query: `{ lead(id: "${german}") { ${fields} } }`,
    });
    expect(entity.body.data).toEqual({
      lead: { companyName: expect.any(String), email: null, phone: null, contacts: null },
    });
    expect(new Set(codesOf(entity.body))).toEqual(new Set(['FORBIDDEN']));
    const history = `{ events(aggregateId: "${german}") { edges { node { type data } } } }`;
    const masked = await production.post('auditor', { query: history });
    expect(masked.body.errors).toBeUndefined();
    expect(masked.text).toContain('***');
    const trail = '{ auditTrail(first: 100) { edges { node { action before after reason } } } }';
    const audit = await production.post('auditor', { query: trail });
    expect(audit.body.errors).toBeUndefined();
    const socket = await production.socket('auditor');
    socket.send({
      id: 'live',
      type: 'subscribe',
      payload: { query: `subscription { leadChanged { lead { ${fields} } } }` },
    });
    const changed = {
      leadId: german,
      version: await versionOf(german),
      city: `Ort ${randomUUID()}`,
    };
    await expect.poll(() => mutate('sales-de', 'leadUpdate', changed)).toBe('DONE');
    await expect
      .poll(() => socket.received.filter(({ id }) => id === 'live').length)
      .toBeGreaterThan(0);
    socket.ws.terminate();
    const said = [entity.text, masked.text, audit.text, JSON.stringify(socket.received)].join('\n');
    expect(said).not.toMatch(/koch@adler|5550100/);
    const own = await answer(`{ lead(id: "${german}") { email } }`);
    expect(own).toEqual({ lead: { email: 'koch@adler.example' } });
  });
});

describe('a person', () => {
  /** Requests that fail, each with something of him where it may be repeated. */
  async function fail(leadId: string): Promise<string> {
    const answers = [
      await production.post('sales-de', `{"query":"{ ${CANARY.email}`),
      await production.post('sales-de', { query: `{ lead(id: "${CANARY.email}") { id } }` }),
      await production.post('sales-de', {
        query: 'query Q($i: LeadUpdateInput!) { __typename }',
        variables: { i: { leadId, [CANARY.email]: CANARY.name, painNotes: { a: CANARY.note } } },
      }),
      await production.post('sales-de', { query: `{ leadz(x: "${CANARY.name}") }` }),
      await production.post(
        null,
        { query: '{ me { user { id } } }' },
        {
          authorization: `Bearer ${CANARY.email}`,
          'x-request-id': CANARY.email,
          'user-agent': CANARY.phone,
        },
      ),
    ];
    await fetch(`${production.url}/${encodeURIComponent(CANARY.name)}?q=${CANARY.email}`);
    return answers.map(({ text }) => text).join('\n');
  }

  it('A-62 is in clear for those who may read him, and ciphertext wherever he is recorded', async () => {
    const { db, logged, settled } = production.test;
    const heard: string[] = [];
    const listener = new pg.Client({ connectionString: db.adminUrl });
    await listener.connect();
    listener.on('error', () => {});
    listener.on('notification', ({ channel, payload }) => heard.push(`${channel} ${payload}`));
    await listener.query('listen events_log; listen events_wake; listen dashboard_updates');
    // The server then names the whole row in its error, and the fact becomes a dead letter.
    await db.admin(
      `alter table communication.recipient add constraint canary check (email is null) not valid`,
    );
    const socket = await production.socket('manager-de');
    const stream = 'subscription { leadChanged { leadId lead { email painNotes } } }';
    socket.send({ id: 'live', type: 'subscribe', payload: { query: stream } });
    const leadId = await production.lead('sales-de', {
      ...CANARY_FIRM,
      email: CANARY.email,
      phone: CANARY.phone,
      emailConsent: true,
    });
    const letters = () =>
      db.admin<{ last_error: string }>('select * from communication.dead_letter');
    await expect.poll(letters, { timeout: 30_000 }).not.toEqual([]);
    await db.admin('alter table communication.recipient drop constraint canary');
    const retry = `mutation { deadLetterRetry(input: { consumer: "communication.leads", all: true }) { userErrors { code } } }`;
    await answer(retry, 'admin');
    await settled();
    for (const [login, field, inputOf] of CANARY_FLOWS) {
      const input = inputOf(leadId, await versionOf(leadId));
      expect([field, await act(login, field, input)]).toEqual([field, 'DONE']);
      await settled();
    }
    const said = await fail(leadId);
    const shown = await answer(
      `{ lead(id: "${leadId}") { email painNotes contacts { lastName } messages { text } } }`,
      'manager-de',
    );
    expect(canaryIn(JSON.stringify(shown))).toEqual([CANARY.name, CANARY.note]);
    await expect
      .poll(() => JSON.stringify(socket.received), { timeout: 10_000 })
      .toContain(CANARY.note);
    socket.ws.terminate();
    await listener.end();

    const metrics = await (await fetch(`${production.managementUrl}/metrics`)).text();
    const running = await db.admin('select query from pg_stat_activity');
    const kept = await statementsOf(db);
    expect(canaryIn(said), 'answers to faults').toEqual([]);
    expect(logged.join('\n')).toContain('communication.leads');
    expect(canaryIn(logged.join('\n')), 'the log').toEqual([]);
    expect(canaryIn(metrics), 'metrics').toEqual([]);
    // The last request's spans leave after all others'.
    const traceId = randomUUID().replaceAll('-', '');
    await production.post(
      'sales-de',
      { query: '{ __typename }' },
      {
        traceparent: `00-${traceId}-${traceId.slice(16)}-01`,
      },
    );
    await expect
      .poll(() => collector.spans.some((span) => span.traceId === traceId), { timeout: 10_000 })
      .toBe(true);
    expect(canaryIn(collector.received.join('\n')), 'spans').toEqual([]);
    expect(heard.length).toBeGreaterThan(0);
    expect(canaryIn(heard.join('\n')), 'notifications').toEqual([]);
    expect(canaryIn(JSON.stringify(running)), 'statements').toEqual([]);
    // A server of one's own (TEST_DATABASE_URL) may keep none.
    if (kept !== undefined) expect(kept).toContain('append_facts');
    expect(canaryIn(kept ?? ''), 'pg_stat_statements').toEqual([]);
    expect(await tablesWithCanary(db)).toEqual([]);
  });
});

async function act(login: string, field: string, input: object): Promise<string> {
  const type = `${field[0]?.toUpperCase()}${field.slice(1)}Input`;
  const given = field === 'subjectRestrict' ? 'SubjectRestrictionInput' : type;
  const query = `mutation M($input: ${given}!) { payload: ${field}(input: $input) { userErrors { code } } }`;
  const { body } = await production.post(login, { query, variables: { input } });
  const payload = body.data?.['payload'] as Payload | null | undefined;
  return codesOf(body)[0] ?? payload?.userErrors[0]?.code ?? 'DONE';
}

async function versionOf(id: string): Promise<number> {
  const { lead } = await production.inside<{ lead: { version: number } }>(
    'admin',
    `{ lead(id: "${id}") { version } }`,
  );
  return lead.version;
}
