import { z } from 'zod';

/** `name=value` pairs, values percent-encoded; undefined where one is neither. */
function headersOf(text: string): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  for (const pair of text.split(',').filter((each) => each.trim() !== '')) {
    const [, name, value] = /^\s*([A-Za-z0-9!#$&'*+.^_`|~-]+)\s*=\s*(\S+)\s*$/.exec(pair) ?? [];
    if (name === undefined || value === undefined) return undefined;
    try {
      headers[name] = decodeURIComponent(value);
    } catch {
      return undefined;
    }
  }
  return headers;
}

/** Where spans go. The names are those of OpenTelemetry. */
export const tracingSettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .string()
    .refine(
      (text) => /^https?:$/.test(URL.parse(text)?.protocol ?? ''),
      'is no address of a collector: http://host:4318',
    )
    .optional()
    .describe('collector that takes spans over OTLP/HTTP, http://host:4318; empty = no tracing'),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .default('')
    .refine(
      (text) => headersOf(text) !== undefined,
      'is not name=value, separated by commas, values percent-encoded',
    )
    .transform((text) => headersOf(text) ?? {})
    .describe('what the collector wants to see: name=value, percent-encoded, separated by commas'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number()
    .min(0)
    .max(1)
    .default(1)
    .describe('share of traces that are recorded, 0..1; the same in all processes'),
  OTEL_SERVICE_NAME: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/, 'is 1 to 64 letters, digits, dots or dashes')
    .optional()
    .describe(
      'name of this process in traces; default: freshplan, as a process of its own freshplan-gateway or freshplan-<subgraph>',
    ),
} as const;
