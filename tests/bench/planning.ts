/**
 * How long a document that nobody asked before holds the event loop: parsed, checked, validated,
 * decided on and planned, nothing executed. `node tests/bench/planning.ts [seed]` fills documents to
 * the limits, the last group by chance, and prints the longest.
 */
import { createActor } from '#kernel/access';
import { GraphQLError, getNamedType, isCompositeType, type GraphQLSchema } from 'graphql';
import { randomUUID } from 'node:crypto';
import { createAuthorization } from '../../gateway/authorization.ts';
import { LIMITS } from '../../gateway/limits.ts';
import { createOperations } from '../../gateway/operations.ts';
import { createPipeline, type Pipeline } from '../../gateway/pipeline.ts';
import { createRateLimiter } from '../../gateway/rates.ts';
import { codeOf } from '../../gateway/refusals.ts';
import { createSupergraph, type CompileInput } from '../../gateway/supergraph.ts';
import { readSupergraph } from '../../gateway/supergraph-file.ts';
import type { Transport } from '../../gateway/transports/transport.ts';
import { randomOf } from '../chaos/backbone/random.ts';
import { generateOperation } from '../federation/generated-operations.ts';

const ROUNDS = 9;
const RANDOM = 200;
const seed = Number(process.argv[2] ?? 4711);
const admin = createActor({ userId: randomUUID(), roles: ['admin'], territories: ['DE'] });

const fail = (): never => {
  throw new Error('Nothing is fetched here');
};
const nowhere: Transport = { compile: () => fail, subscribe: fail };

interface Graph {
  readonly pipeline: Pipeline;
  readonly schema: GraphQLSchema;
  /** Milliseconds of the planner since it was last asked. */
  planned(): number;
}

function graphOf(sdl: string): Graph {
  const names = [...sdl.matchAll(/@join__graph\(name: "([^"]+)"/g)].map(([, name]) => name ?? '');
  const transports = new Map(names.map((name) => [name, nowhere]));
  const real = createSupergraph({ sdl, transports });
  let plannedMs = 0;
  const compile = (input: CompileInput) => {
    const startedAt = performance.now();
    try {
      return real.compile(input);
    } finally {
      plannedMs = performance.now() - startedAt;
    }
  };
  const pipeline = createPipeline({
    supergraph: { ...real, compile },
    limits: LIMITS,
    rates: createRateLimiter(LIMITS, Date.now),
    operations: createOperations({ freeDocuments: true, production: false }),
    authorization: createAuthorization({
      sdl,
      apiSchema: real.apiSchema,
      introspection: false,
      anonymous: false,
      onDisagreement: () => {},
    }),
  });
  return {
    pipeline,
    schema: real.apiSchema,
    planned() {
      const ms = plannedMs;
      plannedMs = 0;
      return ms;
    },
  };
}

interface Figure {
  readonly outcome: string;
  readonly totalMs: number;
  readonly planMs: number;
}

let asked = 0;

/** Under a name of its own each time, so that nothing is known of it. */
function once({ pipeline, planned }: Graph, text: string): Figure {
  const fresh = text.replace(/^query\s*\w*/, `query Q${(asked += 1)}`);
  const startedAt = performance.now();
  let outcome = 'runs';
  try {
    pipeline.inspect(fresh, admin);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    outcome = codeOf(error);
  }
  return { outcome, totalMs: performance.now() - startedAt, planMs: planned() };
}

/** The shortest of all rounds: what the work takes, and not what else the machine does. */
function measure(graph: Graph, text: string): Figure {
  const figures = Array.from({ length: ROUNDS }, () => once(graph, text));
  return figures.reduce((best, each) => (each.totalMs < best.totalMs ? each : best));
}

const times = (count: number, make: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');

function leavesOf(schema: GraphQLSchema, name: string): string {
  const type = schema.getType(name);
  if (type === undefined || !('getFields' in type)) throw new Error(`There is no type ${name}`);
  return Object.values(type.getFields())
    .filter((field) => !isCompositeType(getNamedType(field.type)))
    .map((field) => field.name)
    .join(' ');
}

function documents(schema: GraphQLSchema): [string, string][] {
  const lead = leavesOf(schema, 'Lead');
  const page = (inner: string): string => `(first: 1) { edges { node { ${inner} } } }`;
  const elsewhere = `owner { name } collaborators { user { name } } messages(first: 1) { id }
    activities${page('id createdBy { name }')}`;
  const roots = (inner: string): string =>
    `query { ${times(10, (index) => `a${index}: leads${page(inner)}`)} }`;
  const declared = times(14, (index) => `$v${index}: Boolean!`);
  const conditions = times(28, (index) => `... @include(if: $v${index % 14}) { ${elsewhere} }`);
  const nested = times(12, (index) => {
    const next = index === 11 ? 'id' : `...F${index + 1}`;
    return `fragment F${index} on Lead { ${elsewhere} ... on Node { ... on Lead { ${next} } } }`;
  });
  return [
    ['one object as often as counted', `query { leads${page(times(95, () => 'owner { name }'))} }`],
    ['one object 340 times', `query { leads${page(times(340, () => 'owner { name }'))} }`],
    ['all leaves of a lead, 20 times', `query { leads${page(times(20, () => lead))} }`],
    ['ten pages of leads, one subgraph', roots(lead)],
    ['ten pages of leads, 60 fetches', roots(`${lead} ${elsewhere}`)],
    ['28 conditions before four subgraphs', `query Q(${declared}) { leads${page(conditions)} }`],
    ['twelve fragments in each other', `query { leads${page('...F0')} } ${nested}`],
  ];
}

function longestByChance(graph: Graph): Figure {
  const g = randomOf(seed);
  const texts = Array.from({ length: RANDOM }, () => generateOperation(g, graph.schema));
  const figures = texts.map((text) => measure(graph, text));
  return figures.reduce((worst, each) => (each.totalMs > worst.totalMs ? each : worst));
}

const rowOf = ({ outcome, totalMs, planMs }: Figure): object => ({
  outcome,
  'in all, ms': Number(totalMs.toFixed(1)),
  'planner, ms': Number(planMs.toFixed(1)),
});

const graph = graphOf(readSupergraph());
const all = documents(graph.schema);
// As after a start, when the stored operations have been planned.
for (const [, text] of all) measure(graph, text);
const rows = all.map(([name, text]) => [name, rowOf(measure(graph, text))] as const);
console.table(
  Object.fromEntries([...rows, [`longest of ${RANDOM} by chance`, rowOf(longestByChance(graph))]]),
);
