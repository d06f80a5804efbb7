import { randomUUID } from 'node:crypto';
import { parse, subscribe, type ExecutionResult } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createActor, systemActor, type Actor } from '#kernel/access';
import { append, defineEvents, type Aggregate, type Backbone } from '#kernel/events';
import { createLogger } from '#kernel/telemetry';
import {
  contextFor,
  createTestDatabase,
  querySubgraph,
  testBackbone,
  testClock,
  type TestDatabase,
} from '#kernel/testing';
import type { AdminEvent } from '#events/admin';
import type { LeadEvent } from '#events/leads';
import { createCommunication, unsubscribeLinks } from './index.ts';
import { MailRefused, type Mail } from './mailer.ts';

/** The way out of the house, and how it behaves at the moment. */
let posted: Mail[] = [];
let obstacle: Error | undefined;
let obstacleFor: string | undefined;
const links = unsubscribeLinks({
  url: 'https://crm.example/abmelden',
  secret: 'a secret that has at least 32 bytes',
});
const communication = createCommunication({
  mailer: {
    async send(mail) {
      const isHit = obstacleFor === undefined || obstacleFor === mail.to;
      if (obstacle !== undefined && isHit) throw obstacle;
      posted.push(mail);
    },
  },
  unsubscribe: links,
});

/** Logs of other contexts, with nothing in them but what a test writes. */
const foreign = (module: string, aggregate: string, personal: Record<string, string>) => {
  const listeners = [...communication.projections, ...communication.reactions];
  const types = new Set(listeners.flatMap(({ on }) => Object.keys(on)));
  const own = [...types].filter((type) => type.startsWith(`${aggregate}.`));
  const fact = { version: 1, aggregate, data: z.any(), personal };
  return defineEvents({ module, facts: Object.fromEntries(own.map((type) => [type, fact])) });
};
const leadCatalog = foreign('leads', 'lead', { email: 'leadId', companyName: 'leadId' });
const adminCatalog = foreign('admin', 'admin', { email: 'userId', name: 'userId' });

const clock = testClock('2025-09-29T07:00:00.000Z');
const log = createLogger({ level: 'silent' });
let db: TestDatabase;
let backbone: Backbone;

const person = (role: string, ...territories: string[]): Actor =>
  createActor({ userId: randomUUID(), roles: [role], territories });
const owner = person('sales', 'DE');
const assistant = person('sales', 'DE');
const viewer = person('sales', 'DE');
const stranger = person('sales', 'DE');
const manager = person('manager', 'DE');
const foreigner = person('manager', 'AT');
const auditor = person('auditor', 'DE');
const admin = person('admin');
const job = systemActor('test', ['DE', 'AT', 'CH']);

beforeAll(async () => {
  const modules = [
    { name: 'leads', events: leadCatalog },
    { name: 'admin', events: adminCatalog },
    communication,
  ];
  db = await createTestDatabase({ modules });
  backbone = testBackbone(db, { modules, clock, log });
  await backbone.start();
  await employ(owner, 'inhaber@cookfresh.example', 'sales', ['DE']);
  await employ(manager, 'leitung@cookfresh.example', 'manager', ['DE']);
  await employ(foreigner, 'wien@cookfresh.example', 'manager', ['AT']);
});
afterAll(async () => {
  await backbone.stop();
  await db.close();
});
beforeEach(() => {
  posted = [];
  obstacle = undefined;
  obstacleFor = undefined;
  // Past any pause after an outage.
  clock.advance(3_600_000);
});

/** What a fact causes is logged after it: each round reaches one log further. */
const settled = async (): Promise<void> => {
  for (let logs = 0; logs < 3; logs += 1) await backbone.settled();
};

const foundations = () => ({ database: db.database, feed: backbone.feed, clock, log });

