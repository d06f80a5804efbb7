import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Actor } from '#kernel/access';
import {
  people,
  startLeadGraph,
  type LeadAnswer,
  type LeadGraph,
  type Refused,
} from './graph.fixture.ts';

import { importLeads } from './import-leads.ts';

const { salesDe, salesDe2, salesAt, managerDe, admin, auditor, partner } = people;
const now = '2025-01-15T09:00:00.000Z';

let graph: LeadGraph;
beforeAll(async () => {
  graph = await startLeadGraph(now);
});
afterAll(() => graph.close());
beforeEach(async () => {
  graph.clock.set(now);
  await graph.db.admin('delete from leads.import');
});

interface Row {
  number: number;
  lead: LeadAnswer | null;
  userErrors: Refused[];
}

const importing = (actor: Actor, rows: object[], extra: object = {}) =>
  graph.mutate<{ rows: Row[] | null }>(
    actor,
    'leadImport',
    { rows, idempotencyKey: randomUUID(), ...extra },
    'rows { number lead { id version } userErrors { code field message } }',
  );

const row = (extra: object = {}) => ({
  companyName: `Betrieb ${randomUUID().replaceAll('-', ' ')}`,
  city: randomUUID(),
  source: 'WEB_FORMULAR',
  confirmSimilar: true,
  ...extra,
});
/** Copies of a lead, as if the person had registered more of them this month. */
const MONTH_OF = `insert into leads.lead (id, version, territory, registered_by, registered_at,
    status, stage, company_name, city, company_normalized, is_canonical, protection, is_reminded,
    state, detail)
  select gen_random_uuid(), version, territory, $2, registered_at, status, stage, n::text, n::text,
    n::text, is_canonical, protection, is_reminded, state,
    detail || jsonb_build_object('registeredAtSource', $3::text)
  from leads.lead, generate_series(1, $4) n where id = $1`;
const rowsOf = (count: number) => Array.from({ length: count }, () => row());
const codes = (rows: Row[] | null) => rows?.map(({ userErrors }) => userErrors[0]?.code ?? 'OK');

