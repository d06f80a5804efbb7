/**
 * Pages that say what the code says: limits, error codes, permissions. `node gateway/reference/main.ts`
 * writes them; a limit, code or constant of which nobody says what it is ends it with its name.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { errorsPage } from './errors-page.ts';
import { limitsPage } from './limits-page.ts';
import { permissionsPage } from './permissions-page.ts';
import type { Source } from './sources.ts';

const LEFT_OUT =
  /\.test\.ts$|\.fixture\.ts$|\.generated\.ts$|^kernel\/testing\/|^gateway\/reference\//;

/** Everything that runs, in the order of its names. */
function readSources(): Source[] {
  return globSync('{gateway,kernel,subgraphs}/**/*.ts')
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !LEFT_OUT.test(path))
    .toSorted()
    .map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

function write(name: string, text: string): void {
  writeFileSync(resolve('docs', name), text);
}

const sources = readSources();
write('limits.md', limitsPage(sources));
write('errors.md', errorsPage(sources));
write('permissions.md', permissionsPage(readFileSync('supergraph.graphql', 'utf8')));
