import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, programEnvironment } from '#kernel/testing';
import { DEMO_LOGINS } from '../../gateway/demo-logins.ts';
import { callerOf, leadInput, startProcess, type Caller } from '../chaos/process.ts';
import type { SystemProcess } from '../chaos/process.ts';
import { freePort } from '../stories/system.ts';

/** One demonstration, told once; what follows looks at it from all sides, in this order. */

const START_TIMEOUT_MS = 400_000;

let directory: string;
let port: number;
let url: string;
let environment: Record<string, string>;
let caller: Caller;
let running: SystemProcess;
/** Everything both runs have printed. */
let printed = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'freshplan-start-'));
  // The server's system user must be able to pass through.
  await chmod(directory, 0o755);
  port = await freePort();
  url = `http://127.0.0.1:${port}`;
  environment = { PORT: String(port), DATA_DIR: directory, LOG_LEVEL: 'debug' };
  caller = callerOf(port, directory);
  running = startProcess({ environment });
  await running.ready;
}, START_TIMEOUT_MS);
afterAll(async () => {
  await running?.end('SIGTERM');
  await rm(directory, { recursive: true, force: true });
}, 60_000);

const postgresPid = async (): Promise<number> => {
  const file = join(directory, 'postgres', 'cluster', 'postmaster.pid');
  return Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0]);
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const readyIn = (stdout: string): string => /is ready \((.+?) s\)/.exec(stdout)?.[1] ?? '';

describe('the first start', () => {
  it('prints its steps and a box with addresses and logins', () => {
    const { stdout } = running.output;
    const steps = stdout.match(/^ {2}✓ .+$/gm)?.map((line) => line.slice(4, 17).trim());
    // The cockpit is built where its build is missing.
    if (steps?.[0] === 'Cockpit') steps.shift();
    expect(steps).toEqual(['PostgreSQL', 'Schema', 'Supergraph', 'Demo data', 'Gateway']);
    const box = stdout.match(/^│ (.+)│$/gm)?.map((line) => line.slice(2, -1).trim()) ?? [];
    expect(box).toEqual(
      expect.arrayContaining([
        `Cockpit   ${url}/`,
        `GraphiQL  ${url}/graphiql`,
        `GraphQL   ${url}/graphql`,
        `Health    ${url}/health/ready`,
        `Metrics   ${url}/metrics`,
        'Logins (password "demo")',
        'Token     npm run token -- --user sales-de',
      ]),
    );
    const words = new Set(box.flatMap((line) => line.split(/\s+/)));
    expect(DEMO_LOGINS.filter(({ login }) => !words.has(login))).toEqual([]);
    process.stdout.write(`first start with demo data: ${readyIn(stdout)} s\n`);
  });

  it('is UP, serves the cockpit and the editor', async () => {
    const health = await fetch(`${url}/health/ready`);
    expect(health.status).toBe(200);
    const report = (await health.json()) as { status: string; checks: { name: string }[] };
    expect(report.status).toBe('UP');
    expect(report.checks.map(({ name }) => name)).toContain('lead-event-handler');
    for (const path of ['/', '/leads', '/graphiql']) {
      const page = await fetch(`${url}${path}`);
      expect(page.status, path).toBe(200);
      expect(page.headers.get('content-type'), path).toMatch(/^text\/html/);
      expect(await page.text(), path).toMatch(/^<!doctype html>/i);
    }
  });

  it('shows metrics under the names of the house, on both paths', async () => {
    for (const path of ['/metrics', '/q/metrics']) {
      const body = await (await fetch(`${url}${path}`)).text();
      const names = new Set([...body.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
      expect(METRICS.filter((name) => !names.has(name))).toEqual([]);
    }
  });

  it('prints a token that counts', async () => {
    const { stdout, status } = spawnSync(
      process.execPath,
      ['gateway/token.ts', '--user', 'sales-de'],
      { env: { ...programEnvironment(), ...environment }, encoding: 'utf8' },
    );
    expect(status).toBe(0);
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${stdout.trim()}` },
      body: JSON.stringify({ query: '{ me { user { name } territories } }' }),
    });
    expect(await response.json()).toEqual({
      data: { me: { user: { name: 'Stefanie Weber' }, territories: ['DE'] } },
    });
  });

  it('has told ninety days of history', async () => {
    const { data } = await caller.ask<{ leadWidget: { leadStats: { total: number } } }>(
      'admin',
      '{ leadWidget { leadStats { total } } }',
    );
    expect(data?.leadWidget.leadStats.total).toBeGreaterThan(30);
  });
});

/** Those of the five contexts that are here; samples and orders bring theirs. */
const METRICS = [
  'freshplan_events_published_total',
  'freshplan_events_consumed_total',
  'freshplan_event_latency_ms',
  'freshplan_dashboard_cache_invalidations_total',
  'freshplan_dashboard_updates_total',
  'freshplan_followup_batch_duration_ms',
  'freshplan_followup_queue_size',
  'freshplan_followup_automated_total',
  'leads_followup_sent_total',
  'freshplan_dashboard_active_widgets',
  'freshplan_dedupe_cache_entries',
  'freshplan_dedupe_cache_hit_rate',
  'freshplan_projection_lag_events',
  'freshplan_dead_letters',
  'abac_denied_total',
];

describe('the log of a whole run', () => {
  it('holds no address and no token, whatever people send', async () => {
    const email = 'verborgen@geheim.example';
    const contact = { lastName: 'Verborgen', role: 'INHABER', email };
    const input = leadInput({ email, contact, emailConsent: true, phone: '+49 171 4711 4711' });
    const register =
      'mutation R($input: LeadRegisterInput!) { leadRegister(input: $input) { lead { id } userErrors { code } } }';
    await caller.ask('sales-de', register, { input });
    await caller.ask('sales-de', register, { input: { ...input, source: email } });
    await caller.ask(
      'sales-at',
      `{ leads(first: 5, filter: { search: "${email}" }) { totalCount } }`,
    );
    await caller.ask('sales-de', '{ users(first: 5) { edges { node { email } } } }');
    await caller.ask('sales-de', `{ nowhere(email: "${email}") }`);
    const token = await caller.tokenFor('sales-de');
    for (const authorization of [`Bearer ${token}x`, `Bearer ${email}`, `Basic ${token}`]) {
      await fetch(`${url}/graphql?email=${email}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: `{"query":"{ me { roles }", "token":"${token}"`,
      });
    }
    expect((await running.end('SIGINT')).code).toBe(0);
    printed += running.output.stdout + running.output.stderr;
    expect(printed).toContain('"level":');
    const addresses = printed.match(/[\w.+-]+@[\w.-]+\.[a-z]{2,}/gi) ?? [];
    expect(addresses.filter((each) => each !== 'example.com')).toEqual([]);
    expect(printed).not.toContain(token.split('.')[2]);
    expect(printed).not.toMatch(/eyJ[\w-]{8,}\.|Bearer [\w-]{8,}|4711 4711|postgresql:\/\/\w+:/);
  });
});

