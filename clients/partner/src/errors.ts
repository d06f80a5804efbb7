/** A fault of the domain, as the endpoint told it. */
export interface UserError {
  /** Stable, for programs. */
  readonly code: string;
  /** Path of the input field at fault; null when no single field is. */
  readonly field?: string | null;
  /** German, for people. */
  readonly message: string;
}

interface Details {
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly isPassing?: boolean | undefined;
  readonly cause?: unknown;
}

/** The request was not answered as asked: refused by the endpoint, or not reached at all. */
export class RequestFailed extends Error {
  /** `UNAUTHENTICATED`, `RATE_LIMITED`, `UNREACHABLE` and so on; stable, for programs. */
  readonly code: string;
  /** Status of the answer; undefined when there was none. */
  readonly status: number | undefined;
  /** Names the request in the operator's log. */
  readonly requestId: string | undefined;
  /** What the endpoint asks to wait for, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The same request may succeed later. */
  readonly isPassing: boolean;

  constructor(code: string, message: string, details: Details = {}) {
    super(message, { cause: details.cause });
    this.name = 'RequestFailed';
    this.code = code;
    this.status = details.status;
    this.requestId = details.requestId;
    this.retryAfterMs = details.retryAfterMs;
    this.isPassing = details.isPassing === true;
  }
}

/** The domain said no; nothing was changed. */
export class Refused extends Error {
  readonly userErrors: readonly UserError[];

  constructor(userErrors: readonly UserError[]) {
    super(userErrors.map(({ code, message }) => `${code}: ${message}`).join('; '));
    this.name = 'Refused';
    this.userErrors = userErrors;
  }

  has(code: string): boolean {
    return this.userErrors.some((each) => each.code === code);
  }
}

/** The payload of a mutation that was accepted. @throws Refused with what the domain objects to */
export function accepted<P extends { readonly userErrors: readonly UserError[] }>(payload: P): P {
  if (payload.userErrors.length > 0) throw new Refused(payload.userErrors);
  return payload;
}
