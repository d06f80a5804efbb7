import type { Transaction } from '#kernel/database';
import { bindingsOf } from './bindings.ts';
import type { EventCatalog } from './catalog.ts';
import { toRow } from './history.ts';
import { toEntry, type LogRow } from './log.ts';
import type { Keyring } from './personal.ts';
import { isSealed } from './sealed.ts';
import { EVENT_COLUMNS } from './recorded.ts';

/** A fact about a person, his own values in clear, those of other people taken out. */
export interface SubjectFact {
  readonly module: string;
  readonly type: string;
  /** When it happened, canonical timestamp. */
  readonly time: string;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly version: number;
  readonly data: unknown;
}

const PAGE_SIZE = 200;

/**
 * Everything recorded about a person in all modules, hot and archived, for his right of access: facts
 * of the aggregate that is him, with values of his, or naming his id. Runs under the rights of the
 * transaction's actor and reads every fact there is: give the transaction time. Whoever calls it
 * checks the identity of who asks and records that he did.
 */
export async function* exportSubject(
  tx: Transaction,
  catalogs: readonly EventCatalog[],
  subjectId: string,
): AsyncGenerator<SubjectFact> {
  const { archive, keyring } = bindingsOf(tx);
  for (const catalog of catalogs) {
    for await (const facts of archive?.all(tx, catalog.module) ?? []) {
      for (const fact of facts) {
        if (fact.aggregateId !== subjectId && !names(fact.data, subjectId)) continue;
        yield exported(catalog, { ...toRow(fact), position: 0 }, subjectId, keyring);
      }
    }
    let after = 0;
    for (;;) {
      const rows: LogRow[] = await tx.query<LogRow>(
        `select ${EVENT_COLUMNS}, 0 as position from ${catalog.module}.event e
         where e.seq > $1 and (e.aggregate_id::text = $2
           or jsonb_path_exists(e.data, '$.** ? (@ == $sid)', jsonb_build_object('sid', $2::text)))
         order by e.seq limit $3`,
        [after, subjectId, PAGE_SIZE],
      );
      for (const row of rows) yield exported(catalog, row, subjectId, keyring);
      after = rows.at(-1)?.seq ?? after;
      if (rows.length < PAGE_SIZE) break;
    }
  }
}

async function exported(
  catalog: EventCatalog,
  row: LogRow,
  subjectId: string,
  keyring: Keyring | undefined,
): Promise<SubjectFact> {
  const { event } = toEntry(catalog, row);
  return {
    module: catalog.module,
    type: event.type,
    time: event.time,
    aggregateType: event.aggregateType,
    aggregateId: event.aggregateId,
    version: event.version,
    data: await openOwn(event.data, event.id, subjectId, keyring),
  };
}

/** The values of one person in clear; what belongs to anybody else is null. */
async function openOwn(
  value: unknown,
  eventId: string,
  subjectId: string,
  keyring: Keyring | undefined,
): Promise<unknown> {
  if (isSealed(value)) {
    if (value.sid !== subjectId || keyring === undefined) return null;
    return keyring.openValue(value, `${eventId}|${value.path}`);
  }
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) {
    return Promise.all(value.map((each) => openOwn(each, eventId, subjectId, keyring)));
  }
  const fields = Object.entries(value).map(
    async ([field, each]) => [field, await openOwn(each, eventId, subjectId, keyring)] as const,
  );
  return Object.fromEntries(await Promise.all(fields));
}

function names(value: unknown, subjectId: string): boolean {
  if (value === subjectId) return true;
  if (value === null || typeof value !== 'object') return false;
  return Object.values(value).some((each) => names(each, subjectId));
}
