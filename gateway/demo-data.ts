import { createActor, type Actor } from '#kernel/access';
import type { Clock } from '#kernel/events';
import { parse, type DocumentNode } from 'graphql';
import { randomUUID } from 'node:crypto';
import { claim, registerUnclaimed } from './demo-claim.ts';
import { DEMO_LEADS, type DemoLead } from './demo-leads.ts';
import { DEMO_LOGINS, demoLogin } from './demo-logins.ts';
import type { Runtime } from './runtime.ts';
import type { Supergraph } from './supergraph.ts';

/**
 * Ninety days of history, made the way history is made: through the graph, by the people it belongs
 * to, while a clock runs through the days and the timers do their work. The same seed gives the same
 * story, told up to today.
 */

export interface DemoClock extends Clock {
  /** Stands at an instant; null goes with real time. */
  travel(to: Date | null): void;
}

export function createDemoClock(): DemoClock {
  let standing: Date | null = null;
  return {
    now: () => standing ?? new Date(),
    travel: (to) => void (standing = to),
  };
}

export interface DemoOptions {
  readonly runtime: Runtime;
  readonly supergraph: Supergraph;
  readonly clock: DemoClock;
  /** Day n of `DAYS` is told. */
  readonly onProgress?: (day: number, days: number) => void;
}

const DAYS = 90;
/** More than ten days ago, so that it is an overdue Pre-Claim today. */
const UNCLAIMED_DAY = DAYS - 14;
const CLAIM_DAY = DAYS - 2;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** After 07:00 UTC: behind the nominal run of 09:00 in Berlin, in summer and in winter. */
const RUN_HOURS = 1.2;
const SETTLE_TIMEOUT_MS = 30_000;

interface Story {
  readonly lead: DemoLead;
  readonly actor: Actor;
  readonly bornOn: number;
  readonly activeness: number;
  readonly volume: number;
  id: string | undefined;
}

/** Whether nobody was ever let in: a database without people is new. */
export async function isEmpty({ supergraph }: Pick<DemoOptions, 'supergraph'>): Promise<boolean> {
  const ask = createAsk(supergraph);
  const { users } = await ask<{ users: { edges: unknown[] } }>(
    actorOf('admin'),
    'query Seeded { users(first: 1) { edges { cursor } } }',
  );
  return users.edges.length === 0;
}

export async function seedDemo(options: DemoOptions): Promise<void> {
  const { runtime, supergraph, clock } = options;
  const random = createRandom(20_250_926);
  const today = startOfDay(new Date());
  const ask = createAsk(supergraph);
  const settle = () => runtime.backbone.settled({ timeoutMs: SETTLE_TIMEOUT_MS });
  try {
    clock.travel(new Date(today - DAYS * DAY_MS));
    await registerPeople(ask);
    await settle();
    const stories = DEMO_LEADS.map((lead, index) => storyOf(lead, index, random));
    for (let day = 0; day < DAYS; day += 1) {
      const morning = today - (DAYS - day) * DAY_MS + 7 * HOUR_MS;
      const at = (hours: number): void => clock.travel(new Date(morning + hours * HOUR_MS));
      at(RUN_HOURS);
      await runtime.runTimer('leads.follow-ups');
      await settle();
      await runtime.runTimer('communication.deliver');
      await settle();
      await runtime.runTimer('leads.protection');
      await runtime.runTimer('leads.pre-claims');
      for (const story of stories) {
        at(RUN_HOURS + random() * 7);
        await liveOneDay(ask, story, { day, random, at: clock.now().toISOString() });
      }
      if (day === UNCLAIMED_DAY) await registerUnclaimed(ask, actorOf);
      if (day === CLAIM_DAY) await claim(ask, actorOf);
      await settle();
      options.onProgress?.(day + 1, DAYS);
    }
  } finally {
    clock.travel(null);
  }
}

export type Ask = <Data>(
  actor: Actor,
  text: string,
  variables?: Record<string, unknown>,
) => Promise<Data>;

function createAsk(supergraph: Supergraph): Ask {
  const documents = new Map<string, DocumentNode>();
  return async <Data>(actor: Actor, text: string, variables: Record<string, unknown> = {}) => {
    const document = documents.get(text) ?? parse(text, { noLocation: true });
    documents.set(text, document);
    const request = { actor, requestId: randomUUID() };
    const operation = await supergraph.compile({ document });
    const { data, errors } = await operation.execute(variables, request);
    if (errors !== undefined && errors.length > 0) {
      throw new Error(`The demonstration failed at ${text.slice(0, 60)}: ${errors[0]?.message}`);
    }
    return data as Data;
  };
}

async function registerPeople(ask: Ask): Promise<void> {
  const admin = actorOf('admin');
  for (const { userId, login, name, roles, territories } of DEMO_LOGINS) {
    const input = { userId, login, name, roles, territories, email: `${login}@cookfresh.example` };
    await ask(
      admin,
      'mutation Person($input: UserRegisterInput!) { userRegister(input: $input) { userErrors { code } } }',
      { input },
    );
  }
}

/** Every fourth lead has history behind it from the first day; the others come one after the other. */
function storyOf(lead: DemoLead, index: number, random: () => number): Story {
  return {
    lead,
    actor: actorOf(lead.owner),
    bornOn: index % 4 === 0 ? Math.floor(random() * 8) : Math.floor(random() * (DAYS - 2)),
    activeness: 0.02 + random() * 0.12,
    volume: Math.round(20 + random() * random() * 1_400) * 1_000,
    id: undefined,
  };
}

