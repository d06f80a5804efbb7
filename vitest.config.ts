import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

const require = createRequire(import.meta.url);
const serverCode = ['gateway/**/*.ts', 'kernel/**/*.ts', 'subgraphs/**/*.ts'];

/** Vitest would load graphql once as CommonJS and once as a module; one path keeps it one realm. */
const alias = [{ find: /^graphql$/, replacement: require.resolve('graphql') }];

/** Times end what hangs; none of them judges how fast something is. */
const project = (name: string, include: string[], options: Record<string, unknown> = {}) => ({
  resolve: { alias },
  test: {
    name,
    include,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    ...options,
  },
});

export default defineConfig({
  resolve: { alias },
  test: {
    maxWorkers: 2,
    projects: [
      project('unit', [
        'gateway/**/*.test.ts',
        'kernel/**/*.test.ts',
        'subgraphs/**/*.test.ts',
        'clients/*/src/**/*.test.ts',
        '!**/*.db.test.ts',
      ]),
      project('architecture', ['tests/*.test.ts']),
      project('federation', ['tests/federation/**/*.test.ts']),
      project('database', ['**/*.db.test.ts', '!**/node_modules/**'], {
        globalSetup: ['kernel/testing/postgres.setup.ts'],
      }),
      project('system', ['tests/{backbone,chaos,security,start,stories}/**/*.test.ts'], {
        globalSetup: ['kernel/testing/postgres.setup.ts'],
      }),
      project('browser', ['clients/cockpit/**/*.browser.test.ts'], {
        globalSetup: ['kernel/testing/postgres.setup.ts'],
        testTimeout: 120_000,
        hookTimeout: 120_000,
      }),
    ],
    coverage: {
      provider: 'v8',
      include: serverCode,
      exclude: ['**/*.test.ts', '**/*.generated.ts', 'kernel/testing/**', 'gateway/main.ts'],
      reporter: ['text-summary', 'json-summary'],
      reportsDirectory: '.data/coverage',
      thresholds: { lines: 80, branches: 80 },
    },
  },
});
