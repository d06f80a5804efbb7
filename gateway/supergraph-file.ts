import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The composed graph that comes with the code. */
export function readSupergraph(): string {
  return readFileSync(join(import.meta.dirname, '../supergraph.graphql'), 'utf8');
}
