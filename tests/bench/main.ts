/** `npm run bench -- <what>`: measures, prints tables and judges nothing. */
import { spawnSync } from 'node:child_process';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { soak } from './soak.ts';
import { writeReport } from './event-report.ts';
import { tablesOf } from './event-tables.ts';
import { SCENARIOS, runFlow, runScenarios } from './events.ts';
import { BARE, measureFanOut } from './fan-out.ts';
import { compareGateways, type GatewayFigures } from './peers.ts';
import { measureWidgetOverHttp } from './widget-http.ts';

const program = new Command('bench')
  .description('Measures and prints tables; the steady figure is CPU per request, not the clock.')
  .exitOverride()
  .configureHelp({ showGlobalOptions: false });

program
  .command('gateway')
  .description('our gateway beside Apollo, Hive and Mercurius, over HTTP and in process')
  .option('--seconds <number>', 'per gateway, query and round', positive, 2)
  .option('--rounds <number>', 'of which the median counts', positive, 3)
  .option('--json', 'figures as JSON only')
  .action(async ({ seconds, rounds, json }: { seconds: number; rounds: number; json?: true }) => {
    const say = json === true ? console.error : console.log;
    const figures = await compareGateways({ seconds, rounds, say });
    if (json === true) console.log(JSON.stringify({ ...machine(), figures }, null, 2));
    else printGateways(figures);
  });

program
  .command('subscriptions')
  .description('one change to thousands of open subscriptions, beside bare WebSocket frames')
  .option(
    '--sockets <numbers...>',
    'open at once, one table row each',
    positiveEach,
    [1_000, 5_000],
  )
  .option('--burst <number>', 'changes sent at once in a round', positive, 20)
  .option('--rounds <number>', 'of which the median counts', positive, 3)
  .option('--rate <number>', 'changes a second while delays are taken', positive, 2)
  .option('--seconds <number>', 'of that', positive, 10)
  .option('--hive', 'beside Hive Gateway too, installed if it is not there')
  .option('--json', 'figures as JSON only')
  .action(measureSubscriptions);

program
  .command('soak')
  .description('the gateway under a steady load: does its memory grow?')
  .option('--minutes <number>', 'how long', positive, 30)
  .option(
    '--rate <number>',
    'requests a second, half of them of a text never seen before',
    positive,
    50,
  )
  .option('--over-http', 'with subgraphs in a process of their own')
  .option('--json', 'figures as JSON only')
  .action(async ({ minutes, rate, overHttp, json }: SoakArguments) => {
    const say = json === true ? console.error : console.log;
    const figures = await soak({ minutes, perSecond: rate, overHttp: overHttp === true, say });
    if (json === true) return console.log(JSON.stringify({ ...machine(), figures }, null, 2));
    console.log({ ...machine(), ...figures, residentMb: figures.residentMb.join(' ') });
  });

program
  .command('widget')
  .description('the LeadWidget through the gateway over HTTP, per persona')
  .option('--leads <number>', 'leads in the read model', positive, 1_000_000)
  .option('--requests <number>', 'measured per figure', positive, 500)
  .option('--subgraph', 'without the gateway, and what one fact costs the projection')
  .action(async (options: { leads: number; requests: number; subgraph?: true }) => {
    const { leads, requests } = options;
    if (options.subgraph === true) runScript('widget.ts', [leads, requests]);
    else console.table(await measureWidgetOverHttp({ leads, requests, say: console.log }));
  });

program
  .command('events')
  .description(
    'the backbone under load: appends, latencies to the handler, catching up, job queues',
  )
  .option('--all', 'every scenario, about 25 minutes; goes on where it was cut short')
  .addOption(new Option('--scenario <names...>', 'these alone').choices(Object.keys(SCENARIOS)))
  .option('--again', 'measures again what is there of this commit')
  .option('--folder <path>', 'keeps what was measured', join(tmpdir(), 'freshplan-bench-events'))
  .option('--report <file>', 'writes a page with tables and curves')
  .option('--rate <number>', 'facts a second, in a flow of your own', positive)
  .option('--seconds <number>', 'of that flow', positive, 10)
  .option('--per-call <number>', 'facts per append of that flow', positive)
  .addOption(
    new Option('--handler <process>', 'of that flow')
      .choices(['leader', 'other'])
      .default('leader'),
  )
  .option('--held-transaction', 'a write transaction of somebody else stays open meanwhile')
  .option('--json', 'figures as JSON only')
  .action(measureBackbone);

program
  .command('rebuild')
  .description('facts a second while a projection is filled anew')
  .option('--facts <number>', 'in the log', positive, 100_000)
  .action(({ facts }: { facts: number }) => runScript('rebuild.ts', [facts]));

program
  .command('engine')
  .description('planning and execution alone, without HTTP in front')
  .option('--seconds <number>', 'per figure', positive, 1)
  .action(({ seconds }: { seconds: number }) => runScript('gateway.ts', [seconds]));

program
  .command('planning')
  .description('how long documents that fill the limits hold the event loop before they run')
  .option('--seed <number>', 'of the documents drawn by chance', positive, 4711)
  .action(({ seed }: { seed: number }) => runScript('planning.ts', [seed]));

try {
  if (process.argv.length < 3) program.help({ error: true });
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  if (error.code === 'bench.nothing') console.error(error.message);
  if (error.code === 'commander.unknownCommand') console.error(`\n${program.helpInformation()}`);
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}

