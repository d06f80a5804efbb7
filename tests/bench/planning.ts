/**
 * What a document that nobody asked before costs: parsed, checked, validated, decided on, planned in
 * its thread and compiled, nothing executed; and for how long the event loop is held at a stretch.
 * `node tests/bench/planning.ts [seed]` fills documents to the limits, some by chance, and asks a graph
 * that is dear to plan over.
 */
import { createActor } from '#kernel/access';
import { GraphQLError, getNamedType, isCompositeType, type GraphQLSchema } from 'graphql';
import { randomUUID } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { createAuthorization } from '../../gateway/authorization.ts';
import { LIMITS } from '../../gateway/limits.ts';
import { composeOverlapping, treeOf } from '../../gateway/overlapping-graph.fixture.ts';
import { createOperations } from '../../gateway/operations.ts';
import { createPipeline, type Pipeline } from '../../gateway/pipeline.ts';
import { createRateLimiter } from '../../gateway/rates.ts';
import { codeOf } from '../../gateway/refusals.ts';
import { createSupergraph } from '../../gateway/supergraph.ts';
import { readSupergraph } from '../../gateway/supergraph-file.ts';
import type { Transport } from '../../gateway/transports/transport.ts';
import { randomOf } from '../chaos/backbone/random.ts';
import { generateOperation } from '../federation/generated-operations.ts';

const ROUNDS = 9;
const RANDOM = 200;
const seed = Number(process.argv[2] ?? 4711);
const admin = { roles: ['admin' as const], territories: ['DE'] };

const fail = (): never => {
  throw new Error('Nothing is fetched here');
};
const nowhere: Transport = { compile: () => fail, subscribe: fail };

interface Graph {
  readonly pipeline: Pipeline;
  readonly schema: GraphQLSchema;
  readonly anonymous: boolean;
}

function graphOf(sdl: string, anonymous = false): Graph {
  const names = [...sdl.matchAll(/@join__graph\(name: "([^"]+)"/g)].map(([, name]) => name ?? '');
  const transports = new Map(names.map((name) => [name, nowhere]));
  const supergraph = createSupergraph({ sdl, transports });
  const pipeline = createPipeline({
    supergraph,
    limits: LIMITS,
    rates: createRateLimiter(LIMITS, Date.now),
    operations: createOperations({ freeDocuments: true, production: false }),
    authorization: createAuthorization({
      sdl,
      apiSchema: supergraph.apiSchema,
      introspection: false,
      anonymous,
      onDisagreement: () => {},
    }),
  });
  return { pipeline, schema: supergraph.apiSchema, anonymous };
}

interface Figure {
  readonly outcome: string;
  readonly totalMs: number;
  /** Longest stretch in which the loop took no turn, for whatever reason. */
  readonly heldMs: number;
  /** Of the loop's thread: what it worked, however busy the machine is. */
  readonly cpuMs: number;
}

let asked = 0;

/** As a stranger's: in the time documents have. Under a name of its own, so that nothing is known of it. */
async function once({ pipeline, anonymous }: Graph, text: string): Promise<Figure> {
  const query = text.replace(/^query\s*\w*/, `query Q${(asked += 1)}`);
  const caller = {
    actor: anonymous ? null : createActor({ ...admin, userId: randomUUID() }),
    requestId: 'bench',
    address: `${asked}`,
    abort: new AbortController(),
  };
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  // The first turns are its beginning, not a delay.
  await delay(5);
  const startedAt = performance.now();
  const before = process.threadCpuUsage();
  let outcome = 'runs';
  try {
    await pipeline.prepare({ query }, caller);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    outcome = codeOf(error);
  }
  const totalMs = performance.now() - startedAt;
  const { user, system } = process.threadCpuUsage(before);
  await delay(5);
  delays.disable();
  return { outcome, totalMs, heldMs: delays.max / 1e6, cpuMs: (user + system) / 1e3 };
}

/** The shortest of all rounds: what the work takes, and not what else the machine does. */
async function measure(graph: Graph, text: string, rounds = ROUNDS): Promise<Figure> {
  const figures: Figure[] = [];
  while (figures.length < rounds) figures.push(await once(graph, text));
  return {
    outcome: figures[0]?.outcome ?? '',
    totalMs: Math.min(...figures.map(({ totalMs }) => totalMs)),
    heldMs: Math.min(...figures.map(({ heldMs }) => heldMs)),
    cpuMs: Math.min(...figures.map(({ cpuMs }) => cpuMs)),
  };
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

async function longestByChance(graph: Graph): Promise<Figure> {
  const g = randomOf(seed);
  let worst: Figure | undefined;
  for (let n = 0; n < RANDOM; n += 1) {
    const each = await measure(graph, generateOperation(g, graph.schema), 3);
    if (worst === undefined || each.cpuMs > worst.cpuMs) worst = each;
  }
  return worst ?? fail();
}

const rowOf = ({ outcome, totalMs, heldMs, cpuMs }: Figure): object => ({
  outcome,
  'in all, ms': Number(totalMs.toFixed(1)),
  'loop held, ms': Number(heldMs.toFixed(1)),
  'CPU of the loop, ms': Number(cpuMs.toFixed(1)),
});

const rows: Record<string, object> = {};
const own = graphOf(readSupergraph());
await own.pipeline.supergraph.ready();
const all = documents(own.schema);
for (const [name, text] of all) {
  rows[`${name}, first`] = rowOf(await measure(own, text, 1));
}
for (const [name, text] of all) rows[name] = rowOf(await measure(own, text));
rows[`longest of ${RANDOM} by chance`] = rowOf(await longestByChance(own));
const dear = graphOf(composeOverlapping(), true);
await dear.pipeline.supergraph.ready();
for (const levels of [1, 3, 5]) {
  rows[`many ways, ${levels} levels`] = rowOf(await measure(dear, treeOf(levels), 3));
}
console.table(rows);
await Promise.all([own, dear].map(({ pipeline }) => pipeline.supergraph.close()));
