export interface StreamedEvent {
  event: string;
  id?: string;
  data: { data?: object; errors?: { extensions: { code: string } }[] } | undefined;
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
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const next = async (): Promise<StreamedEvent | undefined> => {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        if (block.startsWith(':')) continue;
        return parse(block);
      }
      const part = await reader?.read();
      if (part === undefined || part.done) return undefined;
      text += part.value;
    }
  };
  return { response, next, stop: () => abort.abort() };
}

function parse(block: string): StreamedEvent {
  const fields = new Map(
    block
      .split('\n')
      .map((line) => [line.split(':', 1)[0], line.slice(line.indexOf(':') + 1).trim()]),
  );
  const id = fields.get('id');
  const data = fields.get('data');
  return {
    event: fields.get('event') ?? '',
    ...(id === undefined ? {} : { id }),
    data: data ? (JSON.parse(data) as NonNullable<StreamedEvent['data']>) : undefined,
  };
}
