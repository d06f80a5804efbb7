/** The caller may not; says no more than that. */
export class AccessDenied extends Error {
  readonly code: 'FORBIDDEN' | 'UNAUTHENTICATED';

  constructor(code: 'FORBIDDEN' | 'UNAUTHENTICATED' = 'FORBIDDEN') {
    super(
      code === 'FORBIDDEN' ? 'Dafür fehlt Ihnen die Berechtigung.' : 'Bitte melden Sie sich an.',
    );
    this.name = 'AccessDenied';
    this.code = code;
  }
}

/** The domain says no: an expected answer with a stable code and a German message for people. */
export class Refusal extends Error {
  readonly code: string;
  readonly field: string | undefined;

  constructor(code: string, message: string, field?: string) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.field = field;
  }
}

/** What the caller may not read does not exist for him. */
export function notFound(): Refusal {
  return new Refusal('NOT_FOUND', 'Nicht gefunden.');
}
