import pino from 'pino';
import { scrub } from './scrub.ts';

export type Logger = pino.Logger;

export interface LoggerOptions {
  level: string;
  /** Where finished, scrubbed lines go; standard error by default, so that output stays for people. */
  write?: (line: string) => void;
}

/** JSON lines. Every line passes the scrubber after it is complete, whatever the caller put in. */
export function createLogger(options: LoggerOptions): Logger {
  const write = options.write ?? ((line: string) => void process.stderr.write(line));
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describeError },
    },
    { write: (line: string) => write(scrub(line)) },
  );
}

/** Of an error only what helps: drivers hang connections, keys and statements on theirs. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  const { code } = error as { code?: unknown };
  return {
    type: name,
    message,
    stack,
    ...(typeof code === 'string' ? { code } : {}),
    ...(cause instanceof Error ? { cause: cause.message } : {}),
  };
}