interface SoakArguments {
  minutes: number;
  rate: number;
  overHttp?: true;
  json?: true;
}

interface BackboneOptions {
  all?: true;
  scenario?: string[];
  again?: true;
  folder: string;
  report?: string;
  rate?: number;
  seconds: number;
  perCall?: number;
  handler: 'leader' | 'other';
  heldTransaction?: true;
  json?: true;
}

async function measureBackbone(options: BackboneOptions): Promise<void> {
  const { rate, seconds, handler, folder, report } = options;
  const say = options.json === true ? console.error : console.log;
  const held = options.heldTransaction === true;
  const scenarios = options.all === true ? Object.keys(SCENARIOS) : (options.scenario ?? []);
  if (rate === undefined && scenarios.length === 0) {
    throw new CommanderError(2, 'bench.nothing', 'Nothing to measure: --all, --scenario or --rate');
  }
  // A transaction per fact is beyond one process from about a thousand a second on.
  const perCall =
    options.perCall ?? (rate === undefined || rate <= 1_000 ? 1 : Math.ceil(rate / 200));
  const results =
    rate === undefined
      ? await runScenarios({ scenarios, folder, again: options.again === true, say })
      : [await runFlow({ perSecond: rate, seconds, perCall, handler, held })];
  if (report !== undefined) writeReport(report, results);
  if (options.json === true) {
    console.log(JSON.stringify({ ...machine(), results }, null, 2));
    return;
  }
  console.log(machine());
  for (const { title, notes, rows } of results.flatMap(tablesOf)) {
    console.log(`\n${[title, ...notes].join('\n  ')}`);
    const [key = ''] = Object.keys(rows[0] ?? {});
    console.table(Object.fromEntries(rows.map(({ [key]: name, ...rest }) => [name, rest])));
  }
}

interface SubscriptionOptions {
  sockets: number[];
  burst: number;
  rounds: number;
  rate: number;
  seconds: number;
  hive?: true;
  json?: true;
}

async function measureSubscriptions(options: SubscriptionOptions): Promise<void> {
  const { rate: perSecond, json, hive = false, ...rest } = options;
  const say = json === true ? console.error : console.log;
  const figures = await measureFanOut({ ...rest, perSecond, hive, say });
  if (json === true) return console.log(JSON.stringify({ ...machine(), figures }, null, 2));
  console.log(machine());
  console.table(
    figures.map((each) => {
      const bare = figures.find(({ sockets, way }) => sockets === each.sockets && way === BARE);
      return {
        sockets: each.sockets,
        way: each.way,
        'messages/s': Math.round(each.perSecond),
        '× bare': rounded(each.perSecond / (bare?.perSecond ?? Number.NaN)),
        'CPU ms / 1,000': rounded(each.cpuMsPerThousand),
        '+ subgraph': rounded(each.subgraphCpuMsPerThousand),
        'P50 ms': rounded(each.p50Ms),
        'P95 ms': rounded(each.p95Ms),
        'P99 ms': rounded(each.p99Ms),
        'KB / socket': rounded(each.residentKb),
        bytes: each.messageBytes,
      };
    }),
  );
}

function runScript(script: string, options: readonly number[]): void {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const { status } = spawnSync(process.execPath, [file, ...options.map(String)], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('a number above 0');
  return value;
}

function positiveEach(text: string, before: number[] | undefined): number[] {
  const isDefault = before?.[0] === 1_000 && before.length === 2;
  return [...(isDefault ? [] : (before ?? [])), positive(text)];
}

function machine(): Record<string, unknown> {
  const [first] = cpus();
  return {
    at: new Date().toISOString(),
    node: process.version,
    cpu: `${cpus().length} × ${first?.model ?? 'unknown'}`,
    load: loadavg().map((each) => Number(each.toFixed(1))),
  };
}

function printGateways(figures: readonly GatewayFigures[]): void {
  console.log(machine());
  for (const query of new Set(figures.map((each) => each.query))) {
    const of = figures.filter((each) => each.query === query);
    const [apollo] = of;
    const rows = of.map((each) => [each.gateway, rowOf(each, apollo)] as const);
    console.log(`\n${query}`);
    console.table(Object.fromEntries(rows));
  }
}

function rowOf(figures: GatewayFigures, apollo: GatewayFigures | undefined): object {
  const { perSecond, cpuMs, subgraphCpuMs, p50Ms, p95Ms, p99Ms, residentMb, answer } = figures;
  const ratio = (one: number | undefined, other: number | undefined): number | string =>
    one === undefined || other === undefined ? '' : Number((one / other).toFixed(2));
  return {
    'req/s': Math.round(perSecond),
    '× Apollo': ratio(perSecond, apollo?.perSecond),
    'CPU ms': rounded(cpuMs),
    'Apollo / CPU': ratio(apollo?.cpuMs, cpuMs),
    '+ subgraphs': rounded(subgraphCpuMs),
    'P50 ms': rounded(p50Ms),
    'P95 ms': rounded(p95Ms),
    'P99 ms': rounded(p99Ms),
    'RSS MB': residentMb ?? '',
    answer,
  };
}

function rounded(value: number | undefined): number | string {
  return value === undefined ? '' : Number(value.toFixed(2));
}
