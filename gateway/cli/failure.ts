/** How a command ends; documented in docs/operations.md. */
export const EXIT = {
  done: 0,
  /** Something is not as it should be, or failed. */
  fault: 1,
  /** The call itself cannot work. */
  usage: 2,
  /** The account of `--as` is missing, unknown, disabled or no administrator. */
  denied: 3,
  /** The backbone refused: unknown name, missing reason, nothing there. Nothing was changed. */
  refused: 4,
  /** No database, or it cannot be used. */
  unavailable: 5,
} as const;

/** Ends the command with a sentence, a stable code and an exit code. */
export class CommandFailure extends Error {
  readonly exitCode: number;
  readonly code: string;

  constructor(exitCode: number, code: string, message: string) {
    super(message);
    this.name = 'CommandFailure';
    this.exitCode = exitCode;
    this.code = code;
  }
}
