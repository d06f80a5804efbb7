import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const FILE = join(import.meta.dirname, '../../supergraph.yaml');

const routing = z.object({
  subgraphs: z.record(z.string(), z.object({ routing_url: z.url() })),
});

/** Name → address, as `supergraph.yaml` routes them. */
export function routedSubgraphs(): ReadonlyMap<string, URL> {
  const { subgraphs } = routing.parse(parse(readFileSync(FILE, 'utf8')));
  return new Map(
    Object.entries(subgraphs).map(([name, { routing_url: url }]) => [name, new URL(url)]),
  );
}
