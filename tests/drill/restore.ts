import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '#kernel/testing';
import { effectsOf, gapsOf, rowsOf, unloggedOf } from '../chaos/checker.ts';
import { registerPeople } from '../chaos/process.ts';
import { createWorkload, type Command } from '../chaos/workload.ts';
import { restoreBackup, takeBackup, type Backup } from './backup.ts';
import { eraseAndRestore } from './erasure.ts';
import { createReport, type Drill, type Report } from './report.ts';
import { createSite, type Site } from './site.ts';

const LOGINS = ['sales-de', 'sales-at', 'sales-ch'];
const REASON = 'Wiederherstellung auf einer neuen Maschine';
/** Longer than a minute, after which what is logged is sealed. */
const SEALED = { timeoutMs: 120_000, intervalMs: 500 };
const WORK = { timeoutMs: 180_000, intervalMs: 100 };

export interface DrillOptions {
  /** Acknowledged commands before the backup. */
  readonly commands: number;
  /** Told as each step ends. */
  readonly onStep?: Drill['onStep'];
}

/**
 * Loses a system and brings it back on another cluster, then once more from before an erasure. Real
 * processes, real dumps; measures how long each step took and how much work was lost.
 */
export async function runDrill({ commands, onStep }: DrillOptions): Promise<Report> {
  const drill = createReport(onStep);
  const away = await mkdtemp(join(tmpdir(), 'freshplan-drill-'));
  const erasures = join(away, 'erasures');
  await mkdir(erasures);
  const sites: Site[] = [];
  const site = async (isEmpty: boolean): Promise<Site> => {
    const made = await createSite({ isEmpty, erasures });
    sites.push(made);
    return made;
  };
  try {
    const first = await drill.step('start a system', async () => {
      const made = await site(false);
      await made.start();
      return made;
    });
    const work = await lose(drill, first, { commands, directory: join(away, 'backup') });
    const second = await drill.step('restore into an empty cluster', async () => {
      const made = await site(true);
      await restoreBackup(work.backup, made.server, made.files);
      return made;
    });
    await takeOver(drill, second);
    await drill.step('start', () => second.start());
    drill.recovered();
    await nothingLost(drill, second, work);
    await eraseAndRestore(drill, second, { next: () => site(true), takeOver, away });
    return drill.report();
  } finally {
    for (const each of sites) await each.lose();
    await rm(away, { recursive: true, force: true });
  }
}

interface Work {
  readonly backup: Backup;
  /** Acknowledged before the backup began. */
  readonly before: readonly Command[];
  readonly all: readonly Command[];
}

/** Works, saves while the work goes on, and loses everything some moments later. */
async function lose(
  drill: Drill,
  site: Site,
  { commands, directory }: { commands: number; directory: string },
): Promise<Work> {
  await registerPeople(site.caller);
  const workload = createWorkload(site.caller, LOGINS);
  const done = (): Command[] => workload.commands.filter(({ state }) => state === 'acknowledged');
  const stop = new AbortController();
  const working = workload.run(stop.signal);
  try {
    await drill.step(`work: ${commands} commands, then a seal`, async () => {
      await eventually(() => atLeast(done().length, commands), WORK);
      await eventually(async () => atLeast(await sealsOf(site), 1), SEALED);
    });
    const before = done();
    const begun = performance.now();
    const backup = await drill.step('back up while the work goes on', () =>
      takeBackup(site.server, site.files, directory),
    );
    const saved = done().length;
    await eventually(() => atLeast(done().length, saved + LOGINS.length), WORK);
    drill.measure('recoveryPointMs', performance.now() - begun);
    drill.lost();
    await site.lose();
    stop.abort();
    await working;
    return { backup, before, all: workload.commands };
  } finally {
    stop.abort();
    await working;
  }
}

