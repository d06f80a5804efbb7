import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { createActor, systemActor, type Actor } from '#kernel/access';
import {
  append,
  defineEvents,
  jobContext,
  type Aggregate,
  type AnyEvent,
  type Context,
  type EventCatalog,
} from '#kernel/events';
import type { Subgraph } from '#kernel/graphql';
import { createLogger, createMetrics, type Metrics } from '#kernel/telemetry';
import {
  RECEIVER_CERTIFICATE,
  createTestDatabase,
  querySubgraph,
  testBackbone,
  testClock,
  type TestClock,
  type TestDatabase,
} from '#kernel/testing';
import { createPartners, type PartnersOptions } from './index.ts';

/** The context with its courier at work, and logs of others with nothing in them but what a test writes. */
export interface PartnersUnderTest {
  readonly db: TestDatabase;
  readonly clock: TestClock;
  readonly metrics: Metrics;
  /** Every line that was logged. */
  readonly logged: readonly string[];
  /** Asked as somebody, an administrator by default. Throws what is no refusal. */
  ask<Data>(query: string, variables?: object, actor?: Actor): Promise<Data>;
  recordLead(leadId: string, ...events: AnyEvent[]): Promise<void>;
  recordAdmin(subjectId: string, ...events: AnyEvent[]): Promise<void>;
  /** A lead that a firm, or nobody, has sent in. */
  lead(partnerOrgId: string | null): Promise<string>;
  /** Its status changes, as often as it is called. */
  qualify(leadId: string): Promise<void>;
  register(partnerOrgId: string, url: string): Promise<{ id: string; secret: string }>;
  settled(): Promise<void>;
  stopCourier(): Promise<void>;
  startCourier(): void;
  runTimer(): Promise<void>;
  rebuild(): Promise<void>;
  stop(): Promise<void>;
}

const admin = createActor({ userId: randomUUID(), roles: ['admin'], territories: [] });
const job = systemActor('test', ['DE', 'AT', 'CH']);

export async function startPartners(
  options: Partial<PartnersOptions> = {},
): Promise<PartnersUnderTest> {
  const metrics = createMetrics();
  const partners = createPartners({
    rules: { ports: [443, 8443], isLocalAllowed: true },
    ca: RECEIVER_CERTIFICATE,
    pollMs: 20,
    random: () => 0.5,
    metrics,
    ...options,
  });
  const { modules, leads, people } = logsAround(partners);
  const clock = testClock(new Date().toISOString());
  const logged: string[] = [];
  const log = createLogger({ level: 'info', write: (line) => void logged.push(line) });
  const db = await createTestDatabase({ modules });
  const backbone = testBackbone(db, { modules, clock, log, metrics });
  await backbone.start();
  const foundations = { database: db.database, feed: backbone.feed, clock, log };
  const contextOf = () => jobContext(foundations, { actor: job });
  const courier = courierOf(partners, contextOf);
  courier.startCourier();

  const ask: PartnersUnderTest['ask'] = async <Data>(
    query: string,
    variables: object = {},
    actor = admin,
  ) => {
    const result = await querySubgraph(partners, foundations, actor, query, { ...variables });
    if (result.errors !== undefined) throw result.errors[0];
    return result.data as Data;
  };
  return {
    db,
    clock,
    metrics,
    logged,
    ask,
    ...courier,
    ...factsOf({ leads, people }, { database: db.database, clock }),
    register: (partnerOrgId, url) => register(ask, partnerOrgId, url),
    // What a fact causes is logged after it: each round reaches one log further.
    async settled() {
      for (let logs = 0; logs < 2; logs += 1) await backbone.settled();
    },
    async runTimer() {
      await partners.timers[0]?.run(contextOf());
    },
    async rebuild() {
      for (const { name } of partners.projections) await backbone.rebuild(name);
    },
    async stop() {
      await courier.stopCourier();
      await backbone.stop();
      await db.close();
    },
  };
}