async function record(
  module: 'leads' | 'admin',
  id: string,
  events: readonly (LeadEvent | AdminEvent)[],
): Promise<void> {
  const aggregate: Aggregate<object> = {
    type: module === 'leads' ? 'lead' : 'admin',
    events: module === 'leads' ? leadCatalog : adminCatalog,
    initial: {},
    evolve: (state) => state,
    territoryOf: () => 'DE',
    ownerOf: () => null,
  };
  const context = { clock, newId: randomUUID, correlationId: 'test' };
  await db.database.transaction(job, (tx) =>
    append(tx, { aggregate, id, state: {}, expectedVersion: null, events, context }),
  );
}
const recordLead = (leadId: string, ...events: LeadEvent[]) => record('leads', leadId, events);

async function employ(
  { userId }: Actor,
  email: string,
  role: string,
  territories: ('DE' | 'AT' | 'CH')[],
): Promise<void> {
  await record('admin', userId, [
    {
      type: 'admin.user.registered',
      data: { userId, login: email, name: 'N', email, roles: [role] },
    },
    { type: 'admin.user.territories_changed', data: { userId, territories } },
  ]);
}

const now = () => clock.now().toISOString();
const consent = (leadId: string, emailConsent: boolean): LeadEvent => ({
  type: 'lead.consent.changed',
  data: { leadId, emailConsent, changedBy: owner.userId, at: now() },
});

async function lead(
  emailConsent = true,
  email: string | null = 'kueche@adler.de',
): Promise<string> {
  const leadId = randomUUID();
  const ownerUserId = owner.userId;
  const collaborators = [
    { userId: assistant.userId, role: 'COLLABORATOR', level: 'ASSIST', contactFocus: [] },
    { userId: viewer.userId, role: 'COLLABORATOR', level: 'VIEW', contactFocus: [] },
  ] as const;
  await recordLead(
    leadId,
    {
      type: 'lead.registered',
      data: {
        leadId,
        companyName: 'Adler GmbH',
        territory: 'DE',
        source: 'MESSE',
        ownerUserId,
        registeredAt: now(),
        email,
        emailConsent,
      },
    },
    {
      type: 'lead.assigned',
      data: { leadId, ownerUserId, collaborators, assignedAt: now(), cause: 'REGISTRATION' },
    },
  );
  await settled();
  return leadId;
}

const contact = (leadId: string, email: string, emailConsent = true): [string, LeadEvent] => {
  const contactId = randomUUID();
  const about = { leadId, contactId, role: 'KUECHENCHEF', group: 'CHEF', at: now() } as const;
  const data = { ...about, isActive: true, emailConsent, email };
  return [contactId, { type: 'lead.contact.changed', data }];
};

const followUp = (leadId: string, contactIds: string[] = []): LeadEvent => ({
  type: 'lead.followup.requested',
  data: {
    leadId,
    followUpType: 'T3',
    dueRunAt: '2025-09-29T07:00:00.000Z',
    template: 'SAMPLE_REQUEST',
    contactIds,
    claimedAt: now(),
    businessType: 'HOTEL',
    season: 'SOMMER',
  },
});

interface Mailed {
  id: string;
  purpose: string;
  status: string;
  subject: string | null;
  text: string | null;
  to: string[] | null;
  attempts: number;
}
const FIELDS = 'id purpose status subject text to attempts territory sentAt';

async function ask(actor: Actor, query: string, variables: Record<string, unknown> = {}) {
  const { data, errors } = await querySubgraph(
    communication,
    foundations(),
    actor,
    query,
    variables,
  );
  if (errors) throw errors[0];
  return data ?? {};
}

async function mailboxOf(actor: Actor, leadId?: string, page = 'first: 50'): Promise<Mailed[]> {
  const query = `query Q($leadId: ID) { mailbox(leadId: $leadId, ${page}) {
    edges { node { ${FIELDS} } } } }`;
  const data = await ask(actor, query, { leadId });
  return (data['mailbox'] as { edges: { node: Mailed }[] }).edges.map(({ node }) => node);
}

async function send(actor: Actor, input: Record<string, unknown>) {
  const query = `mutation M($input: MessageSendInput!) { messageSend(input: $input) {
    message { ${FIELDS} } userErrors { code field } } }`;
  const words = { subject: 'Ihr Besuch', text: 'Kanarivermerk 4711' };
  const data = await ask(actor, query, { input: { ...words, ...input } });
  return data['messageSend'] as { message: Mailed | null; userErrors: { code: string }[] };
}

