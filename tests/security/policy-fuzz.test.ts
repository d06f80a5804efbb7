import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createActor, hasRole, systemActor, type Actor } from '#kernel/access';
import { DatabaseError, type Transaction } from '#kernel/database';
import { createTestDatabase, type TestDatabase } from '#kernel/testing';
import { createSubgraphs } from '#subgraphs';

/**
 * Rows, identities and statements as they fall, against an oracle that knows the rules in words:
 * PostgreSQL must answer each statement as the oracle does, row by row.
 */

const TERRITORIES = ['DE', 'AT', 'CH'] as const;
const PEOPLE = Array.from({ length: 4 }, () => randomUUID());
const FIRMS = Array.from({ length: 2 }, () => randomUUID());
const ROUNDS_MAX = 10;
const RUNS = 300;

interface Row {
  readonly id: string;
  readonly territory: string;
  readonly ownerId: string | null;
  readonly collaboratorIds: readonly string[];
  readonly partnerOrgId: string | null;
}

let db: TestDatabase;
let rows: Row[];
beforeAll(async () => {
  db = await createTestDatabase({ modules: createSubgraphs({}) });
  rows = fc.sample(rowOf(), { numRuns: 60, seed: 7 });
  for (const row of rows) await db.admin(...insertOf(row));
}, 120_000);
afterAll(() => db?.close());

function rowOf(): fc.Arbitrary<Row> {
  return fc.record({
    id: fc.uuid({ version: 4 }),
    territory: fc.constantFrom(...TERRITORIES),
    ownerId: fc.option(fc.constantFrom(...PEOPLE)),
    collaboratorIds: fc.subarray(PEOPLE, { maxLength: 2 }),
    partnerOrgId: fc.option(fc.constantFrom(...FIRMS)),
  });
}

function insertOf(row: Row, after = ''): [text: string, parameters: unknown[]] {
  const text = `insert into leads.lead as l (id, version, territory, owner_id, collaborator_ids, partner_org_id,
      registered_by, registered_at, status, stage, company_name, city, company_normalized, is_canonical,
      protection, is_reminded, state, detail)
    values ($1, 1, $2, $3, $4, $5, $1, now(), 'ACTIVE', 'REGISTRIERUNG', 'x', 'x', 'x', true, 'NONE', false, '{}', '{}') ${after}`;
  return [text, [row.id, row.territory, row.ownerId, row.collaboratorIds, row.partnerOrgId]];
}

const anyone: fc.Arbitrary<Actor> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .record({
        userId: fc.constantFrom(...PEOPLE, randomUUID()),
        roles: fc.subarray(['sales', 'manager', 'auditor', 'partner', 'admin'], {
          minLength: 1,
          maxLength: 2,
        }),
        territories: fc.subarray([...TERRITORIES]),
        partnerOrgId: fc.option(fc.constantFrom(...FIRMS), { nil: undefined }),
      })
      .map(({ partnerOrgId, ...claims }) =>
        createActor({ ...claims, ...(partnerOrgId === undefined ? {} : { partnerOrgId }) }),
      ),
  },
  { weight: 1, arbitrary: fc.constant(systemActor('fuzz', ['DE'])) },
);

/** The rules of reading and writing a lead, in words. */
function reads(actor: Actor, row: Row): boolean {
  if (hasRole(actor, 'admin', 'system')) return true;
  if (!actor.territories.includes(row.territory)) return false;
  if (hasRole(actor, 'manager', 'auditor')) return true;
  if (hasRole(actor, 'sales') && holds(actor, row)) return true;
  return (
    hasRole(actor, 'partner') &&
    row.partnerOrgId !== null &&
    row.partnerOrgId === actor.partnerOrgId
  );
}

function writes(actor: Actor, row: Row): boolean {
  if (hasRole(actor, 'admin', 'system')) return true;
  if (!actor.territories.includes(row.territory)) return false;
  if (hasRole(actor, 'manager')) return true;
  if (hasRole(actor, 'sales') && holds(actor, row)) return true;
  return row.ownerId === null && hasRole(actor, 'sales', 'partner');
}

function holds({ userId }: Actor, { ownerId, collaboratorIds }: Row): boolean {
  return ownerId === userId || collaboratorIds.includes(userId);
}

type Outcome = readonly string[] | 'DENIED';
interface Statement {
  readonly name: string;
  run(tx: Transaction): Promise<readonly string[]>;
  expected(actor: Actor): Outcome;
}

const ids = async (tx: Transaction, text: string, parameters: unknown[] = []): Promise<string[]> =>
  (await tx.query<{ id: string }>(text, parameters)).map(({ id }) => id).toSorted();
const idsOf = (found: readonly Row[]): string[] => found.map(({ id }) => id).toSorted();
const both = (actor: Actor, row: Row): boolean => reads(actor, row) && writes(actor, row);

