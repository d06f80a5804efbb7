export interface SseEvent {
  event: string;
  id: string | undefined;
  data: string;
}

export interface StreamedEvent {
  event: string;
  id?: string;
  data:
    | { data?: object; errors?: { extensions: { code: string; requestId?: string } }[] }
    | undefined;
}

export interface EventStream {
  readonly response: Response;
  /** Undefined behind the last one. */
  next(): Promise<StreamedEvent | undefined>;
  stop(): void;
}

export interface Listening {
  readonly token: string;
  readonly body: object;
  readonly headers?: Record<string, string> | undefined;
}

/** Asks a gateway for server-sent events, and reads them one by one. */
export async function listenTo(
  gatewayUrl: string,
  { token, body, headers }: Listening,
): Promise<EventStream> {
  const abort = new AbortController();
  const response = await fetch(`${gatewayUrl}/graphql`, {
    method: 'POST',
    signal: abort.signal,
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      ...headers,
    },
    body: JSON.stringify(body),
  });
  const events = response.body === null ? undefined : sseEvents(response.body);
  const next = async (): Promise<StreamedEvent | undefined> => {
    const { event, id, data } = (await events?.next())?.value ?? {};
    if (event === undefined) return undefined;
    return {
      event,
      ...(id === undefined ? {} : { id }),
      data: data ? (JSON.parse(data) as NonNullable<StreamedEvent['data']>) : undefined,
    };
  };
  return { response, next, stop: () => abort.abort() };
}

/** The events of an answer as they arrive. */
export async function* sseEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<SseEvent> {
  let buffer = '';
  for await (const chunk of body.pipeThrough(
    new TextDecoderStream() as never,
  ) as AsyncIterable<string>) {
    buffer += chunk;
    const blocks = buffer.split('\n\n');
    buffer = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string): string | undefined =>
        block
          .split('\n')
          .find((line) => line.startsWith(`${name}:`))
          ?.slice(name.length + 1)
          .trim();
      const event = field('event');
      if (event !== undefined) yield { event, id: field('id'), data: field('data') ?? '' };
    }
  }
}
