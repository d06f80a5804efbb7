import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '#kernel/database';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of a superuser on the server all test databases live on. */
    postgresAdminUrl: string;
  }
}

/**
 * One server for a whole run. TEST_DATABASE_URL names another one (a superuser's connection string);
 * otherwise a throwaway server is started. It does not sync: the machine outlives the run.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given !== undefined && given !== '') {
    project.provide('postgresAdminUrl', given);
    return async () => {};
  }
  const server = await startEmbeddedPostgres({
    directory: await mkdtemp(join(tmpdir(), 'freshplan-test-')),
    ephemeral: true,
    settings: {
      fsync: 'off',
      full_page_writes: 'off',
      shared_buffers: '128MB',
      // What operators of a server have: the texts of statements are looked through for people.
      shared_preload_libraries: 'pg_stat_statements',
    },
  });
  project.provide('postgresAdminUrl', server.adminUrl);
  return () => server.stop();
}
