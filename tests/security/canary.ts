import { randomUUID } from 'node:crypto';
import type { TestDatabase } from '#kernel/testing';

/** A person nobody else is, to be looked for where he has no business. */
export const CANARY = {
  name: 'Kanari Vogel',
  email: 'kanari.4711@pii.test',
  phone: '+49 171 4711 4711',
  note: 'Kanarivermerk 4711',
} as const;

export const CANARY_FIRM = { companyName: 'Gasthaus am Vogelherd', city: 'Ulm' };

/** Everywhere something about him is entered: who does it, the mutation, its input. */
export const CANARY_FLOWS: readonly (readonly [
  login: string,
  field: string,
  inputOf: (leadId: string, version: number) => object,
])[] = [
  [
    'sales-de',
    'leadContactSet',
    (leadId, version) => ({
      leadId,
      version,
      contact: {
        role: 'KUECHENCHEF',
        lastName: CANARY.name,
        phone: CANARY.phone,
        email: `koch.${CANARY.email}`,
      },
    }),
  ],
  [
    'sales-de',
    'leadUpdate',
    (leadId, version) => ({
      leadId,
      version,
      painNotes: CANARY.note,
      internalChampionName: CANARY.name,
    }),
  ],
  ['sales-de', 'activityLog', (leadId) => ({ leadId, kind: 'CALL', note: CANARY.note })],
  [
    'sales-de',
    'messageSend',
    (leadId) => ({
      leadId,
      subject: `An ${CANARY.name}`,
      text: CANARY.note,
      idempotencyKey: randomUUID(),
    }),
  ],
  [
    'sales-de-2',
    'leadOwnershipChallenge',
    () => ({ territory: 'DE', ...CANARY_FIRM, reason: CANARY.note }),
  ],
  [
    'manager-de',
    'leadClockStop',
    (leadId, version) => ({ leadId, version, kind: 'OTHER', reason: CANARY.note }),
  ],
  [
    'admin',
    'userRegister',
    () => ({
      userId: randomUUID(),
      login: 'kanari',
      name: CANARY.name,
      email: `vertrieb.${CANARY.email}`,
      roles: ['sales'],
      territories: ['DE'],
    }),
  ],
  [
    'admin',
    'subjectRestrict',
    (subjectId) => ({ subjectId, reason: `${CANARY.name} ${CANARY.note}` }),
  ],
];

/** As something may come along: as written, without blanks, in a URL, in base64 at any offset. */
export function formsOf(text: string): string[] {
  return [
    text,
    text.replaceAll(' ', ''),
    encodeURIComponent(text),
    text.replaceAll(' ', '+'),
    ...[0, 1, 2].map((offset) =>
      Buffer.from(' '.repeat(offset) + text)
        .toString('base64')
        .slice(offset === 0 ? 0 : 4, -4),
    ),
  ];
}

const FORMS: readonly string[] = Object.values(CANARY).flatMap(formsOf);

/** What of him stands in a text, in whatever letters. */
export function canaryIn(text: string): string[] {
  const lower = text.toLowerCase();
  return FORMS.filter((form) => lower.includes(form.toLowerCase()));
}

/** Tables of every schema with a row that names him, partitions and tables of jobs included. */
export async function tablesWithCanary(db: TestDatabase): Promise<string[]> {
  const tables = await db.admin<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'm') and n.nspname !~ '^pg_|^information_schema$' order by 1`,
  );
  const patterns = FORMS.map((form) => `%${form.replaceAll(/[\\%_]/g, '\\$&')}%`);
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await db.admin(`select from ${name} t where t::text ilike any ($1) limit 1`, [
      patterns,
    ]);
    if (rows.length > 0) found.push(name);
  }
  return found;
}

/** What `pg_stat_statements` keeps of the database; undefined where the server does not load it. */
export async function statementsOf(db: TestDatabase): Promise<string | undefined> {
  const [loaded] = await db.admin<{ names: string }>(
    `select current_setting('shared_preload_libraries') as names`,
  );
  if (loaded?.names.includes('pg_stat_statements') !== true) return undefined;
  await db.admin('create extension if not exists pg_stat_statements');
  const rows = await db.admin<{ query: string }>(
    `select s.query from pg_stat_statements s join pg_database d on d.oid = s.dbid
     where d.datname = current_database()`,
  );
  return rows.map(({ query }) => query).join('\n');
}
