import { z } from 'zod';
import type { Transaction } from '#kernel/database';
import {
  defineEvents,
  defineProjection,
  defineReaction,
  type BackboneModule,
  type Recorded,
} from '#kernel/events';
import { DEADLY_AMOUNT, counters, tallies, type CounterEvent } from '#kernel/testing';
import type { NodeSettings } from './protocol.ts';

/** Never lets the process do anything else again. */
export const BLOCKING_AMOUNT = 667;
/** Is waited for in vain. */
export const ENDLESS_AMOUNT = 668;
export const MAIL = 'tallies.mail';
export const MORTAL = 'tallies.mortal';
export const FRAGILE = 'tallies.fragile';

/** What a damaged fact is taken for once somebody has looked at it. */
const mended = (data: { amount?: unknown }) => ({
  ...data,
  amount: typeof data.amount === 'number' ? data.amount : 0,
});

const data = z.object({ amount: z.number(), unit: z.string() });
const ADDED = {
  OLDER: { version: 1, aggregate: 'counter', data: data.omit({ unit: true }) },
  /** Cannot read all that is old. */
  USUAL: {
    version: 2,
    aggregate: 'counter',
    data,
    upcast: {
      1: (old: { amount: number }) => ({ amount: Number(old.amount.toFixed()), unit: 'piece' }),
    },
  },
  REPAIRED: {
    version: 4,
    aggregate: 'counter',
    data,
    upcast: { 1: (old: object) => ({ ...mended(old), unit: 'piece' }), 2: mended, 3: mended },
  },
};

/** The catalog of counters as that release has it. */
export function catalogOf({
  release = 'USUAL',
}: Pick<NodeSettings, 'release'>): (typeof counters)['events'] {
  const { facts } = counters.events;
  return defineEvents({
    ...counters.events,
    facts: { ...facts, 'counter.added': ADDED[release] },
  }) as (typeof counters)['events'];
}

async function see(
  consumer: string,
  event: Recorded<CounterEvent>,
  tx: Transaction,
): Promise<void> {
  await tx.query(
    'insert into tallies.seen (consumer, counter_id, version, position) values ($1, $2, $3, $4)',
    [consumer, event.aggregateId, event.version, event.position],
  );
}

/** Far longer than anybody waits, but not for ever: nobody may be there to end the process. */
const BLOCKED_MS = 60_000;

function block(): never {
  const end = Date.now() + BLOCKED_MS;
  while (Date.now() < end);
  process.exit(1);
}

/** A fact that kills, blocks or holds up whoever handles it. */
const mortal = defineProjection<CounterEvent>({
  name: MORTAL,
  tables: [],
  on: {
    'counter.added': async (event, tx) => {
      if (event.data.amount === DEADLY_AMOUNT) process.kill(process.pid, 'SIGKILL');
      if (event.data.amount === BLOCKING_AMOUNT) block();
      if (event.data.amount === ENDLESS_AMOUNT) await new Promise(() => {});
      await see(MORTAL, event, tx);
    },
    'counter.opened': (event, tx) => see(MORTAL, event, tx),
    'counter.noted': (event, tx) => see(MORTAL, event, tx),
  },
});

function fragile(diesAfterEffects: number) {
  let effects = 0;
  const handle = async (event: Recorded<CounterEvent>, tx: Transaction): Promise<void> => {
    await see(FRAGILE, event, tx);
    effects += 1;
    if (effects === diesAfterEffects) process.kill(process.pid, 'SIGKILL');
  };
  return defineProjection<CounterEvent>({
    name: FRAGILE,
    tables: [],
    on: { 'counter.opened': handle, 'counter.added': handle, 'counter.noted': handle },
  });
}

const mail = (outsideUrl: string) =>
  defineReaction<CounterEvent>({
    name: MAIL,
    on: {
      'counter.opened': async (_event, context) =>
        void (await context.effect('mail', async (key) => {
          const response = await fetch(`${outsideUrl}?key=${encodeURIComponent(key)}`, {
            method: 'POST',
            signal: AbortSignal.timeout(4_000),
          });
          if (!response.ok) throw new Error('The mail was not taken');
          return response.status;
        })),
    },
  });

/** Counters and everything that follows them, in a process with these settings. */
export function chaosModules(
  settings: Pick<NodeSettings, 'outsideUrl' | 'diesAfterEffects' | 'release'>,
): BackboneModule[] {
  return [
    { ...counters, events: catalogOf(settings) },
    {
      ...tallies,
      projections: [
        ...tallies.projections,
        mortal,
        fragile(settings.diesAfterEffects ?? Number.POSITIVE_INFINITY),
      ],
      reactions: [mail(settings.outsideUrl)],
    },
  ];
}
