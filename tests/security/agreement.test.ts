import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createActor, type Actor } from '#kernel/access';
import { eventually } from '#kernel/testing';
import { createGuards } from '../../gateway/authorization-guards.ts';
import { readRules, type AccessRules } from '../../gateway/authorization-rules.ts';
import { DEMO_LOGINS, demoLogin } from '../../gateway/demo-logins.ts';
import { ENTITY_PATHS, PATHS, STREAMS, STREAMS_BY_SCOPE, TABLES, type Path } from './paths.ts';
import {
  actorOf,
  codesOf,
  hashOf,
  startProduction,
  type GraphAnswer,
  type Production,
  type Socket,
} from './production.ts';

/**
 * The graph's directives and the database's policies say the same, for every role, territory, type
 * and way in. What is guarded and not covered here fails.
 */

const LOGINS = DEMO_LOGINS.map(({ login }) => login);
const TERRITORIES = ['AT', 'CH', 'DE'];
const READS = { ...PATHS, ...ENTITY_PATHS };
const TEXTS = [...Object.values(READS), ...Object.values(STREAMS)].map(({ query }) => query);

let production: Production;
let rules: AccessRules;
let leads: string[];
beforeAll(async () => {
  const partners = DEMO_LOGINS.flatMap(({ clientId }) =>
    clientId === undefined ? [] : [clientId],
  );
  production = await startProduction({
    stored: Object.fromEntries(partners.map((client) => [client, TEXTS])),
  });
  const { sdl, apiSchema } = production.test.system.supergraph;
  rules = readRules(sdl, apiSchema, new Map());
  await seed();
  leads = (await idsBehind('Lead')).toSorted();
}, 180_000);
afterAll(() => production?.stop());

const idOf = (login: string): string => demoLogin(login)?.userId ?? '';

/** Leads of each territory with an owner, a second owner or a helper, and some nobody owns. */
async function seed(): Promise<void> {
  const reachable = (name: string) => ({ email: `${name}@kueche.example`, emailConsent: true });
  const owned = [
    ['sales-de', 'DE'],
    ['sales-de', 'DE'],
    ['sales-de-2', 'DE'],
    ['manager-de', 'DE'],
    ['sales-at', 'AT'],
    ['sales-ch', 'CH'],
  ] as const;
  for (const [index, [login, countryCode]] of owned.entries()) {
    const name = { companyName: `Adler Küche ${index}`, city: `Stadt ${index}` };
    const id = await production.lead(login, {
      countryCode,
      ...name,
      ...reachable(`lead-${index}`),
    });
    if (index === 1) await share(id, 'sales-de', 'sales-de-2');
    if (index === 4) await share(id, 'sales-at', 'sales-de');
    await touch(login, id);
  }
  for (const [login, countryCode] of [
    ['partner-distributor', 'DE'],
    ['partner-erp', 'AT'],
    ['partner-erp', 'DE'],
  ] as const) {
    await production.lead(login, { countryCode });
  }
  await production.inside(
    'sales-de-2',
    'mutation C($input: LeadOwnershipChallengeInput!) { leadOwnershipChallenge(input: $input) { accepted } }',
    {
      input: {
        territory: 'DE',
        companyName: 'Adler Küche 0',
        city: 'Stadt 0',
        reason: 'Ich war als Erster dort, siehe Protokoll',
      },
    },
  );
  await production.test.settled();
}

async function share(leadId: string, login: string, helper: string): Promise<void> {
  const input = {
    leadId,
    version: await versionOf(leadId),
    userId: idOf(helper),
    role: 'COLLABORATOR',
    level: 'ASSIST',
  };
  await production.inside(
    login,
    'mutation S($input: LeadCollaboratorSetInput!) { leadCollaboratorSet(input: $input) { userErrors { code } } }',
    { input },
  );
  await production.test.settled();
}

/** Something of each kind happens to a lead. */
async function touch(login: string, leadId: string): Promise<void> {
  await production.test.settled();
  const version = await versionOf(leadId);
  const update = { leadId, version, branchCount: version + 1 };
  await production.inside(
    login,
    'mutation U($input: LeadUpdateInput!) { leadUpdate(input: $input) { userErrors { code } } }',
    { input: update },
  );
  await production.inside(
    login,
    'mutation A($input: ActivityLogInput!) { activityLog(input: $input) { userErrors { code } } }',
    { input: { leadId, kind: 'CALL' } },
  );
  await production.inside(
    login,
    'mutation M($input: MessageSendInput!) { messageSend(input: $input) { userErrors { code } } }',
    { input: { leadId, subject: 'Probe', text: 'Guten Tag' } },
  );
}

