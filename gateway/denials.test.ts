import { createActor } from '#kernel/access';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createDenials, type CountedDenial } from './denials.ts';

const person = () => createActor({ userId: randomUUID(), roles: ['sales'], territories: ['DE'] });

function trail() {
  const recorded: CountedDenial[] = [];
  const state = { at: 0, isAway: false };
  const metrics = createMetrics();
  const denials = createDenials({
    async record(denial) {
      if (state.isAway) throw new Error('no trail');
      recorded.push(denial);
    },
    metrics,
    log: createLogger({ level: 'silent' }),
    now: () => state.at,
  });
  return {
    ...denials,
    recorded,
    state,
    told: () => recorded.map(({ operation, count }) => [operation, count]),
    async dropped(): Promise<number> {
      const { body } = await metrics.expose();
      return Number(/^freshplan_denials_dropped_total (\d+)$/m.exec(body)?.[1] ?? 0);
    },
  };
}

describe('denied mutations', () => {
  it('are told at once, and the repeats of a minute as one entry with their count', async () => {
    const { onDenied, sweep, recorded, state, told } = trail();
    const actor = person();
    for (let repeat = 0; repeat < 5_000; repeat += 1) {
      state.at = repeat;
      onDenied({ actor, operation: 'consumerPause', requestId: `r-${repeat}` });
    }
    await sweep();
    expect(told()).toEqual([['consumerPause', 1]]);
    state.at = 59_999;
    await sweep();
    expect(told()).toHaveLength(1);
    state.at = 60_000;
    await sweep();
    await sweep();
    expect(told()).toEqual([
      ['consumerPause', 1],
      ['consumerPause', 4_999],
    ]);
    expect(recorded[1]).toMatchObject({ actor, firstAt: new Date(1), lastAt: new Date(4_999) });
    onDenied({ actor, operation: 'consumerPause', requestId: 'later' });
    await sweep();
    expect(told().at(-1)).toEqual(['consumerPause', 1]);
  });

  it('of two people, or at two fields, are told apart', async () => {
    const { onDenied, sweep, told, recorded } = trail();
    const [one, other] = [person(), person()];
    onDenied({ actor: one, operation: 'consumerPause', requestId: 'r' });
    onDenied({ actor: other, operation: 'consumerPause', requestId: 'r' });
    onDenied({ actor: one, operation: 'userDisable', requestId: 'r' });
    await sweep();
    await sweep();
    expect(told()).toEqual([
      ['consumerPause', 1],
      ['consumerPause', 1],
      ['userDisable', 1],
    ]);
    expect(new Set(recorded.map(({ actor }) => actor.userId)).size).toBe(2);
  });

  it('wait for a trail that is away, each under one id, and are given up after ten minutes', async () => {
    const { onDenied, sweep, recorded, state, dropped, told } = trail();
    state.isAway = true;
    onDenied({ actor: person(), operation: 'userDisable', requestId: 'r' });
    await sweep();
    state.at = 5 * 60_000;
    onDenied({ actor: person(), operation: 'consumerPause', requestId: 'r' });
    await sweep();
    state.at = 11 * 60_000;
    await sweep();
    expect([await dropped(), recorded]).toEqual([1, []]);
    state.isAway = false;
    await sweep();
    expect(told()).toEqual([['consumerPause', 1]]);
  });

  it('are bounded: what finds no room is counted', async () => {
    const { onDenied, sweep, recorded, state, dropped } = trail();
    state.isAway = true;
    for (let people = 0; people < 600; people += 1) {
      onDenied({ actor: person(), operation: 'userDisable', requestId: 'r' });
    }
    const lost = await dropped();
    expect(lost).toBeGreaterThan(90);
    state.isAway = false;
    await sweep();
    await sweep();
    expect(recorded).toHaveLength(600 - lost);
  });

  it('that wait or count are told when the process stops', async () => {
    const { onDenied, stop, told } = trail();
    const actor = person();
    for (let repeat = 0; repeat < 3; repeat += 1) {
      onDenied({ actor, operation: 'userDisable', requestId: 'r' });
    }
    await stop();
    expect(told()).toEqual([
      ['userDisable', 1],
      ['userDisable', 2],
    ]);
  });
});