const STATE =
  'query State($id: ID!) { lead(id: $id) { version status actions followUps { type status dueAt } } }';

interface State {
  lead: {
    version: number;
    status: string;
    actions: string[];
    followUps: { type: string; status: string }[];
  } | null;
}

async function liveOneDay(
  ask: Ask,
  story: Story,
  { day, random, at }: { day: number; random: () => number; at: string },
): Promise<void> {
  if (day === story.bornOn) return register(ask, story, { random, at });
  if (story.id === undefined || random() > story.activeness) return;
  const { lead } = await ask<State>(story.actor, STATE, { id: story.id });
  if (lead === null) return;
  const can = (action: string): boolean => lead.actions.includes(action);
  const input = { leadId: story.id, version: lead.version };
  const pending = lead.followUps.find((each) => each.status === 'PENDING');
  if (pending !== undefined && can('FOLLOW_UP_COMPLETE')) {
    const outcome = random() < 0.7 ? 'SUCCESS' : 'NO_ANSWER';
    await change(ask, story, 'leadFollowUpComplete', { ...input, type: pending.type, outcome });
  } else if (can('STAGE_ADVANCE') && random() < 0.3) {
    const stage = lead.status === 'REGISTERED' ? 'REGISTRIERUNG' : 'QUALIFIZIERT';
    await change(ask, story, 'leadStageAdvance', { ...input, stage });
  } else if (can('QUALIFY') && lead.status !== 'REGISTERED' && random() < 0.2) {
    await change(ask, story, 'leadQualify', input);
  } else if (can('LOSE') && random() < 0.12) {
    await change(ask, story, 'leadLose', {
      ...input,
      reason: 'Hat sich für einen anderen Anbieter entschieden',
    });
  } else {
    await logActivity(ask, story, random);
  }
}

async function register(
  ask: Ask,
  story: Story,
  { random, at }: { random: () => number; at: string },
): Promise<void> {
  const { company, city, postalCode, country, businessType, contact } = story.lead;
  const sources = ['WEB_FORMULAR', 'EMPFEHLUNG', 'MESSE', 'TELEFON', 'SONSTIGES'];
  const source = pick(sources, random);
  const host = `${latin(company).replace(/[^a-z]+/g, '-')}.example`;
  const isKnown = source === 'MESSE' || source === 'TELEFON';
  const firstContact = {
    channel: source === 'MESSE' ? 'MESSE' : 'PHONE',
    at,
    note: 'Interesse an Fertiggerichten ohne Konservierungsstoffe',
  };
  const input = {
    companyName: company,
    city,
    postalCode,
    countryCode: country,
    source,
    businessType,
    kitchenSize: pick(['KLEIN', 'MITTEL', 'GROSS'], random),
    estimatedVolume: `${story.volume}.00 ${country === 'CH' ? 'CHF' : 'EUR'}`,
    budget: pick(['YES', 'UNKNOWN', 'NO'], random),
    pains: ['STAFF_SHORTAGE', 'HIGH_COSTS', 'FOOD_WASTE', 'TIME_PRESSURE'].filter(
      () => random() < 0.5,
    ),
    urgency: pick(['NORMAL', 'NORMAL', 'MEDIUM', 'HIGH'], random),
    email: `kueche@${host}`,
    website: `https://${host}`,
    emailConsent: random() < 0.75,
    contact: {
      firstName: contact.firstName,
      lastName: contact.lastName,
      role: contact.role,
      email: `${latin(contact.lastName).replace(/[^a-z]+/g, '')}@${host}`,
      emailConsent: random() < 0.75,
    },
    confirmSimilar: true,
    ...(isKnown ? { firstContact } : {}),
  };
  const { lead } = await change(ask, story, 'leadRegister', input);
  story.id = lead?.id;
}

const KINDS = [
  'CALL',
  'QUALIFIED_CALL',
  'EMAIL',
  'MEETING',
  'ROI_PRESENTATION',
  'NOTE',
  'CUSTOMER_REACTION',
  'DEMO',
];

async function logActivity(ask: Ask, story: Story, random: () => number): Promise<void> {
  const input = {
    leadId: story.id,
    kind: pick(KINDS, random),
    outcome: pick(['SUCCESSFUL', 'CALLBACK_REQUESTED', 'INFO_SENT', 'NO_ANSWER'], random),
  };
  await ask(
    story.actor,
    'mutation Log($input: ActivityLogInput!) { activityLog(input: $input) { userErrors { code } } }',
    { input },
  );
}

async function change(ask: Ask, story: Story, name: string, input: Record<string, unknown>) {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const text = `mutation Change($input: ${type}!) { ${name}(input: $input) { lead { id } userErrors { code message } } }`;
  const data = await ask<Record<string, { lead: { id: string } | null }>>(story.actor, text, {
    input,
  });
  return data[name] ?? { lead: null };
}

function actorOf(login: string): Actor {
  const person = demoLogin(login);
  if (person === undefined) throw new RangeError(`There is no demo login ${login}`);
  return createActor(person);
}

const UMLAUTS: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss' };

function latin(text: string): string {
  return text.toLowerCase().replace(/[äöüß]/g, (letter) => UMLAUTS[letter] ?? letter);
}

function startOfDay(at: Date): number {
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate());
}

function pick<T>(values: readonly T[], random: () => number): T {
  return values[Math.floor(random() * values.length)] as T;
}

/** Mulberry32: the same numbers for the same seed. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
