import { expect } from 'vitest';
import type { Arena } from './arena.ts';

/** Printed with every run, and given again to repeat one. */
export const SEED = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000);

/** Heals, and expects that no rule of the checker is broken. */
export async function expectSound(arena: Arena): Promise<void> {
  const { recoveryMs } = await arena.heal();
  const findings = await arena.check();
  const told = findings.map((finding) => JSON.stringify(finding));
  expect(findings, [`seed ${SEED}`, ...arena.timeline, ...told].join('\n')).toEqual([]);
  const { length } = arena.history.commands;
  process.stdout.write(
    `${expect.getState().currentTestName}: seed ${SEED}, ${length} commands, recovered in ${recoveryMs} ms\n`,
  );
}
