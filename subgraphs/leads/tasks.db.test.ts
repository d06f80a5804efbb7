import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#kernel/access';
import { loseOwner } from './assignment.ts';
import { reactOnLead } from './change.ts';
import { people, startLeadGraph, type LeadAnswer, type LeadGraph } from './graph.fixture.ts';
import { preClaims } from './timers.ts';

const { salesDe, salesDe2, salesAt, managerDe, managerAt, admin, auditor, partner } = people;
const registered = '2025-01-15T09:00:00.000Z';
const tenDaysLater = '2025-01-25T09:00:00.000Z';
const overdue = '2025-01-25T09:00:00.001Z';

let graph: LeadGraph;
beforeAll(async () => {
  graph = await startLeadGraph(registered);
});
afterAll(() => graph.close());

interface Task {
  id: string;
  kind: string;
  status: string;
  receivers: string[];
  reason: string | null;
  raisedBy: { id: string } | null;
  dueAt: string | null;
  completedAt: string | null;
  completedBy: { id: string } | null;
  canComplete: boolean;
  lead: LeadAnswer | null;
}

const FIELDS = `id kind status receivers reason raisedBy { id } dueAt completedAt completedBy { id }
  canComplete lead { id version }`;

interface Page {
  totalCount: number;
  pageInfo: { hasNextPage: boolean; endCursor: string };
  edges: { node: { lead: { id: string } } }[];
}

async function tasksOf(actor: Actor, leadId: string, status: string[] = ['OPEN']): Promise<Task[]> {
  const { leadTasks } = await graph.ask<{ leadTasks: { edges: { node: Task }[] } }>(
    actor,
    `query Tasks($filter: LeadTaskFilter) {
      leadTasks(first: 100, filter: $filter) { edges { node { ${FIELDS} } } } }`,
    { filter: { leadId, status } },
  );
  return leadTasks.edges.map((edge) => edge.node);
}

async function overduePreClaim(actor: Actor = salesDe): Promise<LeadAnswer> {
  graph.clock.set(registered);
  const { id } = await graph.register(actor);
  graph.clock.set(overdue);
  await preClaims.run(graph.job('leads.pre-claims'));
  return leadNow(id);
}

async function challengedLead(): Promise<LeadAnswer> {
  graph.clock.set(registered);
  const companyName = `Streitfall ${crypto.randomUUID().replaceAll('-', ' ')}`;
  const { id } = await graph.register(salesDe, { companyName, city: 'Ulm' });
  const input = { territory: 'DE', companyName, city: 'Ulm', reason: 'Seit Mai mein Kontakt' };
  const answer = await graph.mutate<object>(salesDe2, 'leadOwnershipChallenge', input, 'accepted');
  expect(answer).toMatchObject({ accepted: true, userErrors: [] });
  return leadNow(id);
}

async function leadNow(id: string): Promise<LeadAnswer> {
  const { lead } = await graph.ask<{ lead: LeadAnswer }>(
    admin,
    `{ lead(id: "${id}") { id version } }`,
  );
  return lead;
}

const complete = (actor: Actor, lead: LeadAnswer, task: Task, extra: object = {}) =>
  graph.mutate<{ task: Task | null }>(
    actor,
    'leadTaskComplete',
    { leadId: lead.id, version: lead.version, taskId: task.id, ...extra },
    `task { ${FIELDS} }`,
  );

