import type { Actor } from '#kernel/access';
import { parse } from 'graphql';
import type { CountedDenial } from './denials.ts';
import type { Transport } from './transports/transport.ts';

const RECORD = `mutation Denied($input: AccessDenialInput!) {
  accessDenialRecord(input: $input) { userErrors { code } }
}`;

/** Puts denials on record through the graph of the context that keeps the trail. */
export function denialRecorder(
  admin: Transport,
  actor: Actor,
): (denial: CountedDenial) => Promise<void> {
  const run = admin.compile({
    subgraph: 'admin',
    operation: RECORD,
    document: parse(RECORD, { noLocation: true }),
    operationName: 'Denied',
    kind: 'mutation',
    variableUsages: ['input'],
  });
  return async ({ id, actor: denied, operation, requestId, count, firstAt, lastAt }) => {
    const input = {
      userId: denied.userId,
      roles: [...denied.roles],
      clientId: denied.clientId ?? null,
      operation,
      count,
      firstAt: firstAt.toISOString(),
      lastAt: lastAt.toISOString(),
      idempotencyKey: id,
    };
    const { data, errors = [] } = await run({ input }, { actor, requestId });
    const [error] = errors;
    if (error !== undefined) throw new Error(error.message, { cause: error.originalError });
    const answer = data?.['accessDenialRecord'] as { userErrors: { code: string }[] } | undefined;
    const [refusal] = answer?.userErrors ?? [{ code: 'no answer' }];
    if (refusal !== undefined) throw new Error(`A denial was not recorded: ${refusal.code}`);
  };
}
