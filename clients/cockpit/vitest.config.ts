import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  test: { name: 'cockpit', include: ['src/**/*.test.ts'] },
});
