import { createActor, systemActor, type Actor } from '#kernel/access';
import { loadConfig, type Config } from '#kernel/config';
import type { RoleUrls } from '#kernel/database';
import { createLogger, createMetrics } from '#kernel/telemetry';
import { createSubgraphs } from '#subgraphs';
import { parse } from 'graphql';
import { randomUUID } from 'node:crypto';
import { attachDatabase } from '../provision.ts';
import { createRuntime, type Runtime } from '../runtime.ts';
import { CommandFailure, EXIT } from './failure.ts';

/**
 * The contexts on the database, without log heads and consumers of their own. What a command does
 * goes through the same resolvers as over the network: same rights, same audit, same codes.
 */
export interface Session {
  readonly config: Config;
  readonly urls: RoleUrls;
  readonly runtime: Runtime;
  /** One operation of the admin context, as the account. @throws CommandFailure */
  ask<Data>(actor: Actor, operation: string, variables?: Record<string, unknown>): Promise<Data>;
  /** The administrator of that login or id. @throws CommandFailure */
  account(loginOrId: string | undefined): Promise<Actor>;
  close(): Promise<void>;
}

export async function openSession(config: Config = loadConfig()): Promise<Session> {
  const provision = await attachDatabase(config).catch(unavailable);
  const subgraphs = createSubgraphs({ config });
  const runtime = await createRuntime({
    config,
    urls: provision.urls,
    subgraphs,
    clock: { now: () => new Date() },
    log: createLogger({ level: 'silent' }),
    metrics: createMetrics(),
  }).catch(async (error: unknown) => {
    await provision.release();
    return unavailable(error);
  });
  return {
    config,
    urls: provision.urls,
    runtime,
    ask: (actor, operation, variables) => ask(runtime, actor, operation, variables),
    account: (loginOrId) => accountOf(runtime, loginOrId),
    async close() {
      await runtime.close();
      await provision.release();
    },
  };
}

function unavailable(error: unknown): never {
  const message = error instanceof Error ? error.message : String(error);
  throw new CommandFailure(EXIT.unavailable, 'UNAVAILABLE', message);
}

async function ask<Data>(
  { transports }: Runtime,
  actor: Actor,
  operation: string,
  variables: Record<string, unknown> = {},
): Promise<Data> {
  const admin = transports.get('admin');
  if (admin === undefined) throw new Error('No subgraph named admin runs here');
  const document = parse(operation, { noLocation: true });
  const kind = operation.trimStart().startsWith('mutation') ? 'mutation' : 'query';
  const run = admin.compile({
    subgraph: 'admin',
    operation,
    document,
    operationName: undefined,
    kind,
    variableUsages: Object.keys(variables),
  });
  const { data, errors = [] } = await run(variables, { actor, requestId: randomUUID() });
  const [error] = errors;
  if (error !== undefined) {
    const code = error.extensions?.['code'];
    if (typeof code !== 'string') throw error.originalError ?? new Error(error.message);
    const exitCode = code === 'FORBIDDEN' ? EXIT.denied : EXIT.refused;
    throw new CommandFailure(exitCode, code, error.message);
  }
  for (const answer of Object.values(data ?? {})) refuseUserErrors(answer);
  return data as Data;
}

function refuseUserErrors(answer: unknown): void {
  const { userErrors = [] } = (answer ?? {}) as {
    userErrors?: { code: string; message: string }[];
  };
  const [first] = userErrors;
  if (first !== undefined) throw new CommandFailure(EXIT.refused, first.code, first.message);
}

interface Account {
  id: string;
  roles: string[];
  is_disabled: boolean;
}

async function accountOf({ database }: Runtime, loginOrId: string | undefined): Promise<Actor> {
  if (loginOrId === undefined) {
    throw new CommandFailure(EXIT.denied, 'UNAUTHENTICATED', 'Name your account with --as <login>');
  }
  const [account] = await database.transaction(systemActor('freshplan', []), (tx) =>
    tx.query<Account>(
      'select id, roles, is_disabled from admin.app_user where login = $1 or id::text = $1',
      [loginOrId],
    ),
  );
  if (account === undefined || account.is_disabled || !account.roles.includes('admin')) {
    const message = `${loginOrId} is no administrator of this system`;
    throw new CommandFailure(EXIT.denied, 'FORBIDDEN', message);
  }
  return createActor({
    userId: account.id,
    roles: account.roles,
    territories: [],
    clientId: 'freshplan',
  });
}