async function versionOf(id: string): Promise<number> {
  const { lead } = await production.inside<{ lead: { version: number } }>(
    'admin',
    `{ lead(id: "${id}") { version } }`,
  );
  return lead.version;
}

const tableOf = (type: string): string => TABLES[type]?.table ?? '';

/** As nobody may look in the system: every row there is. */
async function idsBehind(type: string): Promise<string[]> {
  const rows = await production.test.db.admin<{ id: string }>(`select id from ${tableOf(type)}`);
  return rows.map(({ id }) => id);
}

/** What PostgreSQL lets an actor see. */
async function idsUnder(actor: Actor, type: string): Promise<Set<string>> {
  const rows = await production.test.db.database.transaction(actor, (tx) =>
    tx.query<{ id: string }>(`select id from ${tableOf(type)}`),
  );
  return new Set(rows.map(({ id }) => id));
}

/** What the directives let an actor see, of every row there is. */
async function idsByDirectives(actor: Actor, type: string): Promise<Set<string>> {
  const { table, owner, partner } = TABLES[type] ?? { table: '', owner: '' };
  const collaborators =
    rules.owners.get(type)?.collaborators === undefined ? `'{}'::uuid[]` : 'collaborator_ids';
  const rows = await production.test.db.admin<Record<string, unknown> & { id: string }>(
    `select id, territory as "__fp_territory", ${owner} as "__fp_owner",
       ${collaborators} as "__fp_collaborators", ${partner ?? 'null'} as "__fp_partner" from ${table}`,
  );
  const guard = createGuards(rules, () => {}).get(type);
  const request = { actor, requestId: 'agreement' };
  return new Set(rows.filter((row) => guard?.(row, request as never) === true).map(({ id }) => id));
}

/** People as they are, and people as a token could make them. */
function actors(): [string, Actor][] {
  const firm = demoLogin('partner-distributor')?.partnerOrgId ?? '';
  const odd = (
    name: string,
    roles: string[],
    territories: string[],
    extra = {},
  ): [string, Actor] => [
    name,
    createActor({ userId: idOf('sales-de'), roles, territories, ...extra }),
  ];
  return [
    ...LOGINS.map((login): [string, Actor] => [login, actorOf(login)]),
    odd('sales without a territory', ['sales'], []),
    odd('manager without a territory', ['manager'], []),
    odd('owner in another territory', ['sales'], ['AT']),
    odd('sales of everywhere', ['sales'], TERRITORIES),
    odd('sales in an unknown territory', ['sales'], ['XX']),
    odd('sales and auditor', ['sales', 'auditor'], ['DE']),
    odd('sales with a firm', ['sales'], ['DE'], { partnerOrgId: firm }),
    odd('sales and partner', ['sales', 'partner'], ['DE'], { partnerOrgId: firm }),
    odd('owner who became a partner', ['partner'], ['DE'], { partnerOrgId: firm }),
    odd('partner without a firm', ['partner'], ['DE']),
    odd('auditor of one territory', ['auditor'], ['AT']),
  ];
}

describe('the directives and the policies', () => {
  it('cover the same types, each with its table', () => {
    const guarded = new Set([...rules.territories.keys(), ...rules.owners.keys()]);
    expect(Object.keys(TABLES).toSorted()).toEqual([...guarded].toSorted());
  });

  it('are both asked about rows of every type', async () => {
    for (const type of Object.keys(TABLES))
      expect((await idsBehind(type)).length, type).toBeGreaterThan(0);
  });

  it('agree on every lead for everybody', async () => {
    for (const [name, actor] of actors()) {
      const policies = [...(await idsUnder(actor, 'Lead'))].toSorted();
      expect(policies, name).toEqual([...(await idsByDirectives(actor, 'Lead'))].toSorted());
    }
  });

  it('never disagree on what hangs on a lead: what a policy shows, the directives let through', async () => {
    for (const [name, actor] of actors()) {
      for (const type of Object.keys(TABLES)) {
        const directives = await idsByDirectives(actor, type);
        const withheld = [...(await idsUnder(actor, type))].filter((id) => !directives.has(id));
        expect(withheld, `${type} for ${name}`).toEqual([]);
        const seesAll = actor.roles.includes('admin') || actor.roles.includes('manager');
        if (seesAll) expect(await idsUnder(actor, type), `${type} for ${name}`).toEqual(directives);
      }
    }
  });
});

