import type { Actor } from '#kernel/access';
import type { Logger } from '#kernel/telemetry';
import { parse } from 'graphql';
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Rights } from './identity.ts';
import { TransportFault, type SubgraphFetch, type Transport } from './transports/transport.ts';

const RIGHTS = 'query Rights($id: ID!) { userRights(id: $id) { territories isDisabled } }';
const CHANGES = 'subscription RightsChanges { userRightsChanged { userId } }';
const RETRY_MS = 500;
/** Said again while it lasts, but not at every try. */
const WARN_EVERY_MS = 60_000;

/** A person's rights, asked from the context that owns them through its graph. */
export interface RightsSource {
  rightsOf(userId: string): Promise<Rights>;
  /** Tells of every change until the signal aborts; goes on after faults. */
  watch(onChange: (userId: string) => void, signal: AbortSignal): Promise<void>;
}

export function createRightsSource(admin: Transport, actor: Actor, log: Logger): RightsSource {
  const request = () => ({ actor, requestId: randomUUID() });
  const ask = admin.compile(fetchOf(RIGHTS, 'Rights', 'query', ['id']));
  return {
    async rightsOf(userId) {
      const { data, errors } = await ask({ id: userId }, request());
      const [error] = errors ?? [];
      if (error !== undefined) {
        const message = 'The rights of a person cannot be read';
        throw error.originalError ?? new TransportFault('SUBGRAPH_UNAVAILABLE', message);
      }
      const rights = data?.['userRights'] as { territories: string[]; isDisabled: boolean } | null;
      // A person nobody registered has no territory; an administrator's role reaches without one.
      return { territories: rights?.territories ?? [], disabled: rights?.isDisabled ?? false };
    },
    async watch(onChange, signal) {
      let warnedAt = -Infinity;
      const changes = fetchOf(CHANGES, 'RightsChanges', 'subscription', []);
      while (!signal.aborted) {
        try {
          for await (const { data } of admin.subscribe(changes, {}, { ...request(), signal })) {
            const change = data?.['userRightsChanged'] as { userId: string } | null | undefined;
            if (change) onChange(change.userId);
          }
        } catch (error) {
          if (signal.aborted || performance.now() - warnedAt < WARN_EVERY_MS) continue;
          warnedAt = performance.now();
          log.warn(
            { err: error },
            'changes of rights are not heard; they count within seconds all the same',
          );
        } finally {
          await wait(RETRY_MS, undefined, { signal }).catch(() => undefined);
        }
      }
    },
  };
}

function fetchOf(
  operation: string,
  operationName: string,
  kind: SubgraphFetch['kind'],
  variableUsages: readonly string[],
): SubgraphFetch {
  const document = parse(operation, { noLocation: true });
  return { subgraph: 'admin', operation, document, operationName, kind, variableUsages };
}
