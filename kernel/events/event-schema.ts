import { UnknownFact, jsonSchema, type EventCatalog } from './catalog.ts';

/** A JSON Schema (2020-12) as a plain value. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** One type of fact in its newest version, for documents and for the check against a release. */
export interface EventDescription {
  readonly module: string;
  readonly type: string;
  readonly version: number;
  readonly aggregate: string;
  /** Of its data; `x-personal` names the field that holds whose the value is. */
  readonly schema: JsonSchema;
}

/** All facts of some catalogs, by module and type. */
export function describeEvents(catalogs: readonly EventCatalog[]): EventDescription[] {
  return catalogs
    .flatMap((catalog) =>
      Object.entries(catalog.facts).map(([type, { version, aggregate }]) => ({
        module: catalog.module,
        type,
        version,
        aggregate,
        schema: dataSchema(catalog, type),
      })),
    )
    .toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

/**
 * Schema of a type's data. Fields it does not know are no fault: an older reader has to bear what a
 * newer writer adds.
 *
 * @throws UnknownFact; TypeError for a personal field the data does not have
 */
export function dataSchema(catalog: EventCatalog, type: string): JsonSchema {
  const fact = catalog.facts[type];
  if (fact === undefined) throw new UnknownFact(catalog.module, type);
  const { $schema: _, ...closed } = jsonSchema(catalog, type);
  const schema = opened(closed) as Record<string, unknown>;
  for (const [path, subject] of Object.entries(fact.personal ?? {})) {
    const [properties, field] = propertyAt(schema, path);
    const value = properties?.[field];
    if (properties === undefined || value === undefined) {
      throw new TypeError(`${type} has no field ${path} that could be personal`);
    }
    properties[field] = { ...value, 'x-personal': subject };
  }
  return schema;
}

/** The same as it travels: what is personal may be ciphertext, or null once the person was erased. */
export function travellingSchema(schema: JsonSchema): JsonSchema {
  return mapSchema(schema, (node) => {
    const { 'x-personal': subject, ...plain } = node;
    return subject === undefined
      ? node
      : { 'x-personal': subject, anyOf: [plain, SEALED, { type: 'null' }] };
  });
}

/** AES-256-GCM ciphertext under the key of a person. */
const SEALED: JsonSchema = {
  type: 'object',
  title: 'Encrypted under the key of the person it belongs to',
  required: ['$enc', 'sid', 'path', 'iv', 'ct'],
  properties: {
    $enc: { const: 'v1' },
    sid: { type: 'string' },
    path: { type: 'string' },
    iv: { type: 'string' },
    ct: { type: 'string' },
  },
};

function key({ module, type }: EventDescription): string {
  return `${module} ${type}`;
}

/** Objects admit what they do not name; that a record's values have a type stays. */
function opened(schema: JsonSchema): JsonSchema {
  return mapSchema(schema, (node) => {
    const { readOnly: _, ...rest } = node;
    if (rest['additionalProperties'] !== false) return rest;
    const { additionalProperties: __, ...open } = rest;
    return open;
  });
}

/** Rebuilds a schema from the leaves up. */
function mapSchema(value: JsonSchema, change: (node: JsonSchema) => JsonSchema): JsonSchema {
  const visit = (node: JsonSchema): JsonSchema => {
    const entries = Object.entries(node).map(([keyword, part]) => {
      if (keyword === 'properties') return [keyword, mapValues(part as JsonSchema, visit)];
      if (['anyOf', 'oneOf', 'allOf'].includes(keyword)) {
        return [keyword, (part as JsonSchema[]).map(visit)];
      }
      return [keyword, isSchema(part) && keyword !== 'default' ? visit(part) : part];
    });
    return change(Object.fromEntries(entries) as JsonSchema);
  };
  return visit(value);
}

function mapValues(record: JsonSchema, change: (node: JsonSchema) => JsonSchema): JsonSchema {
  return Object.fromEntries(
    Object.entries(record).map(([name, node]) => [name, change(node as JsonSchema)]),
  );
}

function isSchema(value: unknown): value is JsonSchema {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function propertyAt(
  schema: Record<string, unknown>,
  path: string,
): [Record<string, JsonSchema> | undefined, string] {
  const steps = path.split('.');
  const field = steps.pop() ?? path;
  let properties = schema['properties'] as Record<string, JsonSchema> | undefined;
  for (const step of steps) {
    properties = properties?.[step]?.['properties'] as Record<string, JsonSchema> | undefined;
  }
  return [properties, field];
}