/** What an operator does with a cluster that was restored. */
async function takeOver(drill: Drill, site: Site): Promise<void> {
  const refusal = await drill.step('the start refuses a foreign log', () => site.refuses());
  drill.check('no start before the rebase', /comes from another cluster/.test(refusal), refusal);
  const rebased = await drill.step('freshplan events rebase', () =>
    site.freshplan('events', 'rebase', '--reason', REASON),
  );
  drill.check('the logs are taken over', rebased.code === 0, rebased.error);
  const told = /"state": ?"PRESENT"/.test(rebased.out);
  drill.check('it is told where the journal of erasures is', told, rebased.out);
}

/** I17: what was acknowledged is there, in order, and still what a rebuild tells. */
async function nothingLost(drill: Drill, site: Site, { before, all }: Work): Promise<void> {
  const { server } = site;
  await drill.step('compare with what was acknowledged', async () => {
    const there = await effectsOf(server);
    const missing = before.filter((command) => !isThere(command, there));
    drill.check(
      'everything acknowledged before the backup is there',
      missing.length === 0,
      missing,
    );
    const lost = all.filter((each) => each.state === 'acknowledged' && !isThere(each, there));
    drill.measure('acknowledgedBeforeBackup', before.length);
    drill.measure('acknowledgedLaterAndLost', lost.length);
    const gaps = await gapsOf(server);
    drill.check('versions are 1 to n', gaps.length === 0, gaps);
    await eventually(async () => atLeast(-(await unloggedOf(server)).length, 0)).catch(() => {});
    const unlogged = await unloggedOf(server);
    drill.check('every fact is logged once and in order', unlogged.length === 0, unlogged);
  });
  await drill.step('compute chain and archive anew', async () => {
    const rows = await server.admin<{ n: number }>('select count(*)::int as n from leads.seal');
    drill.check('there are seals to compare with', (rows[0]?.n ?? 0) > 0, rows);
    const chain = await site.freshplan('events', 'verify');
    drill.check('events verify is green', chain.code === 0, chain.error);
    const archive = await site.freshplan('archive', 'verify');
    drill.check('archive verify is green', archive.code === 0, archive.error);
  });
  await drill.step('rebuild the widget', async () => {
    const lived = await shownOf(site);
    const replayed = await site.freshplan('replay', 'cockpit.lead_widget', '--reason', REASON);
    drill.check('the widget can be rebuilt', replayed.code === 0, replayed.error);
    const rebuilt = await shownOf(site);
    drill.check('the widget is what a rebuild tells', rebuilt === lived, [lived, rebuilt]);
  });
  await drill.step('measure what is kept', async () => {
    const whole = 'freshplan_chain_verified{module="leads"}';
    await eventually(async () => atLeast((await site.metric(whole)) ?? 0, 1), SEALED).catch(
      () => {},
    );
    drill.check('the nightly verification shows', (await site.metric(whole)) === 1, whole);
    const unsealed = await site.metric('freshplan_unsealed_events{module="leads"}');
    drill.check('unsealed facts are counted', unsealed !== undefined, 'no gauge');
  });
}

/** Figures as people read them, and the rows behind them. */
async function shownOf({ caller, server }: Site): Promise<string> {
  const query = `{ leadWidget { userId territory isManagerView leadStats { total
    byStatus { status count } } recentActivities { id kind at } } }`;
  const shown: unknown[] = [];
  for (const login of [...LOGINS, 'manager-de']) shown.push((await caller.ask(login, query)).data);
  const tables = Object.entries(await rowsOf(server));
  return JSON.stringify([shown, tables.filter(([table]) => table.startsWith('cockpit.'))]);
}

function isThere(
  { kind, number, id, input }: Command,
  there: Awaited<ReturnType<typeof effectsOf>>,
): boolean {
  if (kind === 'register') return there.registeredIds.includes(id ?? '');
  if (kind === 'update') return there.updated.includes(number);
  if (kind === 'log') return there.logged.includes(id ?? '');
  return there.qualified.includes(String(input['leadId']));
}

async function sealsOf({ server }: Site): Promise<number> {
  const [row] = await server.admin<{ n: number }>(`select count(*)::int as n from leads.seal`);
  return row?.n ?? 0;
}

function atLeast(n: number, wanted: number): void {
  if (n < wanted) throw new Error(`${n} instead of ${wanted}`);
}
