/** The graph of leads on a database of its own, asked by people of every role. */
import { randomUUID } from 'node:crypto';
import { createActor, systemActor, type Actor } from '#kernel/access';
import { createBackbone, jobContext, type Context } from '#kernel/events';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { createTestDatabase, querySubgraph, testClock, type TestDatabase } from '#kernel/testing';
import { createLeads } from './index.ts';

const person = (role: string, ...territories: string[]): Actor =>
  createActor({ userId: randomUUID(), roles: [role], territories });

export const people = {
  salesDe: person('sales', 'DE'),
  salesDe2: person('sales', 'DE'),
  salesAt: person('sales', 'AT'),
  managerDe: person('manager', 'DE'),
  managerAt: person('manager', 'AT', 'CH'),
  admin: person('admin'),
  auditor: person('auditor', 'DE'),
  partner: createActor({
    userId: randomUUID(),
    roles: ['partner'],
    territories: ['DE'],
    partnerOrgId: randomUUID(),
  }),
} as const;

export interface LeadAnswer {
  id: string;
  version: number;
}

export interface Refused {
  code: string;
  field: string | null;
  message: string;
}

export interface LeadGraph {
  readonly db: TestDatabase;
  readonly clock: ReturnType<typeof testClock>;
  /** The answer as it is, errors included. */
  query(
    actor: Actor,
    query: string,
    variables?: Record<string, unknown>,
  ): ReturnType<typeof querySubgraph>;
  /** The data of an answer. @throws the first error */
  ask<Data = Record<string, unknown>>(
    actor: Actor,
    query: string,
    variables?: Record<string, unknown>,
  ): Promise<Data>;
  /** A mutation that takes one input; `answer` is what is selected of its payload. */
  mutate<Payload = { lead: LeadAnswer | null }>(
    actor: Actor,
    name: string,
    input: Record<string, unknown>,
    answer?: string,
  ): Promise<Payload & { userErrors: Refused[] }>;
  register(actor: Actor, extra?: Record<string, unknown>): Promise<LeadAnswer>;
  /** The context of a request of this person. */
  context(actor: Actor): Context;
  job(name: string): Context;
  /** Fills the read model anew from the log. */
  rebuild(): Promise<unknown>;
  close(): Promise<void>;
}

export async function startLeadGraph(now: string): Promise<LeadGraph> {
  const leads = createLeads();
  const clock = testClock(now);
  const log = createLogger({ level: 'error' });
  const db = await createTestDatabase({ modules: [leads] });
  const inline = leads.projections.filter((each) => each.inline);
  const backbone = createBackbone({
    database: db.database,
    modules: [{ ...leads, reactions: [], projections: inline }],
    territories: ['DE', 'AT', 'CH'],
    clock,
    log,
    metrics: createMetrics(),
    keyring: db.keyring,
  });
  await backbone.start();
  for (const { userId, territories } of Object.values(people)) {
    for (const territory of territories) {
      await db.admin('insert into leads.territory_holder values ($1, $2)', [userId, territory]);
    }
  }
  const graph: LeadGraph = {
    db,
    clock,
    query(actor, query, variables = {}) {
      const foundations = { database: db.database, feed: backbone.feed, clock, log };
      return querySubgraph(leads, foundations, actor, query, variables);
    },
    async ask<Data>(actor: Actor, query: string, variables?: Record<string, unknown>) {
      const { data, errors } = await graph.query(actor, query, variables);
      if (errors?.[0] !== undefined) throw errors[0];
      return data as Data;
    },
    async mutate(actor, name, input, answer = 'lead { id version }') {
      const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
      const data = await graph.ask<Record<string, never>>(
        actor,
        `mutation M($input: ${type}!) {
          ${name}(input: $input) { ${answer} userErrors { code field message } } }`,
        { input },
      );
      return data[name] as never;
    },
    async register(actor, extra = {}) {
      const { lead, userErrors } = await graph.mutate(actor, 'leadRegister', {
        companyName: `Betrieb ${randomUUID().replaceAll('-', ' ')}`,
        city: randomUUID(),
        source: 'WEB_FORMULAR',
        confirmSimilar: true,
        ...extra,
      });
      if (lead === null) throw new Error(`Not registered: ${JSON.stringify(userErrors)}`);
      return lead;
    },
    context: (actor) => jobContext({ database: db.database, clock, log }, { actor }),
    job: (name) =>
      jobContext(
        { database: db.database, clock, log },
        { actor: systemActor(name, ['DE', 'AT', 'CH']) },
      ),
    rebuild: () => backbone.rebuild('leads.leads'),
    async close() {
      await backbone.stop();
      await db.close();
    },
  };
  return graph;
}