describe('an import', () => {
  it('registers each row for the caller and marks where it came from', async () => {
    const { rows, userErrors } = await importing(salesDe, [row(), row()]);
    expect(userErrors).toEqual([]);
    expect(rows?.map(({ number }) => number)).toEqual([1, 2]);
    const { lead } = await graph.ask<{ lead: object }>(
      salesDe,
      `{ lead(id: "${rows?.[1]?.lead?.id}") { ownerUserId registeredAtSource } }`,
    );
    expect(lead).toEqual({ ownerUserId: salesDe.userId, registeredAtSource: 'import' });
  });

  it('answers for each row, and a row at fault stops no other', async () => {
    const email = `${randomUUID()}@bekannt.example`;
    const known = { ...row(), email };
    const twin = row({ email });
    const { rows } = await importing(salesDe, [
      known,
      twin,
      row({ companyName: ' ' }),
      row({ companyName: 'x'.repeat(201) }),
      row({ countryCode: 'AT' }),
      row({ source: 'MESSE' }),
      row({ companyName: known.companyName, city: known.city, confirmSimilar: false }),
      row(),
    ]);
    expect(codes(rows)).toEqual([
      'OK',
      'DUPLICATE_LEAD',
      'BAD_USER_INPUT',
      'BAD_USER_INPUT',
      'FORBIDDEN',
      'FIRST_CONTACT_REQUIRED',
      'SIMILAR_LEAD',
      'OK',
    ]);
    expect(rows?.[3]?.userErrors[0]?.field).toBe('companyName');
    expect(rows?.[4]?.userErrors[0]?.field).toBe('countryCode');
    expect(rows?.[1]?.lead).toBeNull();
  });

  it('repeated with its key answers the same, refusals included', async () => {
    const email = `${randomUUID()}@bekannt.example`;
    const other = await graph.register(managerDe, { email });
    const input = [row(), row({ email })];
    const key = { idempotencyKey: randomUUID() };
    const first = await importing(salesDe2, input, key);
    expect(codes(first.rows)).toEqual(['OK', 'DUPLICATE_LEAD']);
    await graph.mutate(managerDe, 'leadDelete', {
      leadId: other.id,
      version: other.version,
      reason: 'Doppelt angelegt worden',
    });
    expect(await importing(salesDe2, input, key)).toEqual(first);
  });

  it('that was broken off goes on under its key, each row once', async () => {
    const input = rowsOf(3);
    const key = { idempotencyKey: randomUUID(), rowsTotal: 3 };
    const begun = await importing(salesDe2, input.slice(0, 2), key);
    const ended = await importing(salesDe2, input, key);
    expect(ended.rows?.slice(0, 2)).toEqual(begun.rows);
    expect(codes(ended.rows)).toEqual(['OK', 'OK', 'OK']);
    const [facts] = await graph.db.admin<{ n: number }>(
      `select count(*)::int as n from leads.lead where company_name = any ($1)`,
      [input.map(({ companyName }) => companyName)],
    );
    expect(facts?.n).toBe(3);
  });

  it('sent twice at the same moment registers each row once', async () => {
    const input = rowsOf(5);
    const key = { idempotencyKey: randomUUID() };
    const both = await Promise.all([importing(admin, input, key), importing(admin, input, key)]);
    expect(both[0]).toEqual(both[1]);
    expect(codes(both[0].rows)).toEqual(Array.from({ length: 5 }, () => 'OK'));
  });

  it('comes in parts of one import', async () => {
    const key = { idempotencyKey: randomUUID(), rowsTotal: 3 };
    const first = await importing(managerDe, rowsOf(2), { ...key, firstRow: 1 });
    const second = await importing(managerDe, rowsOf(1), { ...key, firstRow: 3 });
    expect([...first.rows!, ...second.rows!].map(({ number }) => number)).toEqual([1, 2, 3]);
    const outside = await importing(managerDe, rowsOf(2), { ...key, firstRow: 3 });
    expect(outside.userErrors).toMatchObject([{ code: 'BAD_USER_INPUT', field: 'firstRow' }]);
    const [imports] = await graph.db.admin<{ n: number }>(
      'select count(*)::int as n from leads.import',
    );
    expect(imports?.n).toBe(1);
  });

  it('answers for what it had time for, at least one row, and says where to go on', async () => {
    const { context } = graph;
    const rows = [1, 2, 3].map(() => row({ countryCode: 'DE' }));
    const input = { rows, idempotencyKey: randomUUID() } as never;
    const first = await importLeads(context(managerDe), input, { budgetMs: 0 });
    expect(first).toMatchObject({ rows: [{ number: 1 }], nextRow: 2 });
    const all = await importLeads(context(managerDe), input);
    expect(all.rows[0]).toEqual(first.rows[0]);
    expect(all).toMatchObject({ rows: [{}, {}, { number: 3 }], nextRow: null });
  });

  it('is not another one under the same key, nor one of the day before', async () => {
    const key = { idempotencyKey: randomUUID() };
    const input = rowsOf(1);
    await importing(managerDe, input, key);
    const conflict = { rows: null, userErrors: [{ code: 'CONFLICT', field: 'idempotencyKey' }] };
    expect(await importing(managerDe, rowsOf(2), key)).toMatchObject(conflict);
    expect(await importing(managerDe, rowsOf(1), key)).toMatchObject(conflict);
    graph.clock.set('2025-01-16T09:00:00.001Z');
    expect(await importing(managerDe, input, key)).toMatchObject(conflict);
  });
});