describe('every way in', () => {
  it('is known here', () => {
    const { apiSchema } = production.test.system.supergraph;
    const rootsOf = (type: 'Query' | 'Subscription'): string[] => {
      const root = type === 'Query' ? apiSchema.getQueryType() : apiSchema.getSubscriptionType();
      return Object.keys(root?.getFields() ?? {}).map((field) => `${type}.${field}`);
    };
    expect(Object.keys(PATHS).toSorted()).toEqual(rootsOf('Query').toSorted());
    const streams = [...Object.keys(STREAMS), ...Object.keys(STREAMS_BY_SCOPE)];
    expect(streams.toSorted()).toEqual(rootsOf('Subscription').toSorted());
  });

  it.each(LOGINS)(
    'A-28 shows %s what the policies show, and nothing else in any form',
    async (login) => {
      const actor = actorOf(login);
      const visible = new Map<string, Set<string>>();
      for (const type of Object.keys(TABLES)) visible.set(type, await idsUnder(actor, type));
      for (const [coordinate, path] of Object.entries(READS)) {
        const answers = await ask(login, path);
        const [type = '', field = ''] = coordinate.split('.');
        const met = new Map<string, Set<string>>();
        for (const { body } of answers) collect(body.data, met);
        if (!rules.allows(type, field, actor)) {
          for (const name of path.complete ?? []) expect(met.get(name), coordinate).toBeUndefined();
          const isRefused = answers.every(({ body }) => codesOf(body).includes('FORBIDDEN'));
          if (type === 'Query') expect(isRefused, coordinate).toBe(true);
          continue;
        }
        for (const [name, ids] of met) {
          const foreign = [...ids].filter((id) => visible.get(name)?.has(id) !== true);
          expect(foreign, `${name} by ${coordinate}`).toEqual([]);
        }
        for (const name of path.complete ?? []) {
          expect(met.get(name) ?? new Set(), `${name} by ${coordinate}`).toEqual(visible.get(name));
        }
        for (const { body, territory } of answers)
          checkTerritories(actor, coordinate, body, territory);
      }
    },
  );

  it('A-28 counts no lead that is not shown', async () => {
    for (const login of LOGINS) {
      const [first] = await ask(login, { query: PATHS['Query.leads']?.query ?? '' });
      const { leads: page } = first?.body.data as { leads: { totalCount: number } };
      expect(page.totalCount, login).toBe((await idsUnder(actorOf(login), 'Lead')).size);
    }
  });

  it('A-28 streams to each what he may read, when everything changes', async () => {
    const open = await Promise.all(
      LOGINS.map(async (login) => [login, await listen(login)] as const),
    );
    for (const id of leads) await touch('admin', id);
    await production.test.settled();
    const everything = new Set(leads);
    const [, ofAdmin] = open.find(([login]) => login === 'admin') ?? [];
    await eventually(() => expect(seenBy(ofAdmin, 'leadChanged')).toEqual(everything), {
      timeoutMs: 20_000,
    });
    for (const [login, socket] of open) {
      const actor = actorOf(login);
      const mine = await idsUnder(actor, 'Lead');
      await eventually(() => expect(seenBy(socket, 'leadChanged'), login).toEqual(mine), {
        timeoutMs: 20_000,
      });
      for (const field of ['timelineChanged', 'messageChanged']) {
        const foreign = [...seenBy(socket, field)].filter((id) => !mine.has(id));
        expect(foreign, `${field} for ${login}`).toEqual([]);
      }
      socket.ws.terminate();
    }
    expect(seenBy(ofAdmin, 'timelineChanged')).toEqual(everything);
    expect(seenBy(ofAdmin, 'messageChanged').size).toBeGreaterThan(0);
  });

  it('counted no disagreement in all of this', async () => {
    const text = await (await fetch(`${production.managementUrl}/metrics`)).text();
    expect(text).toMatch(/^freshplan_authorization_disagreements_total 0$/m);
  });

  it('counts one as soon as a policy is broken, and still shows nothing', async () => {
    const { admin } = production.test.db;
    const [austrian] = await admin<{ id: string }>(
      `select lead_id as id from activities.timeline_entry where territory = 'AT' limit 1`,
    );
    const tables = ['activities.lead_access', 'activities.timeline_entry'];
    for (const table of tables) {
      await admin(`create policy broken on ${table} for select to freshplan_app using (true)`);
    }
    try {
      const { query = '' } = PATHS['Query.timeline'] ?? {};
      const variables = { id: austrian?.id };
      const { body } = await production.post('sales-de', { query, variables });
      const met = new Map<string, Set<string>>();
      collect(body.data, met);
      expect(met.size).toBe(0);
    } finally {
      for (const table of tables) await admin(`drop policy broken on ${table}`);
    }
    const text = await (await fetch(`${production.managementUrl}/metrics`)).text();
    expect(text).toMatch(/^freshplan_authorization_disagreements_total [1-9]/m);
  });
});

