/** Server-sent events in the distinct connections mode of GraphQL over SSE: one operation each. */
import type { ServerResponse } from 'node:http';
import { endOperation, type EdgeContext } from './edge.ts';
import type { PreparedOperation } from './pipeline.ts';
import { maskResult, refusalOf } from './plugins/mask-errors.ts';
import { endError, type Stream } from './subscriptions.ts';

export interface EventStreamInput {
  readonly response: ServerResponse;
  readonly operation: PreparedOperation;
  /** What a browser's own reconnect sends. */
  readonly lastEventId: string | undefined;
}

export async function writeEventStream(
  context: EdgeContext,
  { response, operation, lastEventId }: EventStreamInput,
): Promise<void> {
  if (operation.kind !== 'subscription') {
    const { mask } = context;
    const result = maskResult(await operation.execute(), mask, operation.caller.requestId);
    endOperation(operation.caller, result);
    begin(response);
    await send(response, result.stringify(result), undefined);
    return finish(response);
  }
  const stream = context.streams.open(operation, lastEventId ?? operation.params.resume);
  response.on('close', () => stream.end('complete'));
  begin(response);
  // One write at a time: a ping between the parts of an event would break it.
  const heartbeat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(':\n\n');
  }, context.limits.heartbeatMs);
  try {
    await forward(context, response, stream, operation.caller.requestId);
  } finally {
    clearInterval(heartbeat);
    finish(response);
  }
}

async function forward(
  context: EdgeContext,
  response: ServerResponse,
  stream: Stream,
  requestId: string,
): Promise<void> {
  try {
    for (;;) {
      const event = await stream.next();
      if (typeof event !== 'string') {
        await send(response, event.text, event.cursor);
        continue;
      }
      const error = endError(event, stream.cursor());
      if (error !== undefined) {
        await send(response, textOf(context, error, requestId), undefined);
      }
      return;
    }
  } catch (error) {
    stream.end('complete');
    await send(response, textOf(context, error, requestId), undefined);
  }
}

function textOf(context: EdgeContext, error: unknown, requestId: string): string {
  const refusal = refusalOf([context.mask(error, requestId)]);
  return refusal.stringify(refusal);
}

function begin(response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'x-accel-buffering': 'no',
  });
  response.write(':\n\n');
}

/** Resolves when the client's side has room again. */
function send(
  response: ServerResponse,
  text: string,
  cursor: string | undefined,
): Promise<void> | undefined {
  if (response.destroyed) return undefined;
  const id = cursor === undefined ? '' : `id: ${cursor}\n`;
  const hasRoom = response.write(`event: next\n${id}data: ${text}\n\n`);
  if (hasRoom) return undefined;
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}

function finish(response: ServerResponse): void {
  if (!response.destroyed) response.end('event: complete\ndata:\n\n');
}
