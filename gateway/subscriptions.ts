/**
 * A subscription from the first event to the reason of its end. The next event is fetched only when
 * the last one has left, so a paused reader costs one event of memory and holds nobody else up; the
 * source reads its log on from where it stands.
 */
import type { Actor } from '#kernel/access';
import { GraphQLError } from 'graphql';
import { setTimeout as delay } from 'node:timers/promises';
import type { CursorBinding, Cursors } from './cursor.ts';
import type { Identity } from './identity.ts';
import { createMovingSource, isOverloaded } from './moving-source.ts';
import type { Pipeline, PreparedOperation } from './pipeline.ts';
import type { MaskError } from './plugins/mask-errors.ts';
import { refused, unauthenticated } from './refusals.ts';
import { positionOf, stringifyWith, type OperationResult } from './response.ts';

export interface StreamEvent {
  /** The result as JSON. */
  readonly text: string;
  /** Signed position to resume after; undefined where the source has none. */
  readonly cursor: string | undefined;
}

/** Why a stream ended: by itself, or with a code for the client. */
export type StreamEnd =
  | 'complete'
  | 'UNAUTHENTICATED'
  | 'RIGHTS_CHANGED'
  | 'SUPERGRAPH_CHANGED'
  | 'OVERLOADED'
  | 'SHUTTING_DOWN';

export interface Stream {
  /** The next event, or the reason of the end. */
  next(): Promise<StreamEvent | StreamEnd>;
  /** Ends it from outside; a waiting `next` answers at once. */
  end(reason: StreamEnd): void;
  /** Signed position of the last event, to go on after it elsewhere. */
  cursor(): string | undefined;
}

interface MovableStream extends Stream {
  /** Resolves when its reader has taken the reason of its end. */
  readonly taken: Promise<void>;
  /** Under a new supergraph after the last event, or at its end where that has no answer. */
  move(pipeline: Pipeline): Promise<void>;
}

export interface StreamsOptions {
  readonly identity: Identity;
  readonly cursors: Cursors;
  readonly mask: MaskError;
  readonly now: () => number;
  readonly streamsPerUserMax: number;
  readonly onOpen: () => () => void;
  /** Over which streams are spread when all of them are planned anew. */
  readonly moveJitterMs: number;
  /** For so long the planner may have no room for one of them. */
  readonly movePatienceMs: number;
}

export interface Streams {
  /** @throws GraphQLError for a foreign resume position or too many streams of one user. */
  open(operation: PreparedOperation, resume: string | undefined): Stream;
  /** Resolves once everybody who reads has taken the reason, or after a second. */
  endAll(reason: StreamEnd): Promise<void>;
  /** All of them on a new supergraph, one after the other within the jitter. */
  moveAll(pipeline: Pipeline): void;
}

/** Timers hold no longer delay than this. */
const timerMaxMs = 2_147_483_647;
/** So long readers who are in the middle of something are waited for. */
const GOODBYE_MS = 1_000;

export function createStreams(options: StreamsOptions): Streams {
  const open = new Set<MovableStream>();
  const written = new WeakMap<OperationResult, StreamEvent>();
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
      const stream = createStream({ operation, actor, binding, position, options, written }, () => {
        closed();
        open.delete(stream);
        const left = (perUser.get(actor.userId) ?? 1) - 1;
        if (left === 0) perUser.delete(actor.userId);
        else perUser.set(actor.userId, left);
      });
      open.add(stream);
      return stream;
    },
    async endAll(reason) {
      const taken = [...open].map((stream) => {
        stream.end(reason);
        return stream.taken;
      });
      const late = new AbortController();
      const { signal } = late;
      await Promise.race([
        Promise.all(taken),
        delay(GOODBYE_MS, undefined, { signal }).catch(() => undefined),
      ]);
      late.abort();
    },
    moveAll(pipeline) {
      for (const stream of open) {
        setTimeout(() => void stream.move(pipeline), Math.random() * options.moveJitterMs).unref();
      }
    },
  };
}

interface StreamInput {
  readonly operation: PreparedOperation;
  readonly actor: Actor;
  readonly binding: CursorBinding;
  readonly position: string | undefined;
  readonly options: StreamsOptions;
  /** Results that are shared are written once: those who share are one person with one operation. */
  readonly written: WeakMap<OperationResult, StreamEvent>;
}

function createStream(input: StreamInput, onClosed: () => void): MovableStream {
  const { operation, actor, binding, options, written } = input;
  const { identity, cursors, mask, now } = options;
  const source = createMovingSource(operation, {
    from: input.position,
    patienceMs: options.movePatienceMs,
  });
  let reason: StreamEnd | undefined;
  const taken = Promise.withResolvers<void>();

  const end = (why: StreamEnd): void => {
    if (reason !== undefined) return;
    reason = why;
    clearTimeout(expiry);
    stopListening();
    source.end();
    onClosed();
  };
  const write = (result: OperationResult): StreamEvent => {
    const known = written.get(result);
    if (known !== undefined) return known;
    const { position: _, ...rest } = result.extensions ?? {};
    const position = positionOf(result);
    const cursor = position === undefined ? undefined : cursors.sign(position, binding);
    // The client gets the signed position, never the bare one.
    const extensions = cursor === undefined ? rest : { ...rest, position: cursor };
    const text = stringifyWith(result, {
      errors: result.errors?.map((error) => mask(error, operation.caller.requestId)),
      extensions: Object.keys(extensions).length === 0 ? undefined : extensions,
    });
    const event = { text, cursor };
    // An error names the request that it belongs to.
    if (result.errors === undefined) written.set(result, event);
    return event;
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
    taken: taken.promise,
    cursor() {
      const position = source.position();
      return position === undefined ? undefined : cursors.sign(position, binding);
    },
    move: (pipeline) =>
      source
        .move(pipeline)
        .catch((error) => end(isOverloaded(error) ? 'OVERLOADED' : 'SUPERGRAPH_CHANGED')),
    async next() {
      const event = reason === undefined ? await source.next() : undefined;
      if (event === undefined) end('complete');
      else if (!identity.isCurrent(actor)) await recheck();
      if (reason === undefined && event !== undefined) return write(event);
      taken.resolve();
      return reason ?? 'complete';
    },
  };
}

function sameRights(one: Actor, other: Actor): boolean {
  const textOf = ({ roles, territories, partnerOrgId }: Actor): string =>
    `${roles.join()} ${territories.join()} ${partnerOrgId ?? ''}`;
  return one === other || textOf(one) === textOf(other);
}

/** What a client is told when its stream ends early, and after which position it may go on. */
export function endError(end: StreamEnd, position: string | undefined): GraphQLError | undefined {
  switch (end) {
    case 'complete':
      return undefined;
    case 'UNAUTHENTICATED':
      return unauthenticated();
    case 'RIGHTS_CHANGED':
      return ended(end, 'Ihre Rechte haben sich geändert. Bitte neu verbinden.', position);
    case 'SUPERGRAPH_CHANGED':
      return ended(end, 'Diese Abfrage gibt es nicht mehr. Bitte laden Sie neu.', position);
    case 'OVERLOADED':
      return ended(end, 'Der Dienst ist gerade ausgelastet. Bitte neu verbinden.', position);
    case 'SHUTTING_DOWN':
      return ended(end, 'Der Dienst startet neu. Bitte neu verbinden.', position);
  }
}

function ended(code: StreamEnd, message: string, position: string | undefined): GraphQLError {
  const extensions = position === undefined ? { code } : { code, position };
  return new GraphQLError(message, { extensions });
}
