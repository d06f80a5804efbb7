/** Every code somebody may meet: what it means, and what to do next. `docs/errors.md` is made of it. */
export interface CodeMeaning {
  readonly means: string;
  readonly next: string;
  /** Comes with a part of an answer or in a stream, never instead of an answer. */
  readonly isOfPart?: true;
}

const says = (means: string, next: string): CodeMeaning => ({ means, next });
const saysOfPart = (means: string, next: string): CodeMeaning => ({ means, next, isOfPart: true });

/** In `errors[].extensions.code`: the request, or a part of it, was not answered. */
export const EDGE_CODES: Readonly<Record<string, CodeMeaning>> = {
  UNAUTHENTICATED: says('no token, or one that does not count', 'sign in anew; no detail is told'),
  FORBIDDEN: says(
    'a scope, role or territory is missing',
    'see [permissions](permissions.md); ask for the right',
  ),
  NOT_FOUND: says(
    'it is not there, or not for the caller',
    'do not tell the two apart, nobody can',
  ),
  BAD_USER_INPUT: says(
    'a value, variable or header is not what the schema or a limit allows',
    'correct it; `field` names it in `userErrors`',
  ),
  GRAPHQL_PARSE_FAILED: says('the document is not GraphQL', 'correct the text'),
  GRAPHQL_VALIDATION_FAILED: says(
    'the document does not fit the schema',
    'correct it; strangers get no suggestions',
  ),
  OPERATION_NOT_PERSISTED: says(
    'this client runs its stored operations alone',
    'send a hash of its manifest',
  ),
  TOKEN_LIMIT: says('the document has too many tokens', 'split it'),
  DEPTH_LIMIT: says('it nests too deep', 'ask in two steps'),
  ALIAS_LIMIT: says('it has too many aliases', 'split it, or use a list'),
  DIRECTIVE_LIMIT: says('it has too many directives', 'leave some out'),
  ROOT_FIELD_LIMIT: says('it has too many fields of the root', 'split it'),
  FRAGMENT_LIMIT: says('it has or uses too many fragments', 'write the fields out'),
  COST_LIMIT: says('it may fetch too many objects', 'ask for smaller pages'),
  PLAN_LIMIT: says('it needs too many fetches', 'ask for less at once'),
  PLANNING_LIMIT: says(
    'planning it takes too much time or memory; it is tried again after a minute at the earliest',
    'ask for less at once, or store the operation',
  ),
  PAYLOAD_TOO_LARGE: says('the body is too large', 'send less'),
  UNSUPPORTED_MEDIA_TYPE: says(
    'the body is not plain JSON',
    'send `application/json`, not compressed',
  ),
  METHOD_NOT_ALLOWED: says('a mutation came by GET', 'POST it'),
  RATE_LIMITED: says('too many requests, or too many open streams', 'wait for `Retry-After`'),
  OVERLOADED: says(
    'too much is under way; a stream that ends with it could not be planned under a new graph',
    'wait for `Retry-After`, then the same request; connect a stream again and resume by position',
  ),
  SUBGRAPH_UNAVAILABLE: says(
    'a part of the system is away',
    'send it again; mutations with the same idempotency key',
  ),
  SUBGRAPH_TIMEOUT: saysOfPart(
    'a part of the system did not answer in time',
    'send it again; mutations with the same idempotency key',
  ),
  SUBGRAPH_ERROR: saysOfPart(
    'a subgraph reported an error without a code',
    'tell its owner the request id',
  ),
  REQUEST_ABORTED: saysOfPart(
    'the client left, or the operation took too long',
    'ask for less at once',
  ),
  INVALID_VALUE: saysOfPart(
    'a subgraph sent a value its type does not allow; the field is null',
    'tell its owner the request id',
  ),
  FEATURE_DISABLED: saysOfPart('this part is switched off', 'ask an administrator'),
  SHUTTING_DOWN: saysOfPart(
    'a stream ends because the process stops',
    'connect again and resume by position',
  ),
  SUPERGRAPH_CHANGED: saysOfPart(
    'a stream does not fit the new graph any more',
    'load the client anew',
  ),
  RIGHTS_CHANGED: saysOfPart(
    'a stream ends because its bearer’s rights changed',
    'subscribe anew with today’s rights',
  ),
  RESUME_GAP: saysOfPart(
    'events were lost to this stream, or its position is older than what is kept',
    'read the state anew, then subscribe without a position',
  ),
  INTERNAL: says(
    'something of ours broke; the log has it under the request id',
    'send it again; if it stays, tell the request id',
  ),
};

