/**
 * Where the time of an operation goes, from the gateway to those who handle what it caused. A span
 * names parts of this system and counts things; nothing that people send or are called stands in one.
 */
import type { Config } from '#kernel/config';
import type { Logger } from './logger.ts';

export interface SpanOptions {
  readonly kind?: 'server' | 'client' | 'producer' | 'consumer';
  readonly attributes?: Attributes | undefined;
}

export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** One step of a trace. */
export interface Span {
  /** W3C trace context; whatever this step causes elsewhere is given it. */
  readonly traceparent: string;
  /** A step within this one. */
  start(name: string, options?: SpanOptions): Span;
  rename(name: string, attributes?: Attributes): void;
  /** The first call counts. A code, or what was thrown, says that it failed; messages stay here. */
  end(failure?: unknown): void;
}

export interface Tracing {
  /** Goes on with the trace that `parent` names; without one, or with one that is none, begins a new one. */
  start(name: string, options?: SpanOptions & { readonly parent?: string | undefined }): Span;
  /** Sends what waits, within three seconds. */
  stop(): Promise<void>;
}

export interface TracingOptions {
  /** Of this process, where the configuration gives no other. */
  readonly service: string;
  readonly log: Logger;
}

/** Undefined without an endpoint; then nothing of the SDK is loaded. */
export async function openTracing(
  config: Config,
  options: TracingOptions,
): Promise<Tracing | undefined> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = config;
  if (endpoint === undefined) return undefined;
  const { createOtlpTracing } = await import('./otlp.ts');
  return createOtlpTracing({
    endpoint,
    headers: config.OTEL_EXPORTER_OTLP_HEADERS,
    share: config.OTEL_TRACES_SAMPLER_ARG,
    service: config.OTEL_SERVICE_NAME ?? options.service,
    log: options.log,
  });
}

/** Ends the span with the work, as it ended. */
export function inSpan<T>(span: Span, work: () => T): T {
  let result: T;
  try {
    result = work();
  } catch (error) {
    span.end(error);
    throw error;
  }
  if (!(result instanceof Promise)) {
    span.end();
    return result;
  }
  return result.then(
    (value: unknown) => {
      span.end();
      return value;
    },
    (error: unknown) => {
      span.end(error);
      throw error;
    },
  ) as T;
}