describe('an overdue Pre-Claim', () => {
  it('is a task of its owner and of the territory’s manager, one and the same', async () => {
    const lead = await overduePreClaim();
    const [own] = await tasksOf(salesDe, lead.id);
    expect(own).toMatchObject({
      kind: 'PRE_CLAIM_OVERDUE',
      status: 'OPEN',
      receivers: ['OWNER', 'MANAGER'],
      dueAt: tenDaysLater,
      canComplete: false,
      lead: { id: lead.id },
    });
    const [managers] = await tasksOf(managerDe, lead.id);
    expect(managers).toEqual({ ...own, canComplete: true });
    expect(await tasksOf(admin, lead.id)).toEqual([managers]);
  });

  it('shows itself to nobody else', async () => {
    const lead = await overduePreClaim();
    for (const actor of [salesDe2, salesAt, managerAt]) {
      expect(await tasksOf(actor, lead.id)).toEqual([]);
    }
    for (const actor of [auditor, partner]) {
      await expect(tasksOf(actor, lead.id)).rejects.toThrow();
    }
  });

  it('lapses when a collaborator, who does not see it, documents the first contact', async () => {
    const { id, version } = await overduePreClaim();
    const invited = await graph.mutate(salesDe, 'leadCollaboratorSet', {
      leadId: id,
      version,
      userId: salesDe2.userId,
      role: 'COLLABORATOR',
      level: 'NEGOTIATE',
    });
    expect(await tasksOf(salesDe2, id)).toEqual([]);
    const { userErrors } = await graph.mutate(salesDe2, 'leadFirstContactDocument', {
      leadId: id,
      version: invited.lead?.version,
      firstContact: { channel: 'PHONE', at: registered, note: 'Gespräch mit der Küche' },
    });
    expect(userErrors).toEqual([]);
    expect(await tasksOf(managerDe, id)).toEqual([]);
    expect(await tasksOf(managerDe, id, ['CANCELED'])).toMatchObject([
      { completedAt: overdue, completedBy: null, canComplete: false },
    ]);
  });

  it('goes to the next owner and leaves the former one', async () => {
    const { id, version } = await overduePreClaim();
    await graph.mutate(managerDe, 'leadReassign', {
      leadId: id,
      version,
      ownerUserId: salesDe2.userId,
      reason: 'Gebiete neu verteilt',
    });
    expect(await tasksOf(salesDe, id)).toEqual([]);
    expect(await tasksOf(salesDe2, id)).toHaveLength(1);
  });
});

describe('a challenged ownership', () => {
  it('is a task of the manager alone, who learns who claims the lead and why', async () => {
    const lead = await challengedLead();
    expect(await tasksOf(managerDe, lead.id)).toMatchObject([
      {
        kind: 'OWNERSHIP_CHALLENGED',
        receivers: ['MANAGER'],
        raisedBy: { id: salesDe2.userId },
        reason: 'Seit Mai mein Kontakt',
        dueAt: null,
      },
    ]);
    for (const actor of [salesDe, salesDe2, managerAt]) {
      expect(await tasksOf(actor, lead.id)).toEqual([]);
    }
  });

  it('is raised once under its key, also after it was looked at', async () => {
    graph.clock.set(registered);
    const companyName = `Streitfall ${crypto.randomUUID().replaceAll('-', ' ')}`;
    const { id } = await graph.register(salesDe, { companyName, city: 'Ulm' });
    const input = { territory: 'DE', companyName, city: 'Ulm', reason: 'Seit Mai mein Kontakt' };
    const raise = (extra: object, actor = salesDe2) =>
      graph.mutate<object>(actor, 'leadOwnershipChallenge', { ...input, ...extra }, 'accepted');
    const idempotencyKey = `challenge ${'x'.repeat(190)}`;
    await raise({ idempotencyKey });
    const [task] = await tasksOf(managerDe, id);
    await complete(managerDe, await leadNow(id), task as Task);
    expect(await raise({ idempotencyKey })).toMatchObject({ accepted: true, userErrors: [] });
    expect(await tasksOf(managerDe, id)).toEqual([]);
    expect(await raise({ idempotencyKey, reason: 'Ein anderer Grund' })).toMatchObject({
      accepted: false,
      userErrors: [{ code: 'CONFLICT' }],
    });
    await raise({});
    expect(await tasksOf(managerDe, id)).toHaveLength(1);
  });

  it('keeps no reason of a lead whose people are forgotten', async () => {
    const { id: leadId } = await challengedLead();
    await reactOnLead(graph.job('leads.retention'), leadId, (_, { at }) => [
      { type: 'lead.pseudonymized', data: { leadId, contactIds: [], at } },
    ]);
    expect(await tasksOf(managerDe, leadId)).toMatchObject([
      { raisedBy: { id: salesDe2.userId }, reason: null },
    ]);
  });

  it('lapses when its owner, who does not see it, loses the lead to the market', async () => {
    const lead = await challengedLead();
    const qualified = await graph.mutate(salesDe, 'leadQualify', {
      leadId: lead.id,
      version: lead.version,
    });
    await graph.mutate(salesDe, 'leadLose', {
      leadId: lead.id,
      version: qualified.lead?.version,
      reason: 'Hat anders entschieden',
    });
    expect(await tasksOf(managerDe, lead.id)).toEqual([]);
  });
});