const deliver = () => communication.timers[0]?.run(contextFor(foundations(), job));
const announced = async (leadId: string): Promise<string[]> => {
  const rows = await db.admin<{ type: string }>(
    `select type from communication.event where data ->> 'leadId' = $1 order by seq`,
    [leadId],
  );
  return rows.map(({ type }) => type.replace('communication.message.', ''));
};

describe('a follow-up', () => {
  it('leaves once, in German, by business and season, with a way to unsubscribe', async () => {
    const leadId = await lead();
    await recordLead(leadId, followUp(leadId), followUp(leadId));
    await settled();
    expect(posted).toHaveLength(1);
    expect(posted[0]).toMatchObject({
      to: 'kueche@adler.de',
      subject: 'Kostenloser Katalog und Musterbox für Adler GmbH',
      unsubscribeUrl: links.linkFor(leadId),
    });
    expect(posted[0]?.text).toContain('Sommergerichten');
    expect(posted[0]?.text).toContain(links.linkFor(leadId));
    expect(await announced(leadId)).toEqual(['queued', 'sent']);
    const [message] = await mailboxOf(owner, leadId);
    expect(message).toMatchObject({
      purpose: 'T3_FOLLOWUP',
      status: 'SENT',
      subject: posted[0]?.subject,
      to: ['kueche@adler.de'],
      attempts: 1,
    });
    expect(posted[0]?.key).toBe(`${message?.id}.${leadId}`);
  });

  it('goes to each contact that wants it, one mail each', async () => {
    const leadId = await lead(false);
    const [chef, chefFact] = contact(leadId, 'chef@adler.de');
    const [buyer, buyerFact] = contact(leadId, 'einkauf@adler.de');
    const [shy, shyFact] = contact(leadId, 'nein@adler.de', false);
    await recordLead(leadId, chefFact, buyerFact, shyFact, followUp(leadId, [chef, buyer, shy]));
    await settled();
    expect(posted.map(({ to }) => to).toSorted()).toEqual(['chef@adler.de', 'einkauf@adler.de']);
    expect(await announced(leadId)).toEqual(['queued', 'sent']);
  });

  it.each([
    ['without consent', () => lead(false), 'NO_CONSENT'],
    ['without address', () => lead(true, null), 'NO_ADDRESS'],
  ])('fails at once %s', async (_, create, reason) => {
    const leadId = await create();
    await recordLead(leadId, followUp(leadId));
    await settled();
    expect(posted).toEqual([]);
    expect(await announced(leadId)).toEqual(['queued', 'failed']);
    const [failed] = await db.admin<{ reason: string }>(
      `select data ->> 'reason' as reason from communication.event
       where type like '%failed' and data ->> 'leadId' = $1`,
      [leadId],
    );
    expect(failed).toEqual({ reason });
  });

  it('is not for a blocked lead', async () => {
    const leadId = await lead();
    await recordLead(
      leadId,
      { type: 'lead.contact.blocked', data: { leadId, isBlocked: true, at: now() } },
      followUp(leadId),
    );
    await settled();
    expect(posted).toEqual([]);
    expect(await announced(leadId)).toEqual(['queued', 'failed']);
  });
});

