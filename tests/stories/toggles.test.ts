import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '#kernel/testing';
import { createSubgraphs } from '#subgraphs';
import { registerLead, startTestSystem, type TestSystem } from './system.ts';

/** Switched off and on again by restarts: what happens meanwhile waits, and nothing of it is lost. */

let db: TestDatabase;
let leads = 0;

beforeAll(async () => {
  db = await createTestDatabase({ modules: createSubgraphs({}) });
  await during({}, async (test) => {
    await register(test);
    expect(await total(test, 'sales-de')).toBe(leads);
  });
}, 120_000);
afterAll(() => db?.close());

let isFirst = true;

/** One life of the system under these settings. */
async function during<T>(
  environment: Record<string, string>,
  work: (test: TestSystem) => Promise<T>,
): Promise<T> {
  const test = await startTestSystem({ db, environment, people: isFirst });
  isFirst = false;
  try {
    await test.settled();
    const result = await work(test);
    await test.settled();
    return result;
  } finally {
    await test.stop();
  }
}

async function register(test: TestSystem): Promise<string> {
  const { id } = await registerLead(test, 'sales-de');
  leads += 1;
  await test.settled();
  return id;
}

const WIDGET = '{ leadWidget { leadStats { total byStatus { status count } } } }';

interface Widget {
  leadWidget: { leadStats: { total: number; byStatus: { status: string; count: number }[] } };
}

async function total(test: TestSystem, login: string): Promise<number | undefined> {
  await test.settled();
  const { data } = await test.ask<Widget>(login, WIDGET);
  return data?.leadWidget.leadStats.total;
}

const positions = (consumers: string) =>
  db.admin<{ name: string; source: string; position: string }>(
    `select name, source, position from ${consumers} order by name, source`,
  );

const FOREIGN = `(
  select * from activities.consumer where source <> 'activities'
  union all select * from communication.consumer where source <> 'communication'
  union all select * from leads.consumer where source <> 'leads'
  union all select * from admin.consumer where source <> 'admin'
  union all select * from cockpit.consumer
) c`;

describe('features.dashboard.lead-widget.enabled', () => {
  it('off: the widget says so, its consumers stand still, everything else goes on', async () => {
    const before = await positions('cockpit.consumer');
    await during({ FEATURES_DASHBOARD_LEAD_WIDGET_ENABLED: 'false' }, async (test) => {
      const id = await register(test);
      for (const login of ['sales-de', 'manager-de', 'admin']) {
        const { data, errors } = await test.ask<Widget>(login, WIDGET);
        expect(data?.leadWidget ?? null).toBeNull();
        expect(errors?.map((each) => each.extensions?.code)).toEqual(['FEATURE_DISABLED']);
      }
      const { data } = await test.ask<{ lead: { id: string } }>(
        'sales-de',
        `{ lead(id: "${id}") { id } }`,
      );
      expect(data?.lead.id).toBe(id);
      const health = await fetch(`${test.url}/health/ready`);
      expect(health.status).toBe(200);
    });
    expect(await positions('cockpit.consumer')).toEqual(before);
  });

  it('on again: the widget has caught up with what happened meanwhile', async () => {
    await during({ FEATURES_DASHBOARD_LEAD_WIDGET_ENABLED: 'true' }, async (test) => {
      expect(await total(test, 'sales-de')).toBe(leads);
      expect(await total(test, 'manager-de')).toBe(leads);
      expect(await total(test, 'sales-at')).toBe(0);
    });
  });
});

describe('features.events.cross-module.enabled', () => {
  const statusOf = async (test: TestSystem, id: string): Promise<string | undefined> => {
    const { data } = await test.ask<{ lead: { status: string } }>(
      'sales-de',
      `{ lead(id: "${id}") { status } }`,
    );
    return data?.lead.status;
  };

  it('off: each context hears itself alone; on again: all of them have caught up', async () => {
    const known = await during({}, register);
    const before = await positions(FOREIGN);
    const unheard = await during(
      { FEATURES_EVENTS_CROSS_MODULE_ENABLED: 'false' },
      async (test) => {
        const { data } = await test.ask<{ activityLog: { activity: { id: string } | null } }>(
          'sales-de',
          `mutation { activityLog(input: { leadId: "${known}", kind: QUALIFIED_CALL, outcome: SUCCESSFUL }) {
             activity { id } userErrors { code } } }`,
        );
        expect(data?.activityLog.activity?.id).toBeTruthy();
        const id = await register(test);
        expect(await statusOf(test, known)).toBe('REGISTERED');
        expect(await total(test, 'sales-de')).toBe(leads - 1);
        const { data: timeline } = await test.ask<{ timeline: { edges: unknown[] } }>(
          'sales-de',
          `{ timeline(entityType: LEAD, entityId: "${id}") { edges { cursor } } }`,
        );
        expect(timeline?.timeline.edges ?? []).toEqual([]);
        return id;
      },
    );
    expect(await positions(FOREIGN)).toEqual(before);

    await during({}, async (test) => {
      expect(await statusOf(test, known)).toBe('ACTIVE');
      expect(await total(test, 'sales-de')).toBe(leads);
      const { data } = await test.ask<{ timeline: { edges: unknown[] } }>(
        'sales-de',
        `{ timeline(entityType: LEAD, entityId: "${unheard}") { edges { cursor } } }`,
      );
      expect(data?.timeline.edges.length).toBeGreaterThan(0);
      expect(await test.system.runtime.backbone.deadLetters()).toEqual([]);
    });
  });
});
