/**
 * `npm run check:operations`: every stored operation of every client against a candidate
 * supergraph. A manifest is what its client relies on; what breaks here would break there.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { GraphQLError } from 'graphql';
import { createAuthorization } from './authorization.ts';
import { printRows, type Output } from './cli/output.ts';
import { LIMITS } from './limits.ts';
import { createOperations, loadManifest, type Manifest } from './operations.ts';
import { createPipeline, type Inspection, type Pipeline } from './pipeline.ts';
import type { PlanNode, QueryPlan } from './planner.ts';
import { createRateLimiter } from './rates.ts';
import { codeOf } from './refusals.ts';
import { callersOf } from './stored-plans.ts';
import { createSupergraph } from './supergraph.ts';

const ROOT = join(import.meta.dirname, '..');
const HELP = `Checks the stored operations of all clients against a supergraph.

  npm run check:operations
  npm run check:operations -- --supergraph candidate.graphql --json

  --supergraph <file>  composed schema to check against (supergraph.graphql)
  --json               one JSON value instead of a table

Exit codes: 0 all run, 1 at least one does not, 2 the call itself is wrong.
`;

export interface OperationReport {
  readonly client: string;
  readonly operation: string;
  readonly kind?: Inspection['kind'];
  /** Units, with the defaults of its variables. */
  readonly cost?: number;
  /** Subgraphs in the order they are asked; + side by side, › one after the other. */
  readonly plan?: string;
  /** Role → `ok`, `n fields denied` or the code of the refusal. */
  readonly verdicts: Readonly<Record<string, string>>;
  /** Why nobody can run it. */
  readonly fault?: string;
}

/** Reports on each operation of each client; one nobody can run has a fault. */
export async function reportOperations(
  sdl: string,
  manifests: ReadonlyMap<string, Manifest>,
): Promise<OperationReport[]> {
  const operations = createOperations({ manifests, freeDocuments: false, production: true });
  const pipeline = createDryPipeline(sdl, operations);
  try {
    const reports: OperationReport[] = [];
    for (const each of operations.all()) reports.push(await reportOne(pipeline, each));
    return reports;
  } finally {
    await pipeline.supergraph.close();
  }
}

async function reportOne(
  pipeline: Pipeline,
  { client, hash, text }: { client: string; hash: string; text: string },
): Promise<OperationReport> {
  const verdicts: Record<string, string> = {};
  let seen: Inspection | undefined;
  let fault: string | undefined;
  for (const caller of callersOf(client)) {
    const role = caller?.roles[0] ?? 'public';
    try {
      const inspection = await pipeline.inspect(text, caller);
      seen ??= inspection;
      const { deniedFields } = inspection;
      verdicts[role] = deniedFields === 0 ? 'ok' : `${deniedFields} fields denied`;
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      verdicts[role] = codeOf(error);
      fault ??= `${codeOf(error)}: ${error.message}`;
    }
  }
  const named = /\b(?:query|mutation|subscription) (\w+)\s*[({]/.exec(text)?.[1];
  const operation = named ?? hash.slice(0, 12);
  if (seen === undefined) return { client, operation, verdicts, fault: fault ?? 'No caller' };
  const costFault = seen.cost > costMaxOf(client) ? `COST_LIMIT: ${seen.cost} units` : undefined;
  return {
    client,
    operation,
    kind: seen.kind,
    cost: seen.cost,
    plan: describePlan(seen.plan.node),
    verdicts,
    ...(costFault === undefined ? {} : { fault: costFault }),
  };
}

const costMaxOf = (client: string): number =>
  client.startsWith('partner') ? LIMITS.partnerCostMax : LIMITS.costMax;

function createDryPipeline(sdl: string, operations: ReturnType<typeof createOperations>): Pipeline {
  const unreachable = {
    compile: () => () => {
      throw new Error('Nothing is fetched here');
    },
    subscribe: () => {
      throw new Error('Nothing is fetched here');
    },
  };
  const names = [...sdl.matchAll(/@join__graph\(name: "([^"]+)"/g)].map(([, name]) => name ?? '');
  const supergraph = createSupergraph({
    sdl,
    transports: new Map(names.map((name) => [name, unreachable])),
  });
  return createPipeline({
    supergraph,
    operations,
    rates: createRateLimiter(LIMITS, Date.now),
    limits: LIMITS,
    authorization: createAuthorization({
      sdl,
      apiSchema: supergraph.apiSchema,
      introspection: false,
      anonymous: false,
      onDisagreement: () => {},
    }),
  });
}

/** `leads › admin + activities` */
function describePlan(node: QueryPlan['node']): string {
  if (node === undefined) return '–';
  if (node.kind === 'Subscription') {
    const rest = node.rest === undefined ? '' : ` › ${describeNode(node.rest)}`;
    return `${node.primary.serviceName} (live)${rest}`;
  }
  return describeNode(node);
}

function describeNode(node: PlanNode): string {
  switch (node.kind) {
    case 'Fetch':
      return node.serviceName;
    case 'Flatten':
      return describeNode(node.node);
    case 'Sequence':
      return node.nodes.map(describeNode).join(' › ');
    case 'Parallel':
      return `(${node.nodes.map(describeNode).join(' + ')})`;
    case 'Condition': {
      const branches = [node.ifClause, node.elseClause].flatMap((each) =>
        each === undefined ? [] : [describeNode(each)],
      );
      return `[$${node.condition}: ${branches.join(' | ')}]`;
    }
    case 'Defer':
      return 'deferred';
  }
}

/** Manifests as they lie in the tree, by the name of the client's folder. */
export function readManifests(root: string = ROOT): ReadonlyMap<string, Manifest> {
  const clients = join(root, 'clients');
  return new Map(
    readdirSync(clients).flatMap((name) => {
      const file = join(clients, name, 'operations.json');
      return existsSync(file) ? [[name, loadManifest(file)] as const] : [];
    }),
  );
}

/** Prints the report and returns the exit code. */
export async function checkOperations(
  parameters: readonly string[],
  print: Omit<Output, 'isJson'>,
): Promise<number> {
  let options: { supergraph?: string | undefined; json?: boolean; help?: boolean };
  let sdl: string;
  try {
    ({ values: options } = parseArgs({
      args: [...parameters],
      options: {
        supergraph: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }));
    if (options.help === true) {
      print.out(HELP);
      return 0;
    }
    sdl = readFileSync(options.supergraph ?? join(ROOT, 'supergraph.graphql'), 'utf8');
  } catch (error) {
    print.error(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  const reports = await reportOperations(sdl, readManifests());
  const broken = reports.filter(({ fault }) => fault !== undefined);
  if (options.json === true) {
    print.out(`${JSON.stringify(reports)}\n`);
  } else {
    printTable({ ...print, isJson: false }, reports);
    for (const { client, operation, fault } of broken) {
      print.error(`${client}: ${operation} no longer runs. ${fault}\n`);
    }
    print.out(`${reports.length} operations, ${broken.length} broken\n`);
  }
  return broken.length === 0 ? 0 : 1;
}

function printTable(output: Output, reports: readonly OperationReport[]): void {
  const roles = [...new Set(reports.flatMap(({ verdicts }) => Object.keys(verdicts)))];
  const rows = reports.map(({ verdicts, ...rest }) => ({ ...rest, ...verdicts }));
  printRows(output, rows, ['client', 'operation', 'kind', 'cost', 'plan', ...roles]);
}

if (import.meta.main) {
  process.exitCode = await checkOperations(process.argv.slice(2), {
    out: (text) => process.stdout.write(text),
    error: (text) => process.stderr.write(text),
  });
}
