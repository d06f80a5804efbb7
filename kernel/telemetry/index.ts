export { createLogger, type Logger, type LoggerOptions } from './logger.ts';
export {
  createMetrics,
  type Counter,
  type Gauge,
  type Histogram,
  type Metrics,
} from './metrics.ts';
export { scrub } from './scrub.ts';
export {
  inSpan,
  openTracing,
  type Attributes,
  type Span,
  type SpanOptions,
  type Tracing,
} from './tracing.ts';
