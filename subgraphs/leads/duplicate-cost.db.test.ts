import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createActor, systemActor } from '#kernel/access';
import { createTestDatabase, pagesTouched, type TestDatabase } from '#kernel/testing';
import { duplicatesOf, searcher } from './duplicate-search.ts';
import { createLeads } from './index.ts';

const LEADS = 20_000;
const salesDe = createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });
const wanted = {
  territory: 'DE',
  companyName: 'Wirtshaus am Fluss',
  city: 'Passau',
  email: 'kueche@fluss.example',
} as const;
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase({ modules: [createLeads()] });
  await db.admin(
    `insert into leads.lead (id, version, territory, registered_by, registered_at, status, stage,
       company_name, city, company_normalized, is_canonical, protection, is_reminded, state, detail)
     select gen_random_uuid(), 1, case when n % 4 = 0 then 'AT' else 'DE' end, gen_random_uuid(), now(),
       'ACTIVE', 'VORMERKUNG', name, city, 'another form ' || n, true, 'NONE', false, '{}', '{}'
     from generate_series(1, $1) n,
       lateral (select case when n in (4, 5) then 'Wirtshaus am Fluss' else md5(n::text) end as name,
         case when n in (4, 5) then 'Passau' else 'Ort ' || n % 500 end as city) as known`,
    [LEADS],
  );
  await db.admin('analyze leads.lead');
}, 60_000);
afterAll(() => db.close());

it('who may be a duplicate is found by indexes among many leads, of his territory alone', async () => {
  const found = await db.database.transaction(searcher('DE'), async (tx) => {
    const { pages } = await pagesTouched(tx, (counting) => duplicatesOf(counting, wanted));
    return { pages, similar: await duplicatesOf(tx, wanted) };
  });
  expect(found.similar.map(({ isHard }) => isHard)).toEqual([false]);
  // The table alone has a page for about every thirty leads; the index of trigrams takes about half of that.
  expect(found.pages).toBeLessThan(450);
});

it('what resembles a text is told to jobs alone, and of their territories', async () => {
  const asked = async (actor: typeof salesDe, territory: string): Promise<number> => {
    const [row] = await db.database.transaction(actor, (tx) =>
      tx.query<{ ids: string[] | null }>(
        `select leads.similar_leads($1, 'Wirtshaus am Fluss Passau', 10) as ids`,
        [territory],
      ),
    );
    return row?.ids?.length ?? 0;
  };
  expect(await asked(systemActor('duplicate-search', ['DE']), 'DE')).toBe(1);
  expect(await asked(systemActor('duplicate-search', ['DE']), 'AT')).toBe(0);
  expect(await asked(salesDe, 'DE')).toBe(0);
});
