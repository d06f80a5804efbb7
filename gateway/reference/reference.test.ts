import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorsPage } from './errors-page.ts';
import { permissionsPage } from './permissions-page.ts';
import { constantOf, sayingsOf } from './sources.ts';

const source = (text: string) => [{ path: 'gateway/x.ts', text }];

test('a code that is not described, or described and used nowhere, ends the page', () => {
  const page = (): string =>
    errorsPage(source(`throw refused('TOKEN_LIMIT', ''); throw new Refusal('NEWLY_MADE', '');`));
  expect(page).toThrow('NEWLY_MADE of gateway/x.ts is not described');
  expect(page).toThrow('DEPTH_LIMIT is described and used nowhere');
  expect(page).not.toThrow('TOKEN_LIMIT');
});

test('sentences are found where they stand, and values in them are left open', () => {
  const text = `
    const message = 'Noch nicht.';
    throw new Refusal('A_B', message);
    throw new CommandFailure(EXIT.usage, 'C_D', \`Nur \${max} Zeichen.\`);
    const kept = { X: ['E_F', 'Das geht nicht.'] };`;
  expect(sayingsOf(source(text))).toMatchObject([
    { code: 'A_B', message: 'Noch nicht.', kind: 'refusal' },
    { code: 'C_D', message: 'Nur … Zeichen.', kind: 'terminal', exit: 'usage' },
    { code: 'E_F', message: 'Das geht nicht.', kind: 'refusal' },
  ]);
});

test('constants are worked out, and missed where they are gone', () => {
  const text = 'const A_MAX = 4 * 1_024;\nconst B = { c_timeout: 60_000 };';
  expect(constantOf(source(text), 'gateway/x.ts', 'A_MAX')).toBe(4_096);
  expect(constantOf(source(text), 'gateway/x.ts', 'c_timeout')).toBe(60_000);
  expect(() => constantOf(source(text), 'gateway/x.ts', 'D_MAX')).toThrow('holds no number D_MAX');
});

test('who may do what is decided as requests are', () => {
  const page = permissionsPage(readFileSync('supergraph.graphql', 'utf8'));
  const row = (name: string): string => page.split('\n').find((each) => each.includes(name)) ?? '';
  expect(row('`leadRegister`')).toMatch(
    /`Lead` \| `leads:register` \| yes \| yes \| yes \| – \| yes/,
  );
  expect(row('`deadLetterDiscard`')).toMatch(/\| – \| – \| yes \| – \| – \|$/);
  expect(row('`leadTriage`')).toContain('territory in `territory`');
  expect(row('`Lead.email`')).toMatch(/yes \| yes \| yes \| – \| – \|$/);
  expect(page.indexOf('subjectErase`')).toBeGreaterThan(page.indexOf('## Not for clients'));
});
