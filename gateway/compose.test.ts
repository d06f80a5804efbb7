import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  CompositionFailed,
  composeSubgraphs,
  missingDirectives,
  readSubgraphs,
  watchSubgraphs,
  type SubgraphSource,
} from './compose.ts';

const header = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
`;
const own = `${header}
  @link(url: "https://freshplan.example/access/v1.0", import: ["@territory", "@owner"])
  @composeDirective(name: "@territory")
  @composeDirective(name: "@owner")
directive @territory(field: String) on OBJECT
directive @owner(field: String) on OBJECT
type Lead @key(fields: "id") @territory(field: "country") @owner(field: "by") {
  id: ID!
  country: String
  by: ID
}
type Query { lead: Lead }
`;

const source = (name: string, sdl: string): SubgraphSource => ({
  name,
  sdl,
  url: `http://${name}.test/graphql`,
  file: `subgraphs/${name}/schema.graphql`,
});

function failureOf(...subgraphs: SubgraphSource[]): CompositionFailed {
  try {
    composeSubgraphs(subgraphs);
  } catch (error) {
    if (error instanceof CompositionFailed) return error;
    throw error;
  }
  throw new Error('These compose.');
}

describe('composition', () => {
  test('carries our own directives into the supergraph', () => {
    const { sdl } = composeSubgraphs([source('leads', own)]);
    expect(missingDirectives(sdl, ['territory', 'owner', 'other'])).toEqual(['other']);
    expect(sdl).toMatch(/@territory\(field: "country"\)/);
    expect(sdl).toContain('http://leads.test/graphql');
  });

  test('names subgraph, file, line and what helps', () => {
    const plain = `${header}type Query { a: Int }`;
    const failed = failureOf(source('one', plain), source('two', plain));
    expect(failed.problems).toMatchObject([
      {
        code: 'INVALID_FIELD_SHARING',
        places: ['one (subgraphs/one/schema.graphql:3)', 'two (subgraphs/two/schema.graphql:3)'],
        hint: expect.stringContaining('@shareable'),
      },
    ]);
    expect(failed.message).toContain('at two (subgraphs/two/schema.graphql:3)');
  });

  test('names the line of a syntax error, in every subgraph that has one', () => {
    const failed = failureOf(source('one', 'type Query {\n  a: }'), source('two', 'typ'));
    expect(failed.problems.map(({ places }) => places)).toEqual([
      ['one (subgraphs/one/schema.graphql:2)'],
      ['two (subgraphs/two/schema.graphql:1)'],
    ]);
  });

  test('refuses a field that no path leads to', () => {
    const failed = failureOf(
      source('one', `${header}type Query { a: A } type A @key(fields: "id") { id: ID! }`),
      source('two', `${header}type A @key(fields: "other") { other: ID! b: Int }`),
    );
    expect(failed.problems[0]?.code).toBe('SATISFIABILITY_ERROR');
  });
});

function project(sdl: string): {
  file: string;
  write: (name: string, text: string) => void;
  directory: string;
} {
  const directory = mkdtempSync(join(tmpdir(), 'compose-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const write = (name: string, text: string): void => writeFileSync(join(directory, name), text);
  mkdirSync(join(directory, 'leads'));
  write('leads/schema.graphql', sdl);
  write(
    'supergraph.yaml',
    `federation_version: =2.9.0
subgraphs:
  leads:
    routing_url: http://127.0.0.1:4101/graphql
    schema:
      file: ./leads/schema.graphql
`,
  );
  return { directory, write, file: join(directory, 'supergraph.yaml') };
}

function run(directory: string, ...options: string[]): { status: number; stderr: string } {
  try {
    execFileSync(process.execPath, [resolve('gateway/compose.ts'), ...options], {
      cwd: directory,
      stdio: 'pipe',
    });
    return { status: 0, stderr: '' };
  } catch (error) {
    const { status, stderr } = error as { status: number; stderr: Buffer };
    return { status, stderr: stderr.toString() };
  }
}

describe('supergraph.yaml', () => {
  test('is read in the form of Rover', () => {
    const { file } = project(own);
    expect(readSubgraphs(file)).toMatchObject([
      { name: 'leads', url: 'http://127.0.0.1:4101/graphql', sdl: own },
    ]);
  });

  test('is refused without a routing URL', () => {
    const { file, write } = project(own);
    write('supergraph.yaml', 'subgraphs:\n  leads:\n    schema:\n      file: ./a.graphql\n');
    expect(() => readSubgraphs(file)).toThrow('routing_url');
  });

  test('becomes supergraph.graphql, and a check finds when that is out of step', () => {
    const { directory, write } = project(own);
    expect(run(directory, '--check')).toMatchObject({ status: 1 });
    expect(run(directory)).toMatchObject({ status: 0 });
    expect(run(directory, '--check')).toMatchObject({ status: 0 });
    const written = readFileSync(join(directory, 'supergraph.graphql'), 'utf8');
    expect(written).toContain('type Lead');
    write('leads/schema.graphql', own.replace('by: ID', 'by: ID\n  since: Int'));
    expect(run(directory, '--check').stderr).toContain('out of step');
    write('leads/schema.graphql', 'type Query {');
    expect(run(directory)).toMatchObject({ status: 1, stderr: expect.stringContaining('leads (') });
    expect(readFileSync(join(directory, 'supergraph.graphql'), 'utf8')).toBe(written);
  });

  test('is composed anew when an SDL file changes', async () => {
    const { file, write } = project(own);
    let changes = 0;
    onTestFinished(watchSubgraphs(file, () => void changes++));
    write('leads/schema.graphql', `${own} `);
    await expect.poll(() => changes).toBeGreaterThan(0);
  });
});