describe('notices to colleagues', () => {
  it('remind the owner, with a copy to the managers of the territory', async () => {
    const leadId = await lead(false);
    const ownerUserId = owner.userId;
    await recordLead(leadId, {
      type: 'lead.protection.reminder',
      data: { leadId, ownerUserId, kind: 'REMINDER_60D', anchor: now(), at: now() },
    });
    await settled();
    expect(posted.map(({ to }) => to).toSorted()).toEqual([
      'inhaber@cookfresh.example',
      'leitung@cookfresh.example',
    ]);
    expect(posted[0]?.unsubscribeUrl).toBeUndefined();
    const [message] = await mailboxOf(owner, leadId);
    expect(message).toMatchObject({
      purpose: 'PROTECTION_REMINDER',
      status: 'SENT',
      to: ['inhaber@cookfresh.example'],
    });
  });

  it('have not arrived when only the copies did', async () => {
    obstacle = new MailRefused(true);
    obstacleFor = 'inhaber@cookfresh.example';
    const leadId = await lead();
    await recordLead(leadId, {
      type: 'lead.protection.reminder',
      data: {
        leadId,
        ownerUserId: owner.userId,
        kind: 'REMINDER_60D',
        anchor: now(),
        at: now(),
      },
    });
    await settled();
    expect(posted.map(({ to }) => to)).toEqual(['leitung@cookfresh.example']);
    expect(await announced(leadId)).toEqual(['queued', 'failed']);
  });

  it('tell whom an expiry took the lead from, who then no longer sees it', async () => {
    const leadId = await lead();
    const previousOwnerUserId = owner.userId;
    await recordLead(leadId, {
      type: 'lead.assigned',
      data: { leadId, previousOwnerUserId, collaborators: [], assignedAt: null, cause: 'EXPIRY' },
    });
    await settled();
    expect(posted.map(({ subject }) => subject)).toEqual(
      Array.from({ length: 2 }, () => 'Leadschutz abgelaufen: Adler GmbH'),
    );
    expect(await mailboxOf(owner, leadId)).toEqual([]);
    expect(await mailboxOf(manager, leadId)).toMatchObject([{ purpose: 'EXPIRY_NOTICE' }]);
  });
});

describe('delivery', () => {
  it('tries eight times, ever later, then gives up for good', async () => {
    obstacle = new MailRefused(false);
    const leadId = await lead();
    await recordLead(leadId, followUp(leadId));
    await settled();
    let tries = 1;
    for (const seconds of [20, 40, 80, 160, 320, 600, 600]) {
      clock.advance(seconds * 1_000 - 1);
      await deliver();
      expect((await mailboxOf(owner, leadId))[0]).toMatchObject({
        attempts: tries,
        status: 'QUEUED',
      });
      clock.advance(1);
      await deliver();
      tries += 1;
    }
    expect((await mailboxOf(owner, leadId))[0]).toMatchObject({ attempts: 8, status: 'FAILED' });
    obstacle = undefined;
    clock.advance(3_600_000);
    await deliver();
    expect(posted).toEqual([]);
    expect(await announced(leadId)).toEqual(['queued', 'failed']);
  });

  it('does not repeat what was refused for good', async () => {
    obstacle = new MailRefused(true);
    const leadId = await lead();
    await recordLead(leadId, followUp(leadId));
    await settled();
    expect((await mailboxOf(owner, leadId))[0]).toMatchObject({ attempts: 1, status: 'FAILED' });
  });

  it('leaves the others untouched while the way is closed, and goes on when it is open', async () => {
    obstacle = new Error('connect ECONNREFUSED');
    const leads = [await lead(), await lead(), await lead()];
    for (const leadId of leads) await recordLead(leadId, followUp(leadId));
    await settled();
    const tries = async () =>
      Promise.all(leads.map(async (leadId) => (await mailboxOf(owner, leadId))[0]?.attempts));
    expect(await tries()).toEqual([1, 0, 0]);
    clock.advance(60_000);
    obstacle = undefined;
    await deliver();
    expect(posted).toHaveLength(3);
    expect(await tries()).toEqual([2, 1, 1]);
  });

  it('lets a consent that was revoked in between win', async () => {
    obstacle = new MailRefused(false);
    const leadId = await lead();
    await recordLead(leadId, followUp(leadId));
    await settled();
    obstacle = undefined;
    await recordLead(leadId, consent(leadId, false));
    await settled();
    clock.advance(60_000);
    await deliver();
    expect(posted).toEqual([]);
    expect(await announced(leadId)).toEqual(['queued', 'failed']);
  });
});

