import { createHash } from 'node:crypto';
import type { Transaction } from '#kernel/database';
import type { EventCatalog } from './catalog.ts';
import { typesBySource } from './consumers.ts';
import { schemaOf } from './leases.ts';
import type { Projection } from './projection.ts';

/** Projections whose tables cannot be filled one without the other. */
export interface Group {
  /** First of its members by name. */
  readonly name: string;
  readonly schema: string;
  readonly members: readonly Projection[];
  readonly tables: readonly string[];
  readonly leftAlone: readonly string[];
}

/** A projection and one log it listens to. */
export interface Leg {
  /** `<projection>@<source>` */
  readonly key: string;
  readonly projection: Projection;
  readonly catalog: EventCatalog;
  readonly types: readonly string[];
}

/** What a rebuild under way knows of itself. */
export interface Generation {
  readonly epoch: number;
  readonly positions: Readonly<Record<string, number>>;
  /** Facts applied by those who worked on it before. */
  readonly events: number;
}

/** An end before the present: for copies that are looked at and thrown away. */
export interface UpTo {
  /** Facts with a later event time are left out. */
  readonly time?: string | undefined;
  /** Module → last position of its log that counts. */
  readonly positions?: Readonly<Record<string, number>> | undefined;
}

/** Another process fills these tables at this moment. */
export class RebuildBusy extends Error {
  constructor(name: string) {
    super(`${name} is being filled at this moment`);
    this.name = 'RebuildBusy';
  }
}

export const GENERATION_LEASE_MS = 10_000;

/** The projection with all that keep rows of its, or whose rows it keeps. */
export function groupOf(projection: Projection, siblings: readonly Projection[]): Group {
  const members = new Set([projection]);
  for (const member of members) {
    for (const other of siblings) if (areTied(member, other)) members.add(other);
  }
  const sorted = [...members].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const tables = sorted.flatMap((member) => member.tables);
  const handedDown = sorted.flatMap((member) => member.handsDown ?? []);
  return {
    name: sorted[0]?.name ?? projection.name,
    schema: schemaOf(projection.name),
    members: sorted,
    tables,
    leftAlone: handedDown.filter((table) => !tables.includes(table)),
  };
}

function areTied(a: Projection, b: Projection): boolean {
  const touches = (from: Projection, to: Projection): boolean =>
    (from.handsDown ?? []).some((table) => to.tables.includes(table));
  return touches(a, b) || touches(b, a);
}

/** Followers first: what is written with the append builds upon what they know. */
export function legsOf(
  { members }: Group,
  catalogs: ReadonlyMap<string, EventCatalog>,
): readonly Leg[] {
  return members
    .flatMap((projection) =>
      [...typesBySource(projection.on, catalogs)].map(([source, types]): Leg => {
        const catalog = catalogs.get(source);
        if (catalog === undefined) throw new TypeError(`The backbone knows no module ${source}`);
        return { key: `${projection.name}@${source}`, projection, catalog, types };
      }),
    )
    .toSorted(
      (a, b) => Number(a.projection.inline === true) - Number(b.projection.inline === true),
    );
}

/**
 * Takes up a rebuild: where another process left it, or from the beginning.
 *
 * @throws RebuildBusy
 */
export async function beginGeneration(
  tx: Transaction,
  group: Group,
  fingerprint: string,
): Promise<Generation> {
  const { schema, name } = group;
  const members = group.members.map((member) => member.name);
  const [row] = await tx.query<Generation & { fingerprint: string }>(
    `insert into ${schema}.generation as g (name, members, fingerprint, lease_until)
       values ($1, $2, $3, clock_timestamp() + $4 * interval '1 millisecond')
     on conflict (name) do update set epoch = g.epoch + 1, lease_until = excluded.lease_until
       where g.lease_until < clock_timestamp()
     returning epoch, positions, events, fingerprint`,
    [name, members, fingerprint, GENERATION_LEASE_MS],
  );
  if (row === undefined) throw new RebuildBusy(name);
  const { epoch, positions, events } = row;
  if (row.fingerprint !== fingerprint) {
    await tx.query(`select ${schema}.drop_generation($1)`, [members]);
  }
  const [made] = await tx.query<{ is_new: boolean }>(
    `select ${schema}.create_generation($1) as is_new`,
    [members],
  );
  const isFit =
    row.fingerprint === fingerprint && (made?.is_new === false || group.tables.length === 0);
  if (isFit) return { epoch, positions, events };
  await tx.query(
    `update ${schema}.generation set fingerprint = $2, members = $3, positions = '{}', events = 0
     where name = $1`,
    [name, fingerprint, members],
  );
  return { epoch, positions: {}, events: 0 };
}

/** Writes down how far it is. @throws RebuildBusy when another process has taken it up */
export async function moveGeneration(
  tx: Transaction,
  { schema, name }: Group,
  epoch: number,
  { key, position, events }: { key: string; position: number; events: number },
): Promise<void> {
  const moved = await tx.query(
    {
      name: `generation-${schema}`,
      text: `update ${schema}.generation
        set positions = positions || jsonb_build_object($3::text, $4::bigint), events = events + $5,
          lease_until = clock_timestamp() + $6 * interval '1 millisecond'
        where name = $1 and epoch = $2 returning epoch`,
    },
    [name, epoch, key, position, events, GENERATION_LEASE_MS],
  );
  if (moved.length === 0) throw new RebuildBusy(name);
}

/** Keeps it ours for the transaction. @throws RebuildBusy */
export async function lockGeneration(
  tx: Transaction,
  { schema, name }: Group,
  epoch: number,
): Promise<void> {
  const mine = await tx.query(
    `select from ${schema}.generation where name = $1 and epoch = $2 for update`,
    [name, epoch],
  );
  if (mine.length === 0) throw new RebuildBusy(name);
}

/** Ends a rebuild, with the rows it had filled. False when another process works on it. */
export async function dropGeneration(
  tx: Transaction,
  { schema, name, members }: Group,
  epoch?: number,
): Promise<boolean> {
  const gone = await tx.query(
    `delete from ${schema}.generation where name = $1
       and (epoch = $2 or $2::bigint is null and lease_until < clock_timestamp()) returning name`,
    [name, epoch ?? null],
  );
  if (gone.length === 0) return false;
  await tx.query(`select ${schema}.drop_generation($1)`, [members.map((member) => member.name)]);
  return true;
}

/** Leaves the rows for whoever goes on. */
export async function releaseGeneration(
  tx: Transaction,
  { schema, name }: Group,
  epoch: number,
): Promise<void> {
  await tx.query(
    `update ${schema}.generation set lease_until = clock_timestamp() - interval '1 millisecond'
     where name = $1 and epoch = $2`,
    [name, epoch],
  );
}

/** Stands for the code and the bounds of a rebuild: rows of two different ones are never mixed. */
export function fingerprintOf(
  group: Group,
  legs: readonly Leg[],
  bounds: { upTo: UpTo | undefined; isDryRun: boolean },
): string {
  const handlers = group.members.map(({ name, tables, on }) => [
    name,
    tables,
    Object.entries(on).map(([type, handler]) => [type, String(handler)]),
  ]);
  const versions = legs.map(({ key, catalog, types }) => [
    key,
    types.map((type) => [type, catalog.facts[type]?.version]),
  ]);
  return createHash('sha256')
    .update(JSON.stringify([handlers, versions, bounds]))
    .digest('hex');
}
