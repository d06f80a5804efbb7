import { z } from 'zod';

/** One kind of fact: what it carries and which of it belongs to a person. */
export interface FactDefinition {
  /** 1, 2, 3 …; a new shape is a new version plus an upcaster from the one before. */
  readonly version: number;
  /** Kind of aggregate that records it. */
  readonly aggregate: string;
  readonly data: z.ZodType;
  /**
   * Field (dots for nested ones) → field that holds the id of the person it belongs to, or
   * `aggregateId`. Such values are stored encrypted under that person's key and read as null once
   * the person was erased.
   */
  readonly personal?: Readonly<Record<string, string>>;
  /** Version → how its data becomes the next version's. Pure. */
  readonly upcast?: Readonly<Record<number, (data: never) => unknown>>;
}

export interface EventCatalog<
  Facts extends Record<string, FactDefinition> = Record<string, FactDefinition>,
> {
  readonly module: string;
  readonly facts: Facts;
  /** Type → what listeners of the compatibility channel get, decrypted and mapped by the module. */
  readonly wire?: Readonly<Record<string, WireMapping>>;
  /** `source` of its envelopes on the compatibility channel. */
  readonly wireSource?: string;
}

/** A fact under the name and shape of an older contract. */
export interface WireEvent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly idempotencyKey: string;
}

// oxlint-disable-next-line typescript/no-explicit-any
export type WireMapping = (event: any) => WireEvent | undefined;

/** The facts of a catalog as a union of `{ type, data }`, or the one of a given type. */
export type EventOf<
  Catalog extends EventCatalog,
  Type extends keyof Catalog['facts'] = keyof Catalog['facts'],
> = {
  [Key in Type & string]: {
    readonly type: Key;
    readonly data: z.output<Catalog['facts'][Key]['data']>;
  };
}[Type & string];

/** Any fact at all. */
export interface AnyEvent {
  readonly type: string;
  // Facts of all catalogs have to fit.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly data: any;
}

/** What the store adds to a fact. */
export interface Envelope {
  /** Place in the module's log; 0 while the fact is not logged yet. */
  readonly position: number;
  /** Place in the store; orders the facts of one aggregate, not of the module. */
  readonly seq: number;
  readonly id: string;
  /** Of the catalog, or the later one of a newer process. */
  readonly schemaVersion: number;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly version: number;
  /** When it happened, canonical timestamp. */
  readonly time: string;
  /** When it was stored, canonical timestamp. */
  readonly recordedAt: string;
  readonly actor: string;
  readonly territory: string | null;
  readonly ownerId: string | null;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly traceparent: string | null;
  readonly meta: Record<string, unknown>;
}

/** A fact as stored. Personal fields hold ciphertext until `open` was called. */
export type Recorded<E> = E extends unknown ? E & Envelope : never;

const TYPE = /^[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)+$/;
const MODULE = /^[a-z][a-z0-9_]{0,40}$/;

/**
 * Declares the facts a module announces. Only these can be appended.
 *
 * @throws TypeError for a malformed type, a version without upcasters from those before it, or a
 *   personal field without subject
 */
export function defineEvents<const Facts extends Record<string, FactDefinition>>(
  catalog: EventCatalog<Facts>,
): EventCatalog<Facts> {
  if (!MODULE.test(catalog.module)) throw new TypeError(`"${catalog.module}" is no module name`);
  for (const [type, fact] of Object.entries(catalog.facts)) {
    if (!TYPE.test(type)) throw new TypeError(`"${type}" is no valid type of a fact`);
    if (!Number.isInteger(fact.version) || fact.version < 1) {
      throw new TypeError(`${type} needs a whole version of at least 1`);
    }
    for (let version = 1; version < fact.version; version += 1) {
      if (fact.upcast?.[version] === undefined) {
        throw new TypeError(`${type} has no upcaster from version ${version}`);
      }
    }
  }
  return Object.freeze(catalog);
}

/**
 * What the catalog says about a fact, and its data without fields the catalog does not know.
 *
 * @throws InvalidFact for data that does not fit; UnknownFact
 */
export function validate(
  catalog: EventCatalog,
  event: AnyEvent,
): { definition: FactDefinition; data: unknown } {
  const definition = catalog.facts[event.type];
  if (definition === undefined) throw new UnknownFact(catalog.module, event.type);
  const parsed = definition.data.safeParse(event.data);
  if (!parsed.success) throw new InvalidFact(event.type, parsed.error);
  return { definition, data: parsed.data };
}

/**
 * Brings stored data to the newest version.
 *
 * @throws UnknownFact for a type the catalog does not know, or a version from the future
 */
export function upcast(
  catalog: EventCatalog,
  type: string,
  version: number,
  data: unknown,
): unknown {
  const fact = catalog.facts[type];
  if (fact === undefined || version > fact.version) {
    throw new UnknownFact(catalog.module, `${type} v${version}`);
  }
  let current = data;
  for (let step = version; step < fact.version; step += 1) {
    // `defineEvents` made sure of an upcaster for every step.
    current = (fact.upcast as Record<number, (data: unknown) => unknown>)[step]?.(current);
  }
  return current;
}

/** JSON Schema of a type's newest version, for the wire and for the compatibility check. */
export function jsonSchema(catalog: EventCatalog, type: string): Record<string, unknown> {
  const fact = catalog.facts[type];
  if (fact === undefined) throw new UnknownFact(catalog.module, type);
  return z.toJSONSchema(fact.data);
}

/** Names the fields that do not fit, never their values. */
export class InvalidFact extends Error {
  readonly code = 'INVALID_FACT';
  /** Path of the first of them. */
  readonly field: string;

  constructor(type: string, { issues }: Pick<z.ZodError, 'issues'>) {
    const fields = issues.map(({ path, code }) => `${path.join('.')} (${code})`);
    super(`The data of ${type} do not fit: ${fields.join(', ')}`);
    this.name = 'InvalidFact';
    this.field = issues[0]?.path.join('.') ?? '';
  }
}

export class UnknownFact extends Error {
  readonly code = 'UNKNOWN_FACT';

  constructor(module: string, type: string) {
    super(`The catalog of ${module} knows no ${type}`);
    this.name = 'UnknownFact';
  }
}