describe('sending a message', () => {
  it.each([
    ['the owner', owner, undefined],
    ['an assistant', assistant, undefined],
    ["the territory's manager", manager, undefined],
    ['an admin', admin, undefined],
    ['a viewer', viewer, 'FORBIDDEN'],
    ['an auditor', auditor, 'FORBIDDEN'],
    ['a colleague who has nothing to do with the lead', stranger, 'NOT_FOUND'],
    ["another territory's manager", foreigner, 'NOT_FOUND'],
  ])('is open to %s as it should be', async (_, actor, refusal) => {
    const leadId = await lead();
    const code = await send(actor, { leadId }).then(
      ({ userErrors }) => userErrors[0]?.code,
      (error: { extensions: { code: string } }) => error.extensions.code,
    );
    expect(code).toBe(refusal);
    await settled();
    expect(posted).toHaveLength(refusal === undefined ? 1 : 0);
  });

  it('needs a consent, an address and a contact of the lead', async () => {
    const [shy, mute, other] = [await lead(false), await lead(true, null), await lead()];
    expect((await send(owner, { leadId: shy })).userErrors).toEqual([
      { code: 'CONSENT_MISSING', field: 'leadId' },
    ]);
    expect((await send(owner, { leadId: mute })).userErrors[0]?.code).toBe('ADDRESS_MISSING');
    const foreignContact = await send(owner, { leadId: shy, contactId: other });
    expect(foreignContact.userErrors[0]?.code).toBe('NOT_FOUND');
  });

  it('happens once, however often it is sent', async () => {
    const leadId = await lead();
    const input = { leadId, idempotencyKey: randomUUID() };
    const first = await send(owner, input);
    const second = await send(owner, input);
    expect(second.message?.id).toBe(first.message?.id);
    await settled();
    expect(posted).toHaveLength(1);
  });

  it('leaves no word of it at rest, and shows it to whoever may read the lead', async () => {
    const leadId = await lead();
    await send(owner, { leadId });
    await settled();
    expect(posted[0]?.text).toContain('Kanarivermerk 4711');
    const found = await db.admin(
      `select 1 from communication.event e where e::text ilike '%kanari%'
       union all select 1 from communication.message m where m::text ilike '%kanari%'
       union all select 1 from communication.inbox i where i::text ilike '%kanari%'
       union all select 1 from communication.mutation_key k where k::text ilike '%kanari%'`,
    );
    expect(found).toEqual([]);
    for (const actor of [owner, viewer, manager, admin]) {
      expect(await mailboxOf(actor, leadId)).toMatchObject([{ text: 'Kanarivermerk 4711' }]);
    }
    for (const actor of [stranger, foreigner]) expect(await mailboxOf(actor)).toEqual([]);
    await expect(mailboxOf(auditor)).rejects.toThrow('Berechtigung');
    const query = `query Q($id: ID!) { _entities(representations: [{ __typename: "Lead", id: $id }]) {
      ... on Lead { messages { status } } } }`;
    expect(await ask(owner, query, { id: leadId })).toEqual({
      _entities: [{ messages: [{ status: 'SENT' }] }],
    });
  });
});

describe('changes', () => {
  it('come live to who may read the lead, and to nobody else', async () => {
    const leadId = await lead();
    const stop = new AbortController();
    const document = parse('subscription { messageChanged { status } }');
    const follow = (actor: Actor) =>
      subscribe({
        schema: communication.schema,
        document,
        contextValue: { ...contextFor(foundations(), actor), signal: stop.signal },
      }) as Promise<AsyncGenerator<ExecutionResult>>;
    const [mine, theirs] = [await follow(owner), await follow(stranger)];
    const nothing = theirs.next();
    const first = mine.next();
    await send(owner, { leadId });
    expect((await first).value).toMatchObject({
      data: { messageChanged: { status: expect.any(String) } },
    });
    expect((await mine.next()).value).toEqual({ data: { messageChanged: { status: 'SENT' } } });
    stop.abort();
    expect((await nothing).done).toBe(true);
  });

  it('leave rows that a rebuild makes again', async () => {
    const rows = () =>
      db.admin<{ rows: string }>(
        `select json_agg(m order by m.id)::text as rows from communication.message m union all
         select json_agg(r order by r.id)::text from communication.recipient r union all
         select json_agg(c order by c.user_id)::text from communication.colleague c union all
         select json_agg(l order by l.lead_id)::text from communication.lead_access l`,
      );
    await settled();
    const lived = await rows();
    for (const { name } of communication.projections) await backbone.rebuild(name);
    expect(await rows()).toEqual(lived);
    expect(posted).toEqual([]);
  });
});