interface Asked {
  readonly body: GraphAnswer;
  readonly territory: string | undefined;
}

/** A path as often as it says, page by page where it has pages. */
async function ask(login: string, { query, per }: Path): Promise<Asked[]> {
  const isPartner = demoLogin(login)?.clientId !== undefined;
  const send = async (variables: Record<string, unknown>): Promise<GraphAnswer> => {
    const text = isPartner ? { documentId: hashOf(query) } : { query };
    return (await production.post(login, { ...text, variables })).body;
  };
  if (per === 'lead') {
    return Promise.all(
      leads.map(async (id) => ({ body: await send({ id }), territory: undefined })),
    );
  }
  if (per === 'territory') {
    return Promise.all(
      TERRITORIES.map(async (territory) => ({ body: await send({ territory }), territory })),
    );
  }
  const pages: Asked[] = [];
  for (let after: string | null = null; ;) {
    const body = await send(query.includes('$after') ? { after } : {});
    pages.push({ body, territory: undefined });
    const page = body.data?.['leads'] as
      | { pageInfo: { endCursor: string; hasNextPage: boolean } }
      | undefined;
    if (page?.pageInfo.hasNextPage !== true || pages.length > 20) return pages;
    after = page.pageInfo.endCursor;
  }
}

/** Every object of a guarded type in an answer, wherever it stands. */
function collect(value: unknown, met: Map<string, Set<string>>): void {
  if (Array.isArray(value)) return value.forEach((each) => collect(each, met));
  if (typeof value !== 'object' || value === null) return;
  const { __typename: type, id } = value as { __typename?: string; id?: string };
  if (type !== undefined && id !== undefined) met.set(type, (met.get(type) ?? new Set()).add(id));
  for (const each of Object.values(value)) collect(each, met);
}

/** Nothing carries a foreign territory, and a foreign one that is named gets nothing. */
function checkTerritories(
  actor: Actor,
  coordinate: string,
  body: GraphAnswer,
  asked: string | undefined,
): void {
  if (actor.roles.includes('admin')) return;
  const named = [...JSON.stringify(body.data ?? null).matchAll(/"territory":"(\w\w)"/g)].map(
    ([, each]) => each,
  );
  expect(
    named.filter((each) => !actor.territories.includes(each ?? '')),
    coordinate,
  ).toEqual([]);
  if (asked === undefined || actor.territories.includes(asked)) return;
  expect(JSON.stringify(body.data ?? null), `${coordinate} in ${asked}`).not.toMatch(/"id":/);
}

/** A socket with all streams a person may open. */
async function listen(login: string): Promise<Socket> {
  const socket = await production.socket(login);
  const isPartner = demoLogin(login)?.clientId !== undefined;
  for (const [coordinate, { query, per }] of Object.entries(STREAMS)) {
    if (!rules.allows('Subscription', coordinate.split('.')[1] ?? '', actorOf(login))) continue;
    const text = isPartner ? { query: '', documentId: hashOf(query) } : { query };
    for (const id of per === 'lead' ? leads : ['all']) {
      const payload = { ...text, variables: per === 'lead' ? { id } : {} };
      socket.send({ id: `${coordinate} ${id}`, type: 'subscribe', payload });
    }
  }
  return socket;
}

function seenBy(socket: Socket | undefined, field: string): Set<string> {
  return new Set(
    (socket?.received ?? []).flatMap(({ type, payload }) => {
      const value = (payload as GraphAnswer | undefined)?.data?.[field] as
        | { leadId?: string; entityId?: string }
        | null
        | undefined;
      const id = value?.leadId ?? value?.entityId;
      return type === 'next' && id !== undefined ? [id] : [];
    }),
  );
}
