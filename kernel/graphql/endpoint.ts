import type { Context } from '#kernel/events';

/** What came in, read as a whole and not looked at yet. */
export interface EndpointRequest {
  readonly method: string;
  readonly query: URLSearchParams;
  /** By name in lower case; of one sent twice, the first. */
  header(name: string): string | undefined;
  /** As it was sent, for a signature over it. */
  readonly body: Buffer;
}

export interface EndpointAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * A way in beside the graph, for those who cannot ask it: a foreign system's webhook, the page behind
 * a link in a mail. Nobody is signed in; what the request may do follows from its signature alone.
 */
export interface Endpoint {
  /** The whole path, such as `/webhooks/mail`. */
  readonly path: string;
  /** Name of the job under which it acts, `<context>.<what>`. */
  readonly job: string;
  readonly methods: readonly ('GET' | 'POST')[];
  /** Names, in lower case, of the headers it looks at; nobody else's reach it. */
  readonly headers: readonly string[];
  readonly bodyBytesMax: number;
  /** Requests per minute and address. */
  readonly perMinuteMax: number;
  /**
   * The answer, after a check of the signature and before any transaction if that fails. `contextIn`
   * gives the context of the job, in one territory or, to find out which one it is, in all.
   */
  answer(
    request: EndpointRequest,
    contextIn: (territory?: string) => Context,
  ): Promise<EndpointAnswer>;
}
