import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkOperations, readManifests, reportOperations } from './check-operations.ts';
import { startEdge } from './edge.fixture.ts';
import { verifiedManifest } from './operations.ts';
import { planning } from './planning.ts';

/** Keeps the thread that plans, which would end after each report. */
const kept = planning.open('type Query { nothing: Int }');
afterAll(() => kept.close());

const current = readFileSync(join(import.meta.dirname, '../supergraph.graphql'), 'utf8');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const manifestOf = (...texts: string[]) =>
  verifiedManifest(
    texts.map((text) => [sha256(text), text]),
    '',
  );

async function run(...parameters: string[]) {
  let out = '';
  let error = '';
  const code = await checkOperations(parameters, {
    out: (text) => (out += text),
    error: (text) => (error += text),
  });
  return { code, out, error };
}

describe('check:operations', () => {
  it('says of each operation what it costs, whom it asks and who may run it', async () => {
    const reports = await reportOperations(current, readManifests());
    expect(reports.filter(({ fault }) => fault !== undefined)).toEqual([]);
    expect(reports.find(({ operation }) => operation === 'LeadRegister')).toMatchObject({
      client: 'cockpit',
      kind: 'mutation',
      plan: 'leads',
      verdicts: { sales: 'ok', auditor: 'FORBIDDEN' },
    });
    expect(reports.find(({ kind }) => kind === 'subscription')?.plan).toMatch(/^\w+ \(live\)/);
  });

  it('names the client whose operation breaks, and why', async () => {
    const candidate = join(mkdtempSync(join(tmpdir(), 'candidate-')), 'supergraph.graphql');
    writeFileSync(candidate, current.replace(/^ {2}companyName: String!.*$/m, ''));
    const { code, out, error } = await run('--supergraph', candidate);
    expect(code).toBe(1);
    expect(out).toMatch(/\d+ operations, [1-9]\d* broken/);
    expect(error).toMatch(
      /cockpit: \w+ no longer runs\. GRAPHQL_VALIDATION_FAILED: Cannot query field "companyName"/,
    );
  });

  it('breaks on what costs too much and on what is over a limit', async () => {
    const page = (at: number) => `a${at}: leads(first: 100) { edges { node { owner { id } } } }`;
    const pages = (n: number) => Array.from({ length: n }, (_, at) => page(at)).join(' ');
    const reports = await reportOperations(
      current,
      new Map([
        ['cockpit', manifestOf(`query Dear { ${pages(10)} }`)],
        ['partner-erp', manifestOf(`query Wide { ${pages(11)} }`)],
      ]),
    );
    expect(reports.map(({ fault }) => fault?.split(':', 1)[0])).toEqual([
      'COST_LIMIT',
      'ROOT_FIELD_LIMIT',
    ]);
  });

  it('answers with JSON, with help, and with 2 to a wrong call', async () => {
    const stored = [...readManifests().values()].reduce((sum, { size }) => sum + size, 0);
    expect(JSON.parse((await run('--json')).out)).toHaveLength(stored);
    expect(await run('--help')).toMatchObject({
      code: 0,
      out: expect.stringContaining('Exit codes'),
    });
    expect(await run('--supergraph', '/nowhere.graphql')).toMatchObject({ code: 2 });
    expect(await run('--nothing')).toMatchObject({ code: 2 });
  });
});

describe('stored operations', () => {
  it('are planned before the first request, also after a reload', async () => {
    const edge = await startEdge({
      manifests: new Map([['cockpit', manifestOf('{ hello }', '{ users }')]]),
    });
    // `users` is for admins, `hello` for every role.
    const once = edge.planned();
    expect(once).toBe(6);
    await edge.gateway.replaceSupergraph(edge.supergraph);
    expect(edge.planned()).toBe(2 * once);
    await edge.stop();
  });
});
