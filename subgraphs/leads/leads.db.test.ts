import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#kernel/access';
import { createMetrics } from '#kernel/telemetry';
import { followUpMetrics } from './follow-up-metrics.ts';
import { people, startLeadGraph, type LeadGraph } from './graph.fixture.ts';
import { runFollowUps } from './follow-up-runs.ts';
import { protection } from './timers.ts';

const { salesDe, salesDe2, salesAt, managerDe, managerAt, auditor, admin, partner } = people;
let graph: LeadGraph;
let db: LeadGraph['db'];
let clock: LeadGraph['clock'];

beforeAll(async () => {
  graph = await startLeadGraph('2025-01-15T09:00:00.000Z');
  ({ db, clock } = graph);
});
afterAll(() => graph.close());

const ask: LeadGraph['query'] = (...question) => graph.query(...question);

const LEAD = `lead { id version status stage companyName ownerUserId score { total }
  protection { state progressUntil graceUntil baseUntil remainingDays } actions
  followUps { type status dueAt } preClaim { daysLeft isOverdue } }
  userErrors { code field message }`;

interface LeadAnswer {
  id: string;
  version: number;
  status: string;
  [field: string]: unknown;
}
interface Payload {
  lead: LeadAnswer | null;
  userErrors: { code: string; field: string | null }[];
}

async function mutate(
  actor: Actor,
  name: string,
  input: Record<string, unknown>,
): Promise<Payload> {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  const { data, errors } = await ask(
    actor,
    `mutation M($input: ${type}!) { ${name}(input: $input) { ${LEAD} } }`,
    { input },
  );
  if (errors) throw errors[0];
  return data?.[name] as Payload;
}

let companies = 0;
const NAMES = [
  'Adler',
  'Bergblick',
  'Citronella',
  'Dorfkrug',
  'Eiche',
  'Forelle',
  'Goldener Hirsch',
  'Hafen',
  'Isarblick',
  'Jahreszeiten',
  'Kantine Nord',
  'Lindenhof',
  'Mühle',
  'Nordlicht',
  'Ochsen',
  'Post',
  'Quelle',
  'Rössle',
  'Sonne',
  'Traube',
  'Ulmenhof',
  'Viktoria',
  'Waldhaus',
  'Xaver',
  'Ypsilon',
  'Zirbel',
];
const register = async (actor: Actor, extra: Record<string, unknown> = {}): Promise<LeadAnswer> => {
  const name = NAMES[companies++] ?? randomUUID();
  const { lead, userErrors } = await mutate(actor, 'leadRegister', {
    companyName: `${name} GmbH`,
    city: `Stadt${companies}`,
    source: 'WEB_FORMULAR',
    ...extra,
  });
  expect(userErrors).toEqual([]);
  return lead as LeadAnswer;
};

