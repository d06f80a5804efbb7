import { randomUUID } from 'node:crypto';
import type { Client } from 'graphql-ws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '#kernel/testing';
import { collect, registerLead, type Stage } from './system.ts';

let test: Stage;
const sockets: Client[] = [];

interface Task {
  id: string;
  kind: string;
  raisedBy: { name: string } | null;
  reason: string | null;
  lead: { id: string; version: number };
}

const tasksOf = async (login: string, leadId: string): Promise<Task[]> => {
  const { data, errors } = await test.ask<{ leadTasks: { edges: { node: Task }[] } }>(
    login,
    `query Tasks($leadId: ID!) { leadTasks(first: 10, filter: { leadId: $leadId }) {
      edges { node { id kind raisedBy { name } reason lead { id version } } } } }`,
    { leadId },
  );
  if (errors) throw new Error(JSON.stringify(errors));
  return data?.leadTasks.edges.map(({ node }) => node) ?? [];
};

interface Imported {
  rows: { number: number; lead: object | null }[];
}

interface Change {
  data: { leadChanged: { type: string; leadId: string } };
}

async function changesOf(login: string): Promise<{ values: Change[] }> {
  const client = await test.socket(login);
  sockets.push(client);
  const query = 'subscription { leadChanged { type leadId } }';
  return collect(client.iterate({ query }) as unknown as AsyncIterable<Change>);
}

export function taskStories(stage: () => Promise<Stage>): void {
  beforeAll(async () => {
    test = await stage();
  }, 180_000);
  afterAll(async () => {
    for (const socket of sockets) await socket.dispose();
  });

  it('a claim reaches the manager live, and its end everybody who sees the lead', async () => {
    const companyName = `Wirtshaus ${randomUUID().replaceAll('-', ' ')}`;
    const { id: leadId } = await registerLead(test, 'sales-de', { companyName, city: 'Ulm' });
    const seen = await changesOf('manager-de');
    const foreign = await changesOf('manager-at-ch');
    // Only what happens after the stream stands is told.
    await eventually(async () => {
      await registerLead(test, 'sales-de');
      expect(seen.values).not.toEqual([]);
    });
    const input = { territory: 'DE', companyName, city: 'Ulm', reason: 'Seit Mai mein Kontakt' };
    const claimed = await test.ask(
      'sales-de-2',
      `mutation Claim($input: LeadOwnershipChallengeInput!) {
      leadOwnershipChallenge(input: $input) { accepted userErrors { code } } }`,
      { input },
    );
    expect(claimed.data).toEqual({ leadOwnershipChallenge: { accepted: true, userErrors: [] } });
    const types = () =>
      seen.values
        .map(({ data }) => data.leadChanged)
        .filter((change) => change.leadId === leadId)
        .map(({ type }) => type);
    await eventually(() => expect(types()).toContain('lead.ownership.challenged'));
    const [task] = await tasksOf('manager-de', leadId);
    expect(task).toMatchObject({
      kind: 'OWNERSHIP_CHALLENGED',
      raisedBy: { name: 'Jonas Keller' },
      reason: 'Seit Mai mein Kontakt',
    });
    for (const login of ['sales-de', 'sales-de-2', 'manager-at-ch']) {
      expect(await tasksOf(login, leadId)).toEqual([]);
    }
    const done = await test.ask(
      'manager-de',
      `mutation Done($input: LeadTaskCompleteInput!) { leadTaskComplete(input: $input) {
      task { status completedBy { name } } userErrors { code } } }`,
      { input: { leadId, version: task?.lead.version, taskId: task?.id } },
    );
    expect(done.data).toEqual({
      leadTaskComplete: {
        task: { status: 'DONE', completedBy: { name: 'Martina Vogel' } },
        userErrors: [],
      },
    });
    await eventually(() => expect(types()).toContain('lead.task.completed'));
    expect(await tasksOf('manager-de', leadId)).toEqual([]);
    expect(foreign.values).toEqual([]);
  });

  it('auditors and partners have no tasks, and import nothing', async () => {
    const refusals = { auditor: 'FORBIDDEN', 'partner-erp': 'OPERATION_NOT_PERSISTED' };
    for (const [login, code] of Object.entries(refusals)) {
      await expect(tasksOf(login, randomUUID())).rejects.toThrow(code);
      const rows = [{ companyName: 'Neu', city: 'Ulm', source: 'SONSTIGES' }];
      const { errors } = await test.ask(
        login,
        'mutation I($input: LeadImportInput!) { leadImport(input: $input) { userErrors { code } } }',
        { input: { rows, idempotencyKey: 'x' } },
      );
      expect(errors?.[0]?.extensions?.code).toBe(code);
    }
  });

  it('an import comes in parts, none longer than a list may be', async () => {
    const row = () => ({
      companyName: randomUUID().replaceAll('-', ' '),
      city: randomUUID(),
      source: 'SONSTIGES',
      confirmSimilar: true,
    });
    const rows = Array.from({ length: 20 }, row);
    const send = (part: object[], firstRow: number) =>
      test.ask<{ leadImport: Imported }>(
        'manager-de',
        `mutation I($input: LeadImportInput!) { leadImport(input: $input) {
        rows { number lead { id } } userErrors { code } } }`,
        { input: { rows: part, firstRow, rowsTotal: rows.length, idempotencyKey: 'parts' } },
      );
    const tooLong = await send(Array.from({ length: 101 }, row), 1);
    expect(tooLong.errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
    const registered: number[] = [];
    for (let next = 1; next <= rows.length;) {
      const { data, errors } = await send(rows.slice(next - 1, next + 11), next);
      if (!data) throw new Error(JSON.stringify(errors));
      const done = data.leadImport.rows;
      registered.push(...done.flatMap(({ number, lead }) => (lead === null ? [] : [number])));
      next += done.length;
    }
    expect(registered).toEqual(rows.map((_, index) => index + 1));
  });
}