/** In `userErrors[].code`: the domain says no, with a sentence for people and often a field. */
export const REFUSAL_CODES: Readonly<Record<string, CodeMeaning>> = {
  ADDRESS_MISSING: says('there is no e-mail address to write to', 'enter one'),
  ALREADY_CUSTOMER: says(
    'a lead of this company was won within twelve months',
    'serve it as a customer',
  ),
  BAD_USER_INPUT: says('a value is not allowed here', 'correct `field`'),
  CLOCK_STOPPED: says('the protection clock stands still', 'let it run first'),
  CONFLICT: says('somebody was faster, or it was done already', 'load anew and decide again'),
  CONSENT_MISSING: says('there is no consent to mails', 'ask for it, record it with its origin'),
  CONTACT_BLOCKED: says('the address bounced or was blocked', 'correct the address'),
  CORRECTION_TOO_LATE: says('an activity is corrected within a day', 'log another one'),
  DUPLICATE_LEAD: says(
    'this company is registered already',
    'work with the lead that is there, or challenge its owner',
  ),
  EVIDENCE_FIXED: says('this activity is evidence of protection', 'log another one'),
  FIRST_CONTACT_REQUIRED: says(
    'leads of fairs and calls need their first contact',
    'send `firstContact`',
  ),
  FORBIDDEN: says('this act is not yours', 'ask the owner or a manager'),
  ILLEGAL_TRANSITION: says(
    'the thing is in no state for this act',
    'load it anew and look at its state',
  ),
  LEAD_QUOTA_EXCEEDED: says('too many leads of this kind in this time', 'wait, or ask a manager'),
  APPROVER_IS_REQUESTER: says(
    'somebody decides about a request of his own',
    'ask another administrator',
  ),
  WEBHOOK_LIMIT: says('a firm, or the house, has as many receivers as it may', 'remove one first'),
  WEBHOOK_URL_REFUSED: says(
    'webhooks go to public https addresses by name alone, on listed ports, without credentials, query and fragment',
    'correct the address; the message says what is wrong',
  ),
  LEGAL_HOLD: says('a legal hold keeps the data', 'release the hold first'),
  JOURNAL_FOREIGN: says(
    'the journal of erasures belongs to another database',
    'put the right one in place',
  ),
  JOURNAL_PRESENT: says('the journal of erasures is there', 'nothing; it is not begun anew'),
  NOT_FOUND: says('it is not there, or not for you', 'check the id'),
  POSITION_AHEAD: says('the stream has not come that far', 'begin earlier'),
  POSITION_INVALID: says('this is no position of the stream', 'use one that was given out'),
  PROCESSING_RESTRICTED: says(
    'processing of this person’s data is restricted (Art. 18 GDPR)',
    'do not use them',
  ),
  REASON_TOO_SHORT: says('a reason has ten characters or more', 'say why'),
  RETENTION: says('the law keeps the data for a while', 'restrict them; erase after the date'),
  SHARDS_INVALID: says(
    'the consumer cannot be split so',
    'choose 1 to 8, of one that declares shards',
  ),
  SIMILAR_LEAD: says('a similar lead is registered', 'look at it, or confirm'),
  SUBJECT_ERASED: says('the data of this person were erased', 'nothing brings them back'),
  UNKNOWN_CONSUMER: says('there is no such consumer', '`freshplan consumers list`'),
  UNKNOWN_MODULE: says('there is no such log', '`freshplan consumers list`'),
  UNKNOWN_PROJECTION: says('there is no such projection', '`freshplan consumers list`'),
  UP_TO_NEEDS_DRY_RUN: says('only a dry run ends in the past', 'add `--dry-run`'),
};

/** What `freshplan` ends with beyond the codes above. */
export const TERMINAL_CODES: Readonly<Record<string, CodeMeaning>> = {
  ARCHIVE_DAMAGED: says(
    'files of the archive are not what was written',
    'put back a copy, `archive verify`',
  ),
  CHAIN_BROKEN: says(
    'the log is not what was sealed',
    'keep everything as it is; the first wrong position is named',
  ),
  CONFIRMATION_NEEDED: says('nobody is there to confirm', 'add `--yes`'),
  ERASURE_NOT_DONE: says(
    'not every consumer has cleared up yet',
    '`gdpr status`, then the consumers it names',
  ),
  FAILED_AGAIN: says('a retried fact failed again', '`dlq show`'),
  FORBIDDEN: says(
    'the account is unknown, disabled or no administrator',
    'name another one by `--as`',
  ),
  MODULE_NEEDED: says('positions belong to one log', 'add `--module`'),
  NOT_CONFIRMED: says('it was not confirmed', 'nothing was changed'),
  NOT_FOUND: says('there is nothing of that name', 'list first'),
  POSITION_INVALID: says('this is no position', 'write it as `module:position`'),
  REBUILD_FAILED: says(
    'a projection could not be filled',
    'the message says where; the old one serves on',
  ),
  UNAUTHENTICATED: says('no account is named', 'add `--as`'),
  UNAVAILABLE: says('there is no database', 'check `DATABASE_URL`'),
  UNHEALTHY: says('a line of the check-up is not in order', 'the lines say which'),
  UNKNOWN_MODULE: says('there is no such log', '`consumers list`'),
};

/** Inside alone: told in logs and lists of operators, masked as `INTERNAL` before anybody else. */
export const INNER_CODES: ReadonlySet<string> = new Set([
  'ARCHIVE_MISMATCH',
  'BRIDGE_FAULT',
  'EVENTS_REBASE_REQUIRED',
  'FACTS_TOO_LARGE',
  'INVALID_EVENT',
  'INVALID_FACT',
  'INVALID_GRAPHQL',
  'LOG_GAP',
  'OUTLET_REFUSAL',
  'SEAL_MISMATCH',
  'TOO_EARLY',
  'UNKNOWN_FACT',
]);

/** How a socket ends. */
export const CLOSE_CODES: readonly (readonly [code: number, means: string, next: string])[] = [
  [1001, 'the process stops', 'connect again and resume by position'],
  [1009, 'a message is too large', 'send less'],
  [4400, 'a message is none of the protocol', 'correct the client'],
  [4401, 'no token, or it has expired', 'sign in anew, then connect'],
  [4406, 'the subprotocol is not `graphql-transport-ws`', 'correct the client'],
  [4408, 'nothing was said after the upgrade', 'send `connection_init`'],
  [4409, 'an id is in use already', 'use another one'],
  [4429, 'too many sockets, subscriptions, messages or second greetings', 'wait, use what is open'],
];