describe('a registered lead', () => {
  it('belongs to whoever registered it and is protected from then on', async () => {
    const lead = await register(salesDe);
    expect(lead).toMatchObject({
      version: expect.any(Number),
      status: 'REGISTERED',
      stage: 'VORMERKUNG',
      ownerUserId: salesDe.userId,
      protection: {
        state: 'PROTECTED',
        progressUntil: '2025-03-16T09:00:00.000Z',
        graceUntil: '2025-03-26T09:00:00.000Z',
        baseUntil: '2025-07-15T08:00:00.000Z',
      },
      preClaim: { daysLeft: 10, isOverdue: false },
    });
    expect(lead['actions']).toContain('QUALIFY');
  });

  it('exists for its owner, the territory’s manager, the auditor and admins only', async () => {
    const { id } = await register(salesDe);
    const sees = async (actor: Actor) => {
      const { data } = await ask(
        actor,
        `{ lead(id: "${id}") { id } leads(first: 100) { totalCount edges { node { id } } } }`,
      );
      const page = data?.['leads'] as { edges: { node: { id: string } }[] };
      const inList = page.edges.some((edge) => edge.node.id === id);
      expect(inList).toBe(data?.['lead'] !== null);
      return inList;
    };
    expect(await Promise.all([salesDe, managerDe, auditor, admin].map(sees))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(await Promise.all([salesDe2, salesAt, managerAt, partner].map(sees))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it('of a partner waits without an owner and shows itself to that firm', async () => {
    const lead = await register(partner, {
      source: 'MESSE',
      firstContact: {
        channel: 'MESSE',
        at: '2025-01-10T09:00:00.000Z',
        note: 'Auf der Messe getroffen',
      },
    });
    expect(lead['ownerUserId']).toBeNull();
    const { data } = await ask(
      managerDe,
      '{ leadTriage(territory: DE) { edges { node { id source } } } }',
    );
    const { edges } = data?.['leadTriage'] as { edges: { node: { id: string; source: string } }[] };
    expect(edges.map((edge) => edge.node)).toContainEqual({ id: lead.id, source: 'PARTNER' });
    const own = await ask(partner, `{ lead(id: "${lead.id}") { status email contacts { id } } }`);
    expect(own.data?.['lead']).toEqual({ status: 'ACTIVE', email: null, contacts: null });
  });
});

describe('a duplicate', () => {
  it('is refused without a word about the other lead, and forced only by a manager with a reason', async () => {
    await register(salesDe, {
      companyName: 'Doppel GmbH',
      email: 'info@doppel.example',
      city: 'Köln',
    });
    const again = {
      companyName: 'Ganz anders AG',
      city: 'Bonn',
      source: 'WEB_FORMULAR',
      email: ' INFO@doppel.example ',
    };
    const refused = await mutate(salesDe2, 'leadRegister', again);
    expect(refused).toMatchObject({ lead: null, userErrors: [{ code: 'DUPLICATE_LEAD' }] });
    expect(JSON.stringify(refused)).not.toMatch(/Doppel|Köln/);
    const forced = await mutate(managerDe, 'leadRegister', {
      ...again,
      forceReason: 'Anderer Betreiber im selben Haus',
    });
    expect(forced.lead?.status).toBe('REGISTERED');
  });

  it('of another territory is none', async () => {
    const { userErrors } = await mutate(salesAt, 'leadRegister', {
      companyName: 'Doppel GmbH',
      city: 'Köln',
      source: 'WEB_FORMULAR',
      countryCode: 'AT',
      email: 'info@doppel.example',
    });
    expect(userErrors).toEqual([]);
  });
});

describe('an edit', () => {
  it('needs the version, and of a hundred at once one wins', async () => {
    const { id, version } = await register(salesDe);
    const edits = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        mutate(salesDe, 'leadUpdate', { leadId: id, version, postalCode: String(10_000 + index) }),
      ),
    );
    const codes = edits.flatMap((edit) => edit.userErrors.map((error) => error.code));
    expect(edits.filter((edit) => edit.lead !== null)).toHaveLength(1);
    expect(codes).toEqual(Array.from({ length: 19 }, () => 'CONFLICT'));
  });

  it('of a foreign lead does not find it', async () => {
    const { id, version } = await register(salesDe);
    for (const actor of [salesDe2, salesAt, managerAt, partner]) {
      const { userErrors } = await mutate(actor, 'leadLose', {
        leadId: id,
        version,
        reason: 'Will ich nicht haben',
      });
      expect(userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    }
  });

  it('repeated with its key answers the same in full, with another input conflicts', async () => {
    const { id, version } = await register(salesDe);
    const input = { leadId: id, version, idempotencyKey: randomUUID() };
    const first = await mutate(salesDe, 'leadQualify', input);
    const second = await mutate(salesDe, 'leadQualify', input);
    expect(first.lead?.status).toBe('QUALIFIED');
    expect(second).toEqual(first);
    const other = await mutate(salesDe, 'leadQualify', { ...input, version: version + 1 });
    expect(other.userErrors).toMatchObject([{ code: 'CONFLICT', field: 'idempotencyKey' }]);
    const facts = await db.admin<{ n: number }>(
      "select count(*)::int as n from leads.event where aggregate_id = $1 and type = 'lead.status_changed'",
      [id],
    );
    expect(facts[0]?.n).toBe(1);
  });
});

describe('the protection engine', () => {
  const job = () => graph.job('leads.protection');
  const statusOf = async (id: string) => {
    const { data } = await ask(
      admin,
      `{ lead(id: "${id}") { status ownerUserId protection { state reminderAt } } }`,
    );
    return data?.['lead'];
  };

  it('reminds once, then expires after ten more days, and the owner loses the lead', async () => {
    clock.set('2025-01-15T09:00:00.000Z');
    const { id } = await register(salesDe, {
      source: 'MESSE',
      firstContact: {
        channel: 'MESSE',
        at: '2025-01-14T09:00:00.000Z',
        note: 'Auf der Messe getroffen',
      },
    });
    clock.set('2025-03-16T09:00:00.000Z');
    await protection.run(job());
    expect(await statusOf(id)).toMatchObject({
      status: 'ACTIVE',
      protection: { state: 'PROTECTED' },
    });
    clock.set('2025-03-16T09:15:00.000Z');
    await protection.run(job());
    await protection.run(job());
    expect(await statusOf(id)).toMatchObject({
      status: 'REMINDER',
      protection: { state: 'REMINDER', reminderAt: '2025-03-16T09:15:00.000Z' },
    });
    clock.set('2025-03-26T09:15:00.000Z');
    await protection.run(job());
    expect(await statusOf(id)).toMatchObject({
      status: 'EXPIRED',
      ownerUserId: null,
      protection: { state: 'EXPIRED' },
    });
    const reminders = await db.admin<{ n: number }>(
      "select count(*)::int as n from leads.event where aggregate_id = $1 and type = 'lead.protection.reminder'",
      [id],
    );
    expect(reminders[0]?.n).toBe(1);
    const { data } = await ask(salesDe, `{ lead(id: "${id}") { id } }`);
    expect(data?.['lead']).toBeNull();
  });
});

describe('a run of follow-ups', () => {
  const job = () => graph.job('leads.follow-ups');

  it('claims a due T3 once under its nominal instant, also when it is repeated', async () => {
    clock.set('2025-09-26T08:00:00.000Z');
    const { id } = await register(salesDe, {
      email: 'koch@folge.example',
      emailConsent: true,
      source: 'TELEFON',
      firstContact: {
        channel: 'PHONE',
        at: '2025-09-25T09:00:00.000Z',
        note: 'Telefonat mit dem Koch',
      },
    });
    clock.set('2025-09-29T06:59:00.000Z');
    await runFollowUps(job(), followUpMetrics(createMetrics()));
    clock.set('2025-09-29T08:30:00.000Z');
    await runFollowUps(job(), followUpMetrics(createMetrics()));
    await runFollowUps(job(), followUpMetrics(createMetrics()));
    const facts = await db.admin<{ data: { dueRunAt: string; followUpType: string } }>(
      "select data from leads.event where aggregate_id = $1 and type = 'lead.followup.requested'",
      [id],
    );
    expect(facts.map(({ data }) => [data.followUpType, data.dueRunAt])).toEqual([
      ['T3', '2025-09-29T07:00:00.000Z'],
    ]);
  });
});

it('no e-mail address stands in clear in the log', async () => {
  const rows = await db.admin<{ text: string }>(
    "select string_agg(data::text || meta::text, '') as text from leads.event",
  );
  expect(rows[0]?.text).toContain('$enc');
  expect(rows[0]?.text).not.toMatch(/@\w/);
});

it('nothing is visible without a context, also on a connection that has just served somebody', async () => {
  const client = new pg.Client({ connectionString: db.appUrl });
  await client.connect();
  const count = async () =>
    (await client.query('select count(*)::int as n from leads.lead')).rows[0].n;
  try {
    await client.query('begin');
    await client.query(
      "select set_config('app.user_context', $1, true), set_config('app.role_context', 'admin', true)",
      [admin.userId],
    );
    expect(await count()).toBeGreaterThan(0);
    await client.query('commit');
    expect(await count()).toBe(0);
    const written = await client.query("update leads.lead set status = 'LOST'");
    expect(written.rowCount).toBe(0);
  } finally {
    await client.end();
  }
});
