/** One guard of the backbone taken away, and the tests that must notice. */
export interface Mutation {
  readonly name: string;
  readonly file: string;
  /** Text that stands in the file exactly once, and what stands there instead. */
  readonly replace: readonly (readonly [from: string, to: string])[];
  readonly tests: readonly string[];
  /** Only tests whose name matches; the others of the file take too long. */
  readonly only?: string;
}

const EVENTS = 'kernel/events';
const LOG_HEAD = `${EVENTS}/log-head.ts`;
const TAKING = `${EVENTS}/taking.ts`;
const APPEND = `${EVENTS}/migrations/0019-append.sql`;
const APPEND_RIGHTS = `${EVENTS}/migrations/0016-append.sql`;
const LOG_TABLES = `${EVENTS}/migrations/0001-log.sql`;

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'two batches may follow the same one: no `unique (prev)`',
    file: LOG_TABLES,
    replace: [['prev bigint not null unique,', 'prev bigint not null,']],
    tests: [`${EVENTS}/log-head.db.test.ts`],
  },
  {
    name: 'the log head forgets transactions that were running: no snapshot filter',
    file: TAKING,
    replace: [['e.xid = any ($3::xid8[])', 'e.xid = any ($3::xid8[]) and false']],
    tests: [`${EVENTS}/log-head.db.test.ts`],
  },
  {
    name: 'the log head reads behind the last number instead of behind the snapshot',
    file: TAKING,
    replace: [
      [
        'e.xid >= $2::xid8 order by e.xid',
        `e.xid >= $2::xid8
            and e.seq > coalesce((select max(s) from \${module}.log, unnest(seqs) s), 0) order by e.xid`,
      ],
      ['e.xid = any ($3::xid8[])', 'e.xid = any ($3::xid8[]) and false'],
    ],
    tests: [`${EVENTS}/log-head.db.test.ts`],
  },
  {
    name: 'a new leader goes on where the dead one was: no stride',
    file: LOG_HEAD,
    replace: [['const LEADER_STRIDE = 1_000_000;', 'const LEADER_STRIDE = 1;']],
    tests: [`${EVENTS}/log-head.db.test.ts`],
  },
  {
    name: 'a leader that hangs is not deposed',
    file: LOG_HEAD,
    replace: [["a.state like 'idle%'", "a.state = 'nowhere'"]],
    tests: ['tests/chaos/backbone/processes.test.ts'],
    only: 'F-24',
  },
  {
    name: 'every look reads all above the floor as a bitmap',
    file: TAKING,
    replace: [
      [' order by e.xid)', ')'],
      ['set enable_bitmapscan = off', 'set enable_bitmapscan = on; set enable_indexscan = off'],
    ],
    tests: [`${EVENTS}/sequencing-cost.db.test.ts`],
  },
  {
    name: 'a stale lease may write: no epoch check',
    file: `${EVENTS}/checkpoint.ts`,
    replace: [
      [
        "shard = $4 and lease_epoch = $3 and status = 'ACTIVE'",
        "shard = $4 and $3::bigint > 0 and status = 'ACTIVE'",
      ],
    ],
    tests: [`${EVENTS}/consumer.db.test.ts`],
  },
  {
    name: 'a decision on an old version is recorded: no compare-and-set of the stream',
    file: APPEND,
    replace: [
      [
        'where s.aggregate_id = p_id and (p_expected is null or s.version = p_expected)',
        'where s.aggregate_id = p_id',
      ],
    ],
    tests: [`${EVENTS}/store.db.test.ts`],
  },
  {
    name: 'a key used at the same moment is not claimed',
    file: APPEND,
    replace: [["raise exception 'this key is in use' using errcode = 'FP208';", 'null;']],
    tests: [`${EVENTS}/store.db.test.ts`],
  },
  {
    name: 'an effect outside is not claimed before it is made',
    file: `${EVENTS}/effects.ts`,
    replace: [["where i.state = 'CLAIMED' and (", 'where true or (']],
    tests: [`${EVENTS}/consumer.db.test.ts`],
  },
  {
    name: 'an effect is written apart from its checkpoint',
    file: `${EVENTS}/consumer.ts`,
    replace: [
      [
        'one: (entry) => handle(entry, tx),',
        'one: (entry) => workers.transaction(actor, (own) => handle(entry, own)),',
      ],
      [
        '((some) => handleMany(some, tx))',
        '((some) => workers.transaction(actor, (own) => handleMany(some, own)))',
      ],
    ],
    tests: [`${EVENTS}/consumer.db.test.ts`],
    only: 'I5',
  },
  {
    name: 'a parked aggregate is handled on',
    file: `${EVENTS}/consumer.ts`,
    replace: [['parked.has(event.aggregateId),', 'parked.has("nobody"),']],
    tests: [`${EVENTS}/consumer.db.test.ts`],
  },
  {
    name: 'a parked aggregate is handled on, where facts go one by one',
    file: `${EVENTS}/checkpoint.ts`,
    replace: [['if (parked.size === 0) return true;', 'if (parked.size >= 0) return true;']],
    tests: [`${EVENTS}/consumer.db.test.ts`],
  },
  {
    name: 'a try is not counted before it is made',
    file: `${EVENTS}/checkpoint.ts`,
    replace: [['return row?.attempts ?? 1;', 'return 1;']],
    tests: ['tests/backbone/crash.test.ts'],
    only: 'kills whoever handles it',
  },
  {
    name: 'what may end the process is tried beside others',
    file: `${EVENTS}/consumer.ts`,
    replace: [['isDeadly ? alone(one) : beside(one)', 'beside(one)']],
    tests: [`${EVENTS}/deaths.db.test.ts`],
  },
  {
    name: 'one death is enough to take facts one by one',
    file: `${EVENTS}/leases.ts`,
    replace: [['deaths > 1', 'deaths > 0']],
    tests: [`${EVENTS}/deaths.db.test.ts`],
  },
  {
    name: 'what is switched off is dropped instead of paused',
    file: `${EVENTS}/consumer.ts`,
    replace: [
      [
        'await countPaused();\n',
        'await countPaused();\n          if (lease !== undefined) lease.position = Math.max(lease.position, pausedUpTo);\n',
      ],
    ],
    tests: [`${EVENTS}/consumer.db.test.ts`],
  },
  {
    name: 'nobody looks when notifications are lost: no poll',
    file: `${EVENTS}/postgres-log.ts`,
    replace: [['if (polling) return;', 'if (!polling) return;']],
    tests: [`${EVENTS}/reader.db.test.ts`],
  },
  {
    name: 'a half-open connection is believed: no heartbeat',
    file: `${EVENTS}/listening.ts`,
    replace: [['if (!beatSeen) {', 'if (beatSeen === undefined) {']],
    tests: ['tests/chaos/backbone/database.test.ts'],
    only: 'F-08',
  },
  {
    name: 'row-level security is not forced upon the owner',
    file: 'kernel/database/migrations/0001-protect.sql',
    replace: [["execute format('alter table %s force row level security', target);", '']],
    tests: [`${EVENTS}/row-security.db.test.ts`],
  },
  {
    name: 'facts may be changed: no trigger',
    file: LOG_TABLES,
    replace: [
      [
        'create trigger append_only before update or delete on :schema.event',
        'create trigger append_only before update on :schema.event',
      ],
    ],
    tests: [`${EVENTS}/row-security.db.test.ts`],
  },
  {
    name: 'facts may be written past append',
    file: APPEND_RIGHTS,
    replace: [
      ['revoke insert on :schema.stream, :schema.event, :schema.event_key from freshplan_app;', ''],
    ],
    tests: [`${EVENTS}/row-security.db.test.ts`],
  },
  {
    name: 'the chain is computed and not compared with its seals',
    file: `${EVENTS}/verify-chain.ts`,
    replace: [
      [
        "if (!hash.subarray(0, MARK_BYTES).equals(mark)) return { position, reason: 'altered' };",
        '',
      ],
      ['return hash.equals(seal.hash) && seal.n', 'return seal.n'],
    ],
    tests: [`${EVENTS}/chain.db.test.ts`],
  },
  {
    name: 'ciphertext is not bound to its place: no additional data',
    file: `${EVENTS}/cipher.ts`,
    replace: [
      [
        '.setAAD(Buffer.from(bound));\n  return Buffer.concat([cipher.update',
        ';\n  return Buffer.concat([cipher.update',
      ],
      ['.setAAD(Buffer.from(bound));\n  decipher', ';\n  decipher'],
    ],
    tests: [`${EVENTS}/personal.db.test.ts`],
  },
];