describe('a stop by Ctrl-C', () => {
  it('leaves no server behind, and the next start is quick and finds everything', async () => {
    expect(await postgresPid()).toBe(0);
    running = startProcess({ environment });
    await running.ready;
    const { stdout } = running.output;
    process.stdout.write(`second start: ${readyIn(stdout)} s\n`);
    expect(stdout).not.toContain('Demo data');
    const { data } = await caller.ask<{ leadWidget: { leadStats: { total: number } } }>(
      'admin',
      '{ leadWidget { leadStats { total } } }',
    );
    expect(data?.leadWidget.leadStats.total).toBeGreaterThan(30);
    const pid = await postgresPid();
    expect(isAlive(pid)).toBe(true);

    const second = startProcess({
      environment: { ...environment, PORT: String(await freePort()) },
    });
    expect((await second.exited).code).toBe(1);
    expect(second.output.stderr.trim()).toMatch(
      /^Process \d+ already uses the database in .+; stop it or choose another folder$/,
    );

    const end = await running.end('SIGINT');
    expect(end).toEqual({ code: 0, signal: null });
    expect(isAlive(pid)).toBe(false);
    expect(running.output.stdout + running.output.stderr).not.toContain('connection lost');
  }, 120_000);

  it('that comes while it starts lets go what has come up, and is no fault', async () => {
    running = startProcess({ environment: { ...environment, LOG_LEVEL: 'warn' } });
    await eventually(() => expect(running.output.stdout).toContain('✓ PostgreSQL'));
    const pid = await postgresPid();
    expect(isAlive(pid)).toBe(true);
    expect(await running.end('SIGINT')).toEqual({ code: 0, signal: null });
    expect(isAlive(pid)).toBe(false);
    expect(running.output.stdout).not.toContain('is ready');
    expect(running.output.stderr).toBe('');
  });
});