describe('a lead that lost its owner by his territories', () => {
  it('is a task of the manager until somebody has it', async () => {
    graph.clock.set(registered);
    const { id } = await graph.register(salesDe);
    await reactOnLead(graph.job('leads.territories'), id, loseOwner);
    expect(await tasksOf(managerDe, id)).toMatchObject([{ kind: 'OWNER_LOST', reason: null }]);
    expect(await tasksOf(salesDe, id)).toEqual([]);
    const { version } = await leadNow(id);
    await graph.mutate(managerDe, 'leadReassign', {
      leadId: id,
      version,
      ownerUserId: salesDe2.userId,
      reason: 'Gebiete neu verteilt',
    });
    expect(await tasksOf(managerDe, id)).toEqual([]);
  });
});

describe('closing a task', () => {
  it('is the manager’s, once and by his name', async () => {
    const lead = await overduePreClaim();
    const [task] = await tasksOf(managerDe, lead.id);
    const input = { idempotencyKey: crypto.randomUUID() };
    const done = await complete(managerDe, lead, task!, input);
    expect(done).toMatchObject({
      task: { status: 'DONE', completedAt: overdue, completedBy: { id: managerDe.userId } },
      userErrors: [],
    });
    expect(await complete(managerDe, lead, task!, input)).toEqual(done);
    expect(await tasksOf(salesDe, lead.id)).toEqual([]);
    const facts = await graph.db.admin<{ n: number }>(
      "select count(*)::int as n from leads.event where aggregate_id = $1 and type = 'lead.task.completed'",
      [lead.id],
    );
    expect(facts[0]?.n).toBe(1);
    const again = await complete(managerDe, await leadNow(lead.id), task!);
    expect(again).toMatchObject({ task: null, userErrors: [{ code: 'ILLEGAL_TRANSITION' }] });
  });

  it('needs the version, and a lead that exists for the caller', async () => {
    const lead = await overduePreClaim();
    const [task] = await tasksOf(managerDe, lead.id);
    const stale = await complete(managerDe, { ...lead, version: lead.version - 1 }, task!);
    expect(stale.userErrors).toMatchObject([{ code: 'CONFLICT' }]);
    const foreign = await complete(managerAt, lead, task!);
    expect(foreign.userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    await expect(complete(salesDe, lead, task!)).rejects.toThrow();
    expect(await tasksOf(managerDe, lead.id)).toHaveLength(1);
  });
});

it('tasks come in pages, the longest waiting first', async () => {
  const ids: string[] = [];
  for (const day of ['01', '03', '02']) {
    graph.clock.set(`2025-02-${day}T09:00:00.000Z`);
    const { id } = await graph.register(salesAt, { countryCode: 'AT' });
    graph.clock.set(`2025-03-${day}T09:00:00.000Z`);
    await preClaims.run(graph.job('leads.pre-claims'));
    ids.push(id);
  }
  const page = async (after: string | null) => {
    const { leadTasks } = await graph.ask<{ leadTasks: Page }>(
      salesAt,
      `query Page($after: String) { leadTasks(first: 2, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } edges { node { lead { id } } } } }`,
      { after },
    );
    return leadTasks;
  };
  const first = await page(null);
  const second = await page(first.pageInfo.endCursor);
  expect([first.totalCount, first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([
    3,
    true,
    false,
  ]);
  const listed = [...first.edges, ...second.edges].map((edge) => edge.node.lead.id);
  expect(listed).toEqual([ids[0], ids[2], ids[1]]);
});

it('tasks told anew from the log are those that were lived', async () => {
  const all = () => graph.db.admin('select * from leads.task order by id');
  const lived = await all();
  expect(new Set(lived.map((row) => row['status']))).toEqual(new Set(['OPEN', 'DONE', 'CANCELED']));
  await graph.rebuild();
  expect(await all()).toEqual(lived);
});

it('rows of tasks are written by nobody but jobs and admins', async () => {
  const lead = await overduePreClaim();
  const touched = await graph.db.database.transaction(salesDe, (tx) =>
    tx.query("update leads.task set status = 'DONE' where lead_id = $1 returning id", [lead.id]),
  );
  expect(touched).toEqual([]);
});
