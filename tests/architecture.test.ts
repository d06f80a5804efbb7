import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readSources, violations } from './architecture.ts';
import { OPEN, ROWS } from './security/rows.ts';

const root = join(import.meta.dirname, '..');
const folders = ['gateway', 'subgraphs', 'kernel', 'clients', 'tests'];

const contexts = readdirSync(join(root, 'subgraphs'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .toSorted();

/** Every page a person may open. */
const pages = (): string[] =>
  globSync(
    ['*.md', 'docs/**/*.md', 'ops/**/*.md', 'subgraphs/*/README.md', 'clients/*/README.md'],
    {
      cwd: root,
    },
  );

describe('the house', () => {
  it('breaks none of its rules', () => {
    expect(violations(readSources(root, folders))).toEqual([]);
  });

  it('names the same contexts in supergraph.yaml, subgraphs/index.ts and the folders', () => {
    const yaml = parse(readFileSync(join(root, 'supergraph.yaml'), 'utf8')) as {
      subgraphs: Record<string, unknown>;
    };
    const list = readFileSync(join(root, 'subgraphs/index.ts'), 'utf8');
    const listed = [...list.matchAll(/from '\.\/([^/]+)\/index\.ts'/g)].map(
      (match) => match[1] ?? '',
    );
    expect(Object.keys(yaml.subgraphs).toSorted()).toEqual(contexts);
    expect(listed.toSorted()).toEqual(contexts);
  });

  it.each(contexts)('finds in %s the files every context has', (context) => {
    const missing = ['README.md', 'schema.graphql', 'events.ts', 'resolvers.ts', 'index.ts'].filter(
      (name) => !existsSync(join(root, 'subgraphs', context, name)),
    );
    expect(missing).toEqual([]);
  });

  it('links to nothing that is not there', () => {
    const broken = pages().flatMap((page) => {
      const text = readFileSync(join(root, page), 'utf8');
      const targets = [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, to = '']) => to);
      return targets
        .filter((to) => !/^[a-z]+:/.test(to) && !existsSync(join(root, dirname(page), to)))
        .map((to) => `${page}: ${to}`);
    });
    expect(broken).toEqual([]);
  });

  it('says in the threat model where each attack is tested, or that it is not', () => {
    const page = readFileSync(join(root, 'docs/threat-model.md'), 'utf8');
    const [, open = ''] = page.split('## Not covered');
    const named = (text: string): string[] => text.match(/A-\d\d/g) ?? [];
    const tests = readSources(root, ['tests', 'clients'])
      .filter(({ path }) => path.endsWith('.test.ts'))
      .flatMap(({ text }) => text.match(/(?<=['"`])A-\d\d/g) ?? []);
    expect(ROWS.filter((id) => !named(page).includes(id))).toEqual([]);
    expect(ROWS.filter((id) => !tests.includes(id) && !named(open).includes(id))).toEqual([]);
    expect(Object.keys(OPEN).filter((id) => !named(open).includes(id))).toEqual([]);
    expect(tests.filter((id) => !ROWS.includes(id))).toEqual([]);
  });

  it('holds one copy of graphql', () => {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, unknown>;
    };
    const copies = Object.keys(lock.packages).filter((path) =>
      /(^|\/)node_modules\/graphql$/.test(path),
    );
    expect(copies).toEqual(['node_modules/graphql']);
  });
});

describe('each rule', () => {
  const broken: [rule: string, path: string, text: string][] = [
    ['may not stand on', 'kernel/access/x.ts', "import { a } from '#kernel/events';"],
    ['knows no context', 'kernel/events/x.ts', "import type { A } from '#events/leads';"],
    ['list of contexts', 'subgraphs/leads/x.ts', "import { s } from '#subgraphs';"],
    ['the graph only', 'clients/cockpit/src/x.ts', "import { s } from '#kernel/access';"],
    ['crosses a border', 'subgraphs/leads/x.ts', "import { s } from '../admin/tables.ts';"],
    ['crosses a border', 'gateway/x.ts', "import { s } from '../kernel/access/actor.ts';"],
    ['as type only', 'subgraphs/leads/reactions.ts', "import { s } from '#events/admin';"],
    ['listen to', 'subgraphs/leads/queries.ts', "import type { S } from '#events/admin';"],
    [
      'no effect',
      'subgraphs/leads/lead.ts',
      "import { q } from '#kernel/database';\nexport function evolve() {}",
    ],
    ['kernel/config only', 'gateway/x.ts', 'export const port = process.env.PORT;'],
    ['is for tests', 'gateway/x.ts', "import { given } from '#kernel/testing';"],
    ['is for tests', 'subgraphs/leads/x.ts', "import { lead } from './lead.fixture.ts';"],
    ['cycle', 'gateway/x.ts', "import { x } from './x.ts';"],
  ];

  it.each(broken)('"%s" is seen in %s', (rule, path, text) => {
    expect(violations([{ path, text }]).join('\n')).toContain(rule);
  });

  it('lets the lawful through', () => {
    const lawful = [
      { path: 'subgraphs/leads/reactions.ts', text: "import type { A } from '#events/admin';" },
      { path: 'kernel/graphql/x.ts', text: "import { a } from '#kernel/events';" },
      {
        path: 'gateway/x.ts',
        text: "import { s } from '#subgraphs';\nimport { y } from './y.ts';",
      },
    ];
    expect(violations(lawful)).toEqual([]);
  });
});
