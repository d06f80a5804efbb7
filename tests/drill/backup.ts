import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { OwnServer } from './server.ts';

/** Folders that are saved with a database. The journal of erasures is not among them: it is kept apart. */
const COPIED = { before: ['seals'], after: ['archive'] } as const;

/** Where the parts of a backup lie; the keys apart from the rest, since they have to be forgotten first. */
export interface Backup {
  readonly directory: string;
}

/**
 * Saves a system that goes on working. The order matters: a copied seal has to be in the dump, a
 * fact in the dump has to have its key, a segment the dump knows has to be among the files.
 */
export async function takeBackup(
  server: OwnServer,
  files: string,
  directory: string,
): Promise<Backup> {
  await mkdir(directory, { recursive: true });
  const to = (name: string): string => join(directory, name);
  await copyFolders(COPIED.before, files, directory);
  await server.run('pg_dumpall', ['--roles-only', '-f', to('roles.sql')]);
  const data = ['-Fc', '--exclude-schema=keys', '-f', to('data.dump'), 'freshplan'];
  await server.run('pg_dump', data);
  await server.run('pg_dump', ['-Fc', '--schema=keys', '-f', to('keys.dump'), 'freshplan']);
  await copyFolders(COPIED.after, files, directory);
  return { directory };
}

/** All that its dumps hold, as SQL. */
export async function textOf({ directory }: Backup, server: OwnServer): Promise<string> {
  const texts = [await readFile(join(directory, 'roles.sql'), 'utf8')];
  for (const name of ['data', 'keys']) {
    const file = join(directory, `${name}.sql`);
    await server.run('pg_restore', ['-f', file, join(directory, `${name}.dump`)]);
    texts.push(await readFile(file, 'utf8'));
    await rm(file);
  }
  return texts.join('\n');
}

/** Brings a backup into an empty cluster and an empty folder. */
export async function restoreBackup(
  { directory }: Backup,
  server: OwnServer,
  files: string,
): Promise<void> {
  const from = (name: string): string => join(directory, name);
  await mkdir(files, { recursive: true });
  await copyFolders([...COPIED.before, ...COPIED.after], directory, files);
  // The superuser is there already: that is the one statement that fails.
  await server.run('psql', ['-q', '-d', 'postgres', '-f', from('roles.sql')]);
  await server.run('pg_restore', [
    '--exit-on-error',
    '--create',
    '-d',
    'postgres',
    from('data.dump'),
  ]);
  await server.run('pg_restore', ['--exit-on-error', '-d', 'freshplan', from('keys.dump')]);
}

async function copyFolders(names: readonly string[], from: string, to: string): Promise<void> {
  for (const name of names) {
    await cp(join(from, name), join(to, name), { recursive: true }).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    });
  }
}
