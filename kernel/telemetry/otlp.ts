/** Spans by OpenTelemetry, sent over OTLP/HTTP. Loaded only where an endpoint is configured. */
import {
  DiagLogLevel,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  diag,
  trace,
  type Context,
  type SpanContext,
  type Span as OtelSpan,
  type Tracer,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from './logger.ts';
import { scrub } from './scrub.ts';
import type { Attributes, Span, SpanOptions, Tracing } from './tracing.ts';

export interface OtlpOptions {
  /** Of the collector; spans go to `/v1/traces` below it. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of traces that are recorded, 0 to 1; a trace is recorded in all processes of one share or in none. */
  readonly share: number;
  readonly service: string;
  readonly log: Logger;
  readonly stopTimeoutMs?: number;
}

const QUEUE_MAX = 2_048;
const BATCH_MAX = 512;
const SEND_EVERY_MS = 2_000;
const SEND_TIMEOUT_MS = 5_000;
const STOP_TIMEOUT_MS = 3_000;
const TEXT_MAX = 200;
const ATTRIBUTES_MAX = 16;
const WARNING_CHARACTERS_MAX = 300;

export function createOtlpTracing(options: OtlpOptions): Tracing {
  const { endpoint, headers, share, service, log } = options;
  const warn = (message: string): void =>
    log.warn({ reason: message.slice(0, WARNING_CHARACTERS_MAX) }, 'spans were not sent');
  diag.setLogger(
    { error: warn, warn, info: () => {}, debug: () => {}, verbose: () => {} },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const ratio = new TraceIdRatioBasedSampler(share);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': service,
      'service.instance.id': randomUUID(),
    }),
    // Whoever calls may keep his trace from being recorded, but not have more recorded than the share.
    sampler: new ParentBasedSampler({ root: ratio, remoteParentSampled: ratio }),
    spanLimits: { attributeCountLimit: ATTRIBUTES_MAX, attributeValueLengthLimit: TEXT_MAX },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({
          url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
          headers: { ...headers },
          timeoutMillis: SEND_TIMEOUT_MS,
        }),
        maxQueueSize: QUEUE_MAX,
        maxExportBatchSize: BATCH_MAX,
        scheduledDelayMillis: SEND_EVERY_MS,
        exportTimeoutMillis: SEND_TIMEOUT_MS,
      }),
    ],
  });
  const tracer = provider.getTracer('freshplan');
  return {
    start: (name, { parent, ...own } = {}) =>
      startSpan(tracer, remoteContext(parent), { name, ...own }),
    async stop() {
      const late = new AbortController();
      const sent = provider.shutdown().catch((error: unknown) => warn(String(error)));
      const inTime = await Promise.race([
        sent.then(() => true),
        delay(options.stopTimeoutMs ?? STOP_TIMEOUT_MS, false, late),
      ]);
      late.abort();
      if (!inTime) warn('the collector did not take them before the end');
    },
  };
}

const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

function remoteContext(traceparent: string | undefined): Context {
  const [, traceId, spanId, flags = ''] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags, 16);
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

function startSpan(
  tracer: Tracer,
  context: Context,
  { name, kind, attributes }: SpanOptions & { readonly name: string },
): Span {
  const span = tracer.startSpan(
    scrub(name),
    {
      kind: kind === undefined ? SpanKind.INTERNAL : KINDS[kind],
      attributes: clean(attributes),
    },
    context,
  );
  return span.isRecording() ? recording(tracer, span) : silent(span);
}

function recording(tracer: Tracer, span: OtelSpan): Span {
  const context = trace.setSpan(ROOT_CONTEXT, span);
  const traceparent = traceparentOf(span.spanContext());
  return {
    traceparent,
    start: (name, options) => startSpan(tracer, context, { name, ...options }),
    rename(name, attributes) {
      if (!span.isRecording()) return;
      span.updateName(scrub(name));
      span.setAttributes(clean(attributes));
    },
    end(failure) {
      if (!span.isRecording()) return;
      if (failure !== undefined) {
        span.setStatus({ code: SpanStatusCode.ERROR });
        span.setAttribute('error.type', codeOf(failure));
      }
      span.end();
    },
  };
}

/** Not recorded, and nothing of what it causes is either. */
function silent(span: OtelSpan): Span {
  const same: Span = {
    traceparent: traceparentOf(span.spanContext()),
    start: () => same,
    rename: () => {},
    end: () => {},
  };
  return same;
}

function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

function clean(attributes: Attributes = {}): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [
      key,
      typeof value === 'string' ? scrub(value) : value,
    ]),
  );
}

const CODE = /^[A-Za-z0-9_.-]{1,64}$/;

/** The stable code, else the kind of error; what it says may name people. */
function codeOf(failure: unknown): string {
  const { code, extensions } = (failure ?? {}) as {
    code?: unknown;
    extensions?: { code?: unknown };
  };
  const named = failure instanceof Error ? failure.name : undefined;
  const told = [failure, extensions?.code, code, named].find((each) => typeof each === 'string');
  return typeof told === 'string' && CODE.test(told) ? told : 'OTHER';
}