describe('the quota of imports', () => {
  const exceeded = { rows: null, userErrors: [{ code: 'LEAD_QUOTA_EXCEEDED' }] };

  it('refuses too many rows as a whole', async () => {
    const { userErrors, rows } = await importing(salesAt, [row({ countryCode: 'AT' })], {
      rowsTotal: 101,
    });
    expect({ rows, userErrors }).toMatchObject(exceeded);
    const [none] = await graph.db.admin<{ n: number }>(
      'select count(*)::int as n from leads.lead where registered_by = $1',
      [salesAt.userId],
    );
    expect(none?.n).toBe(0);
  });

  it('is three a day for sales, counted from midnight in Berlin', async () => {
    for (let n = 0; n < 3; n += 1) {
      expect((await importing(salesDe, rowsOf(1))).userErrors).toEqual([]);
    }
    expect(await importing(salesDe, rowsOf(1))).toMatchObject(exceeded);
    graph.clock.set('2025-01-15T22:59:59.999Z');
    expect(await importing(salesDe, rowsOf(1))).toMatchObject(exceeded);
    graph.clock.set('2025-01-15T23:00:00.000Z');
    expect((await importing(salesDe, rowsOf(1))).userErrors).toEqual([]);
  });

  it('counts open leads', async () => {
    const { rows } = await importing(salesAt, [row({ countryCode: 'AT' })], { rowsTotal: 100 });
    expect(codes(rows)).toEqual(['OK']);
    const full = await importing(salesAt, [row({ countryCode: 'AT' })], { rowsTotal: 100 });
    expect(full).toMatchObject(exceeded);
    const { id, version } = rows![0]!.lead!;
    const qualified = await graph.mutate(salesAt, 'leadQualify', { leadId: id, version });
    await graph.mutate(salesAt, 'leadLose', {
      leadId: id,
      version: qualified.lead?.version,
      reason: 'Hat anders entschieden',
    });
    const again = await importing(salesAt, [row({ countryCode: 'AT' })], { rowsTotal: 100 });
    expect(again.userErrors).toEqual([]);
  });

  it('leaves the registrations of the month alone', async () => {
    const actor = people.managerAt;
    const austrian = () => row({ countryCode: 'AT' });
    const { lead } = await graph.mutate(actor, 'leadRegister', austrian());
    await graph.db.admin(MONTH_OF, [lead?.id, actor.userId, 'import', 99]);
    expect((await graph.mutate(actor, 'leadRegister', austrian())).lead).not.toBeNull();
    await graph.db.admin(MONTH_OF, [lead?.id, actor.userId, 'system', 98]);
    const full = await graph.mutate(actor, 'leadRegister', austrian());
    expect(full.userErrors).toMatchObject([{ code: 'LEAD_QUOTA_EXCEEDED' }]);
  });

  it('is none for auditors and partners', async () => {
    for (const actor of [auditor, partner]) {
      await expect(importing(actor, rowsOf(1))).rejects.toThrow();
    }
  });
});

describe('a company that was won', () => {
  const converted = async (): Promise<string> => {
    const email = `${randomUUID()}@kunde.example`;
    const { id, version } = await graph.register(managerDe, { email });
    const qualified = await graph.mutate(managerDe, 'leadQualify', { leadId: id, version });
    const won = await graph.mutate(managerDe, 'leadConvert', {
      leadId: id,
      version: qualified.lead?.version,
    });
    expect(won.userErrors).toEqual([]);
    return email;
  };
  const force = { forceReason: 'Neuer Betreiber im selben Haus' };
  const codeOf = async (actor: Actor, email: string, extra: object = {}) => {
    const { userErrors } = await graph.mutate(actor, 'leadRegister', row({ email, ...extra }));
    return userErrors[0]?.code ?? 'OK';
  };

  it('is a customer for twelve months, whoever asks and with whatever reason', async () => {
    const email = await converted();
    graph.clock.set('2026-01-15T09:00:00.000Z');
    expect(await codeOf(salesDe, email)).toBe('ALREADY_CUSTOMER');
    expect(await codeOf(managerDe, email, force)).toBe('ALREADY_CUSTOMER');
    expect(codes((await importing(salesDe, [row({ email })])).rows)).toEqual(['ALREADY_CUSTOMER']);
    graph.clock.set('2026-01-15T09:00:00.001Z');
    expect(await codeOf(salesDe, email)).toBe('DUPLICATE_LEAD');
    expect(await codeOf(managerDe, email, force)).toBe('OK');
  });

  it('tells nothing about the lead, and nothing in another territory', async () => {
    const email = await converted();
    const refused = await graph.mutate(salesDe, 'leadRegister', row({ email }));
    expect(refused).toEqual({
      lead: null,
      userErrors: [
        {
          code: 'ALREADY_CUSTOMER',
          field: null,
          message: 'Diese Firma hat in den letzten 12 Monaten gekauft.',
        },
      ],
    });
    expect(await codeOf(salesAt, email, { countryCode: 'AT' })).toBe('OK');
  });
});
