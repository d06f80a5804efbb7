import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MUTATIONS } from './mutations/mutations.ts';

const ROOT = join(import.meta.dirname, '..');

test.each(MUTATIONS)('a mutation fits the code: $name', ({ file, replace, tests }) => {
  const text = readFileSync(join(ROOT, file), 'utf8');
  for (const [from] of replace) expect(text).toContain(from);
  for (const each of tests) expect(() => readFileSync(join(ROOT, each))).not.toThrow();
});
