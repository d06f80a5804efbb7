import { appendFileSync, mkdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { openArena, type Arena } from './arena.ts';
import { FAULTS } from './faults.ts';
import type { Finding } from '../checker.ts';
import { randomOf } from './random.ts';
import { SEED } from './verdict.ts';

const ROUNDS = Number(process.env['CHAOS_RANDOM_ROUNDS'] ?? 2);
/** One line of a table per round is added to this file. */
const TABLE = process.env['CHAOS_TABLE'];
/** A fresh database now and then keeps a round short. */
const ROUNDS_PER_ARENA = 10;
const FAULTS_MAX = 3;
const CALM_MS = 400;

let arena: Arena | undefined;

afterAll(() => arena?.close(), 60_000);

interface Round {
  readonly seed: number;
  readonly faults: readonly string[];
  readonly acknowledged: number;
  readonly recoveryMs: number;
  readonly findings: readonly Finding[];
}

async function oneRound(on: Arena, seed: number): Promise<Round> {
  const random = randomOf(seed);
  const faults = Array.from({ length: random.between(1, FAULTS_MAX) }, () => random.pick(FAULTS));
  const before = on.history.commands.length;
  await on.underLoad(async () => {
    await wait(CALM_MS);
    await Promise.all(
      faults.map(async (fault) => {
        await wait(random.between(0, 800));
        on.note(`${fault.name} begins`);
        const end = await fault.inject(on, random).then(
          () => 'ends',
          // Others may have taken away what it needs.
          (error: unknown) => `ends early: ${String(error)}`,
        );
        on.note(`${fault.name} ${end}`);
      }),
    );
    await wait(CALM_MS);
  });
  const { recoveryMs } = await on.heal();
  const findings = await on.check();
  const mine = on.history.commands.slice(before);
  return {
    seed,
    faults: faults.map(({ name }) => name),
    acknowledged: mine.filter(({ state }) => state === 'acknowledged').length,
    recoveryMs,
    findings,
  };
}

/** Broken rules that mean: lost, doubled, out of order. */
function counted(findings: readonly Finding[], words: RegExp): number {
  return findings.filter(({ what }) => words.test(what)).reduce((sum, { times }) => sum + times, 0);
}

function write({ seed, faults, acknowledged, recoveryMs, findings }: Round): void {
  const lost = counted(findings, /not stored|not logged|never received|no effect|above/);
  const doubled = counted(findings, /twice|two answers|refused and stored/);
  const early = counted(findings, /predecessor|1 to n/);
  const line = `| ${seed} | ${faults.join(', ')} | ${acknowledged} | ${lost} | ${doubled} | ${early} | ${(recoveryMs / 1_000).toFixed(1)} s |`;
  process.stdout.write(`${line}\n`);
  if (TABLE === undefined) return;
  mkdirSync('.data', { recursive: true });
  appendFileSync(TABLE, `${line}\n`);
}

it(
  `K1–K9: ${ROUNDS} rounds of random faults on top of each other, from seed ${SEED}, break no rule`,
  async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const seed = SEED + round;
      if (round % ROUNDS_PER_ARENA === 0) {
        await arena?.close();
        arena = undefined;
        arena = await openArena({ seed, nodes: 2, writers: 4, pauseMs: 25 });
      }
      if (arena === undefined) throw new Error('There is no arena');
      const done = await oneRound(arena, seed);
      write(done);
      expect(done.findings, `seed ${seed}\n${arena.timeline.join('\n')}`).toEqual([]);
    }
  },
  ROUNDS * 120_000 + 120_000,
);