/** Logs of the contexts that partners listen to. */
function logsAround(partners: Subgraph) {
  const heard = [...partners.projections, ...partners.reactions].flatMap(({ on }) =>
    Object.keys(on),
  );
  const foreign = (module: string, aggregate: string, prefix: string) => {
    const fact = { version: 1, aggregate, data: z.any() };
    const types = new Set(heard.filter((type) => type.startsWith(prefix)));
    return defineEvents({
      module,
      facts: Object.fromEntries([...types].map((type) => [type, fact])),
    });
  };
  const leads = foreign('leads', 'lead', 'lead.');
  const people = foreign('admin', 'backbone_operation', 'admin.');
  const modules = [{ name: 'leads', events: leads }, { name: 'admin', events: people }, partners];
  return { modules, leads, people };
}

type Foundations = Pick<TestDatabase, 'database'> & { readonly clock: TestClock };

function factsOf(
  catalogs: Readonly<Record<'leads' | 'people', EventCatalog>>,
  { database, clock }: Foundations,
): Pick<PartnersUnderTest, 'recordLead' | 'recordAdmin' | 'lead' | 'qualify'> {
  const record = async (
    events: EventCatalog,
    type: string,
    aggregateId: string,
    facts: readonly AnyEvent[],
  ): Promise<void> => {
    const aggregate: Aggregate<object> = {
      type,
      events,
      initial: {},
      evolve: (state) => state,
      territoryOf: () => 'DE',
      ownerOf: () => null,
    };
    const context = { clock, newId: randomUUID, correlationId: 'test' };
    const whole = { aggregate, id: aggregateId, state: {}, expectedVersion: null, context };
    await database.transaction(job, (tx) => append(tx, { ...whole, events: facts }));
  };
  const recordLead: PartnersUnderTest['recordLead'] = (leadId, ...facts) =>
    record(catalogs.leads, 'lead', leadId, facts);
  const now = (): string => clock.now().toISOString();
  return {
    recordLead,
    recordAdmin: (subjectId, ...facts) =>
      record(catalogs.people, 'backbone_operation', subjectId, facts),
    async lead(partnerOrgId) {
      const leadId = randomUUID();
      clock.advance(1);
      const data = { leadId, companyName: 'Kanari GmbH', territory: 'DE' as const };
      const more = { source: 'PARTNER' as const, registeredAt: now(), partnerOrgId };
      await recordLead(leadId, { type: 'lead.registered', data: { ...data, ...more } });
      return leadId;
    },
    async qualify(leadId) {
      clock.advance(1);
      const data = {
        leadId,
        companyName: 'Kanari GmbH',
        oldStatus: 'ACTIVE' as const,
        newStatus: 'QUALIFIED' as const,
        changedBy: randomUUID(),
        changedAt: now(),
        territory: 'DE' as const,
        idempotencyKey: randomUUID(),
        reason: 'Kanarivermerk',
      };
      await recordLead(leadId, { type: 'lead.status_changed', data });
    },
  };
}

function courierOf(
  partners: Subgraph,
  contextOf: () => Context,
): Pick<PartnersUnderTest, 'startCourier' | 'stopCourier'> {
  let ending = new AbortController();
  let courier = Promise.resolve();
  return {
    startCourier() {
      ending = new AbortController();
      courier = partners.workers[0]?.run(contextOf, ending.signal) ?? courier;
    },
    async stopCourier() {
      ending.abort();
      await courier;
    },
  };
}

async function register(
  ask: PartnersUnderTest['ask'],
  partnerOrgId: string,
  url: string,
): Promise<{ id: string; secret: string }> {
  const input = { partnerOrgId, url, topics: ['LEAD_REGISTERED', 'LEAD_STATUS_CHANGED'] };
  const { made } = await ask<{
    made: { webhook: { id: string } | null; secret: string; userErrors: unknown[] };
  }>(
    `mutation M($input: PartnerWebhookRegisterInput!) { made: partnerWebhookRegister(input: $input) {
       webhook { id } secret userErrors { code message } } }`,
    { input },
  );
  if (made.webhook === null) throw new Error(JSON.stringify(made.userErrors));
  return { id: made.webhook.id, secret: made.secret };
}
