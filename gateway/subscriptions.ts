/**
 * A subscription from the first event to the reason of its end. The next event is fetched only when
 * the last one has left, so a paused reader costs one event of memory and holds nobody else up; the
 * source reads its log on from where it stands.
 */
import type { Actor } from '#kernel/access';
import type { GraphQLError } from 'graphql';
import type { CursorBinding, Cursors } from './cursor.ts';
import type { Identity } from './identity.ts';
import type { PreparedOperation } from './pipeline.ts';
import { maskResult, type MaskError } from './plugins/mask-errors.ts';
import { refused, unauthenticated } from './refusals.ts';
import type { OperationResult } from './response.ts';

export interface StreamEvent {
  readonly result: OperationResult;
  /** Signed position to resume after; undefined where the source has none. */
  readonly cursor: string | undefined;
}

/** Why a stream ended: by itself, or with a code for the client. */
export type StreamEnd = 'complete' | 'UNAUTHENTICATED' | 'RIGHTS_CHANGED' | 'SHUTTING_DOWN';

export interface Stream {
  /** The next event, or the reason of the end. */
  next(): Promise<StreamEvent | StreamEnd>;
  /** Ends it from outside; a waiting `next` answers at once. */
  end(reason: StreamEnd): void;
}

export interface StreamsOptions {
  readonly identity: Identity;
  readonly cursors: Cursors;
  readonly mask: MaskError;
  readonly now: () => number;
  readonly streamsPerUserMax: number;
  readonly onOpen: () => () => void;
}

export interface Streams {
  /** @throws GraphQLError for a foreign resume position or too many streams of one user. */
  open(operation: PreparedOperation, resume: string | undefined): Stream;
  endAll(reason: StreamEnd): void;
}

/** Timers hold no longer delay than this. */
const timerMaxMs = 2_147_483_647;

export function createStreams(options: StreamsOptions): Streams {
  const open = new Set<Stream>();
  const perUser = new Map<string, number>();
  return {
    open(operation, resume) {
      const { actor } = operation.caller;
      if (actor === null) throw unauthenticated();
      const count = perUser.get(actor.userId) ?? 0;
      if (count >= options.streamsPerUserMax) {
        throw refused('RATE_LIMITED', 'Zu viele offene Verbindungen.', { retryAfterSeconds: 5 });
      }
      const binding = { userId: actor.userId, fingerprint: operation.fingerprint() };
      const position = resume === undefined ? undefined : options.cursors.open(resume, binding);
      perUser.set(actor.userId, count + 1);
      const closed = options.onOpen();
      const stream = createStream({ operation, actor, binding, position, options }, () => {
        closed();
        open.delete(stream);
        const left = (perUser.get(actor.userId) ?? 1) - 1;
        if (left === 0) perUser.delete(actor.userId);
        else perUser.set(actor.userId, left);
      });
      open.add(stream);
      return stream;
    },
    endAll(reason) {
      for (const stream of open) stream.end(reason);
    },
  };
}

interface StreamInput {
  readonly operation: PreparedOperation;
  readonly actor: Actor;
  readonly binding: CursorBinding;
  readonly position: string | undefined;
  readonly options: StreamsOptions;
}

function createStream(input: StreamInput, onClosed: () => void): Stream {
  const { operation, actor, binding, position, options } = input;
  const { identity, cursors, mask, now } = options;
  const source = operation.subscribe(position);
  const ended = Promise.withResolvers<StreamEnd>();
  let reason: StreamEnd | undefined;

  const end = (why: StreamEnd): void => {
    if (reason !== undefined) return;
    reason = why;
    clearTimeout(expiry);
    stopListening();
    operation.caller.abort.abort();
    void source.return?.();
    ended.resolve(why);
    onClosed();
  };
  /** The rights of now against those the stream was opened with. */
  const recheck = async (): Promise<void> => {
    const current = await identity.current(actor).catch(() => null);
    if (current === null) end('UNAUTHENTICATED');
    else if (!sameRights(current, actor)) end('RIGHTS_CHANGED');
  };
  const stopListening = identity.onChange((userId) => {
    if (userId === actor.userId) void recheck();
  });
  const leftMs = Math.min((actor.expiresAt ?? Infinity) - now(), timerMaxMs);
  const expiry = setTimeout(() => end('UNAUTHENTICATED'), Math.max(0, leftMs));
  expiry.unref();

  return {
    end,
    async next() {
      if (reason !== undefined) return reason;
      const event = await Promise.race([source.next(), ended.promise]);
      if (typeof event === 'string') return event;
      if (event.done === true) {
        end('complete');
        return ended.promise;
      }
      await recheck();
      if (reason !== undefined) return reason;
      const place = event.value.extensions?.['position'];
      const cursor = isPosition(place) ? cursors.sign(String(place), binding) : undefined;
      const result = withPosition(event.value, cursor);
      return { result: maskResult(result, mask, operation.caller.requestId), cursor };
    },
  };
}

function sameRights(one: Actor, other: Actor): boolean {
  const textOf = ({ roles, territories, partnerOrgId }: Actor): string =>
    `${roles.join()} ${territories.join()} ${partnerOrgId ?? ''}`;
  return one === other || textOf(one) === textOf(other);
}

function isPosition(value: unknown): value is string | number | bigint {
  return ['string', 'number', 'bigint'].includes(typeof value);
}

/** The client gets the signed position, never the bare one. */
function withPosition(result: OperationResult, cursor: string | undefined): OperationResult {
  if (result.extensions?.['position'] === undefined) return result;
  const { position: _, ...rest } = result.extensions;
  const extensions = cursor === undefined ? rest : { ...rest, position: cursor };
  return {
    get data() {
      return result.data ?? null;
    },
    ...(result.errors === undefined ? {} : { errors: result.errors }),
    extensions,
    stringify: (given) => result.stringify({ ...given, extensions }),
  };
}

/** What a client is told when its stream ends early. */
export function endError(end: StreamEnd): GraphQLError | undefined {
  switch (end) {
    case 'complete':
      return undefined;
    case 'UNAUTHENTICATED':
      return unauthenticated();
    case 'RIGHTS_CHANGED':
      return refused('RIGHTS_CHANGED', 'Ihre Rechte haben sich geändert. Bitte neu verbinden.');
    case 'SHUTTING_DOWN':
      return refused('SHUTTING_DOWN', 'Der Dienst startet neu. Bitte neu verbinden.');
  }
}
