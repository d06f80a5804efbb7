import { expect, it } from 'vitest';
import { runDrill } from '../drill/restore.ts';
import { ownBinaries } from '../drill/server.ts';

/** The drill of `npm run drill:restore` with little work; embedded PostgreSQL brings no `pg_dump`. */
it.skipIf(ownBinaries === undefined)(
  'I17, where pg_dump is installed: a restored system has lost nothing, and an erased person stays erased',
  async () => {
    const { checks, measures, isPassed } = await runDrill({ commands: 20 });
    expect(checks.filter(({ isGreen }) => !isGreen)).toEqual([]);
    expect(isPassed).toBe(true);
    expect(measures['acknowledgedBeforeBackup']).toBeGreaterThanOrEqual(20);
    expect(measures['recoveryTimeMs']).toBeGreaterThan(0);
  },
  600_000,
);
