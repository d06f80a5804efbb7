/**
 * `supergraph.yaml` (Rover's form) → `supergraph.graphql`. `node gateway/compose.ts` writes,
 * `--check` fails when the written file is out of step, `--watch` composes on each change.
 */
import { composeServices } from '@apollo/composition';
import { GraphQLError, Kind, Source, parse, visit, type ASTNode, type DocumentNode } from 'graphql';
import { readFileSync, watch, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';

export interface SubgraphSource {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
  /** Named in errors. */
  readonly file: string;
}

export interface CompositionProblem {
  readonly code: string;
  readonly message: string;
  /** `leads (subgraphs/leads/schema.graphql:12)` for each part of a subgraph that takes part. */
  readonly places: readonly string[];
  /** What usually helps. */
  readonly hint?: string;
}

export interface Composition {
  readonly sdl: string;
  readonly hints: readonly CompositionProblem[];
}

export class CompositionFailed extends Error {
  override readonly name = 'CompositionFailed';
  readonly problems: readonly CompositionProblem[];

  constructor(problems: readonly CompositionProblem[]) {
    super(`The subgraphs do not compose:\n${problems.map(formatProblem).join('\n')}`);
    this.problems = problems;
  }
}

const configuration = z.object({
  federation_version: z.union([z.string(), z.number()]).optional(),
  subgraphs: z.record(
    z.string().regex(/^[a-z][a-z0-9_-]*$/),
    z.object({ routing_url: z.url(), schema: z.object({ file: z.string() }) }),
  ),
});

const advice: Record<string, string> = {
  INVALID_FIELD_SHARING: 'Mark the field @shareable wherever it is resolved, or keep it in one.',
  SATISFIABILITY_ERROR: 'Give the type a @key both subgraphs know, or resolve the field there.',
  EXTERNAL_UNUSED: 'Remove @external, or use the field in @key, @requires or @provides.',
  KEY_INVALID_FIELDS: 'Every field of a @key must exist in this very subgraph.',
  REQUIRES_INVALID_FIELDS: 'Declare the required fields here as @external.',
  NO_QUERIES: 'At least one subgraph needs a Query type with a field.',
  TYPE_KIND_MISMATCH: 'One name is one kind of type in all subgraphs.',
  UNKNOWN_FEDERATION_LINK_VERSION: 'Link a federation version that the composer knows.',
};

/** Where the routing URLs and SDL files stand; paths in the file are relative to it. */
export function readSubgraphs(file: string): SubgraphSource[] {
  const { subgraphs } = configuration.parse(parseYaml(readFileSync(file, 'utf8')));
  return Object.entries(subgraphs).map(([name, { routing_url: url, schema }]) => {
    const path = resolve(dirname(file), schema.file);
    return { name, url, sdl: readFileSync(path, 'utf8'), file: relative(process.cwd(), path) };
  });
}

/** Throws `CompositionFailed` with every problem found. */
export function composeSubgraphs(subgraphs: readonly SubgraphSource[]): Composition {
  const problems: CompositionProblem[] = [];
  const documents = new Map<string, DocumentNode>();
  for (const subgraph of subgraphs) {
    try {
      documents.set(subgraph.name, parse(new Source(subgraph.sdl, subgraph.file)));
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      problems.push({ ...problemOf(error), places: [syntaxPlace(subgraph, error)] });
    }
  }
  if (problems.length > 0) throw new CompositionFailed(problems);
  const owners = ownersOf(documents);
  const result = composeServices(
    subgraphs.map(({ name, url }) => ({
      name,
      url,
      typeDefs: documents.get(name) as DocumentNode,
    })),
  );
  if (result.errors !== undefined) {
    throw new CompositionFailed(result.errors.map((error) => problemOf(error, owners)));
  }
  return {
    sdl: `${result.supergraphSdl}\n`,
    hints: result.hints.map((hint) => hintOf(hint, owners)),
  };
}

type CompositionHint = NonNullable<ReturnType<typeof composeServices>['hints']>[number];
type Owners = ReadonlyMap<Source, string>;

function ownersOf(documents: ReadonlyMap<string, DocumentNode>): Owners {
  const owners = new Map<Source, string>();
  for (const [name, { loc }] of documents) if (loc !== undefined) owners.set(loc.source, name);
  return owners;
}

function problemOf(error: GraphQLError, owners: Owners = new Map()): CompositionProblem {
  const { code = 'INVALID_GRAPHQL' } = error.extensions as { code?: string };
  const hint = advice[code];
  return {
    code,
    message: error.message,
    places: placesOf(error.nodes ?? [], owners),
    ...(hint === undefined ? {} : { hint }),
  };
}

function hintOf(
  { definition, message, nodes }: CompositionHint,
  owners: Owners,
): CompositionProblem {
  return { code: definition.code, message, places: placesOf(nodes ?? [], owners) };
}

function placesOf(nodes: readonly ASTNode[], owners: Owners): string[] {
  return nodes.flatMap(({ loc }) => {
    const owner = loc && owners.get(loc.source);
    return owner === undefined ? [] : [`${owner} (${loc?.source.name}:${loc?.startToken.line})`];
  });
}

function syntaxPlace({ name, file }: SubgraphSource, error: GraphQLError): string {
  return `${name} (${file}:${error.locations?.[0]?.line ?? 1})`;
}

export function formatProblem({ code, message, places, hint }: CompositionProblem): string {
  const lines = [`${code}: ${message}`, ...places.map((place) => `  at ${place}`)];
  if (hint !== undefined) lines.push(`  hint: ${hint}`);
  return lines.join('\n');
}

/** Directives of our own that subgraphs share; those that `@composeDirective` did not carry over. */
export function missingDirectives(sdl: string, names: readonly string[]): string[] {
  const present = new Set<string>();
  visit(parse(sdl, { noLocation: true }), {
    [Kind.DIRECTIVE_DEFINITION]: { enter: ({ name }) => void present.add(name.value) },
  });
  return names.filter((name) => !present.has(name));
}

function run(file: string, target: string, isCheck: boolean): boolean {
  try {
    const { sdl, hints } = composeSubgraphs(readSubgraphs(file));
    for (const hint of hints) tell(`hint ${formatProblem(hint)}`);
    if (!isCheck) {
      if (readOptional(target) !== sdl) writeFileSync(target, sdl);
      return true;
    }
    if (readOptional(target) === sdl) return true;
    tell(`${relative(process.cwd(), target)} is out of step: run npm run generate.`);
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
  }
  return false;
}

/** A command's report, for people; the server does not pass here. */
function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

function readOptional(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Calls `changed` after the SDL files came to rest; returns what stops watching. */
export function watchSubgraphs(file: string, changed: () => void): () => void {
  const restMs = 100;
  let timer: NodeJS.Timeout | undefined;
  const later = (): void => {
    clearTimeout(timer);
    timer = setTimeout(changed, restMs);
  };
  const files = [file, ...readSubgraphs(file).map((subgraph) => resolve(subgraph.file))];
  const watchers = files.map((path) => watch(path, later));
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}

if (import.meta.main) {
  const file = resolve('supergraph.yaml');
  const target = resolve('supergraph.graphql');
  const isDone = run(file, target, process.argv.includes('--check'));
  if (process.argv.includes('--watch')) watchSubgraphs(file, () => run(file, target, false));
  else if (!isDone) process.exitCode = 1;
}