function looking(territory: string): Statement[] {
  const seen = (actor: Actor): Row[] => rows.filter((row) => reads(actor, row));
  const there = (actor: Actor): Row[] => seen(actor).filter((row) => row.territory === territory);
  return [
    {
      name: 'select',
      run: (tx) => ids(tx, 'select id from leads.lead where territory = $1', [territory]),
      expected: (actor) => idsOf(there(actor)),
    },
    {
      name: 'aggregate',
      run: (tx) => ids(tx, 'select territory || count(*) as id from leads.lead group by territory'),
      expected: (actor) =>
        [...Map.groupBy(seen(actor), (row) => row.territory)]
          .map(([name, found]) => `${name}${found.length}`)
          .toSorted(),
    },
    {
      name: 'join',
      run: (tx) =>
        ids(
          tx,
          'select distinct b.id from leads.lead a join leads.lead b using (territory) where a.territory = $1',
          [territory],
        ),
      expected: (actor) => idsOf(there(actor)),
    },
    {
      name: 'for update',
      run: (tx) =>
        ids(tx, 'select id from leads.lead where territory = $1 for update', [territory]),
      expected: (actor) => idsOf(there(actor).filter((row) => writes(actor, row))),
    },
  ];
}

function changing(target: Row, change: Row): Statement[] {
  const moved = { ...target, territory: change.territory, ownerId: change.ownerId };
  const set = 'set territory = $2, owner_id = $3';
  const parameters = [target.id, change.territory, change.ownerId];
  const update = (actor: Actor, isReturned: boolean): Outcome => {
    if (!both(actor, target)) return [];
    // Where a row is looked for or handed back, it must be readable after the change too.
    return writes(actor, moved) && reads(actor, moved) ? (isReturned ? [target.id] : []) : 'DENIED';
  };
  return [
    {
      name: 'update',
      run: (tx) => ids(tx, `update leads.lead ${set} where id = $1`, parameters),
      expected: (actor) => update(actor, false),
    },
    {
      name: 'update returning',
      run: (tx) => ids(tx, `update leads.lead ${set} where id = $1 returning id`, parameters),
      expected: (actor) => update(actor, true),
    },
    {
      name: 'delete returning',
      run: (tx) => ids(tx, 'delete from leads.lead where id = $1 returning id', [target.id]),
      expected: (actor) => (both(actor, target) ? [target.id] : []),
    },
  ];
}

function adding(target: Row, change: Row): Statement[] {
  const fresh = { ...change, id: randomUUID() };
  const existing = { ...change, id: target.id };
  return [
    {
      name: 'insert',
      run: (tx) => ids(tx, ...insertOf(fresh)),
      expected: (actor) => (writes(actor, fresh) ? [] : 'DENIED'),
    },
    {
      name: 'insert returning',
      run: (tx) => ids(tx, ...insertOf(fresh, 'returning id')),
      expected: (actor) => (both(actor, fresh) ? [fresh.id] : 'DENIED'),
    },
    {
      name: 'upsert',
      run: (tx) =>
        ids(
          tx,
          ...insertOf(
            existing,
            'on conflict (id) do update set version = l.version + 1 returning l.id',
          ),
        ),
      expected: (actor) => (both(actor, existing) && both(actor, target) ? [target.id] : 'DENIED'),
    },
  ];
}

it('agrees with its rules in words, whatever is asked by whom', async () => {
  const seen = new Map<string, number>();
  const property = fc.asyncProperty(
    anyone,
    fc.nat(),
    rowOf(),
    fc.nat(),
    async (actor, at, change, kind) => {
      const target = rows[at % rows.length] as Row;
      const all = [
        ...looking(change.territory),
        ...changing(target, change),
        ...adding(target, change),
      ];
      const statement = all[kind % all.length] as Statement;
      const outcome = await outcomeOf(actor, statement);
      const said = outcome === 'DENIED' ? 'denied' : 'answered';
      seen.set(`${statement.name} ${said}`, (seen.get(`${statement.name} ${said}`) ?? 0) + 1);
      expect(outcome, `${statement.name} as ${actor.roles.join()}`).toEqual(
        statement.expected(actor),
      );
    },
  );
  // Both answers must have been met, or the rules were not tried; some are rare.
  const wanted = ['update', 'insert', 'insert returning', 'upsert'].flatMap((name) => [
    `${name} denied`,
    `${name} answered`,
  ]);
  for (let round = 0; round < ROUNDS_MAX && !wanted.every((each) => seen.has(each)); round += 1) {
    await fc.assert(property, { numRuns: RUNS });
  }
  expect([...seen.keys()]).toEqual(expect.arrayContaining(wanted));
});

/** Runs and takes back. */
async function outcomeOf(actor: Actor, statement: Statement): Promise<Outcome> {
  class Undo extends Error {}
  let outcome: Outcome = [];
  try {
    await db.database.transaction(actor, async (tx) => {
      outcome = await statement.run(tx);
      throw new Undo();
    });
  } catch (error) {
    if (error instanceof DatabaseError && error.code === 'DENIED') return 'DENIED';
    if (!(error instanceof Undo)) throw error;
  }
  return outcome;
}
