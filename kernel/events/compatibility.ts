import type { EventDescription, JsonSchema } from './event-schema.ts';

/** Schemas that were published: module → type → version → schema of the data. */
export type Release = Readonly<
  Record<string, Readonly<Record<string, Readonly<Record<string, JsonSchema>>>>>
>;

/**
 * What would break a promise of the release: facts are stored for ever and read by others, so a
 * schema may only grow. Each breach is a sentence that begins with the type. Empty: purely additive.
 */
export function breaches(release: Release, current: readonly EventDescription[]): string[] {
  const known = new Map(current.map((each) => [each.type, each]));
  return Object.entries(release).flatMap(([module, types]) =>
    Object.entries(types).flatMap(([type, versions]) => {
      const now = known.get(type);
      if (now === undefined) return [`${type}: was removed`];
      if (now.module !== module) return [`${type}: moved from ${module} to ${now.module}`];
      const newest = Math.max(...Object.keys(versions).map(Number));
      if (now.version < newest) return [`${type}: went back from version ${newest}`];
      // A new version may have any shape: upcasters bring the old facts there.
      if (now.version > newest) return [];
      return narrowings(versions[String(newest)] ?? {}, now.schema, '').map(
        (breach) => `${type} v${newest}: ${breach}`,
      );
    }),
  );
}

/** The release with everything new in it; old versions stay. */
export function released(release: Release, current: readonly EventDescription[]): Release {
  const next: Record<string, Record<string, Record<string, JsonSchema>>> = structuredClone(release);
  for (const { module, type, version, schema } of current) {
    const versions = ((next[module] ??= {})[type] ??= {});
    versions[String(version)] = schema;
  }
  return next;
}

/** Lower is narrower for the first kind, higher for the second. */
const UPPER_BOUNDS = ['maxLength', 'maximum', 'exclusiveMaximum', 'maxItems', 'maxProperties'];
const LOWER_BOUNDS = ['minLength', 'minimum', 'exclusiveMinimum', 'minItems', 'minProperties'];
const EXACT = ['pattern', 'format', 'const', 'uniqueItems', 'multipleOf'];

/** Where the new schema refuses, or no longer promises, what the old one allowed. */
export function narrowings(before: JsonSchema, after: JsonSchema, path: string): string[] {
  const at = path === '' ? 'data' : path;
  const classification =
    before['x-personal'] === after['x-personal']
      ? []
      : [`${at} changed whose it is (${owner(before)} → ${owner(after)})`];
  return [...classification, ...narrowed(before, after, at, path)];
}

function narrowed(before: JsonSchema, after: JsonSchema, at: string, path: string): string[] {
  const old = alternatives(before);
  const young = alternatives(after);
  if (old.length === 1 && young.length === 1) {
    return compare(old[0] ?? {}, young[0] ?? {}, at, path);
  }
  return old.flatMap((one) => {
    const faults = young.map((other) => compare(one, other, at, path));
    if (faults.some((each) => each.length === 0)) return [];
    const closest = young.findIndex((other) => typeOf(other) === typeOf(one));
    return faults[closest] ?? [`${at} no longer allows ${typeOf(one)}`];
  });
}

function compare(before: JsonSchema, after: JsonSchema, at: string, path: string): string[] {
  if (!admits(typeOf(after), typeOf(before))) {
    return [`${at} was ${typeOf(before)} and is ${typeOf(after)}`];
  }
  return [
    ...enumFaults(before, after, at),
    ...boundFaults(before, after, at),
    ...fieldFaults(before, after, path),
    ...nested(before, after, path),
  ];
}

function enumFaults(before: JsonSchema, after: JsonSchema, at: string): string[] {
  const old = valuesOf(before);
  const young = valuesOf(after);
  if (young === undefined) return [];
  if (old === undefined) return [`${at} was open and allows a list of values only`];
  const gone = old.filter((value) => !young.includes(value));
  return gone.length === 0 ? [] : [`${at} no longer allows ${gone.map(String).join(', ')}`];
}

function boundFaults(before: JsonSchema, after: JsonSchema, at: string): string[] {
  const tighter = (name: string, isTighter: (old: number, young: number) => boolean): string[] => {
    const [old, young] = [before[name], after[name]];
    if (typeof young !== 'number') return [];
    if (typeof old !== 'number') return [`${at} has a narrower ${name} (none → ${young})`];
    return isTighter(old, young) ? [`${at} has a narrower ${name} (${old} → ${young})`] : [];
  };
  // A list of values stands for whatever bounds there are; a fixed value is one of one.
  const exact = EXACT.filter((name) => name !== 'const').filter(
    (name) => after[name] !== undefined && after[name] !== before[name],
  );
  return [
    ...UPPER_BOUNDS.flatMap((name) => tighter(name, (old, young) => young < old)),
    ...LOWER_BOUNDS.flatMap((name) => tighter(name, (old, young) => young > old)),
    ...exact.map((name) => `${at} has another ${name}`),
  ];
}

function fieldFaults(before: JsonSchema, after: JsonSchema, path: string): string[] {
  const [old, young] = [requiredOf(before), requiredOf(after)];
  const [fields, left] = [propertiesOf(before), propertiesOf(after)];
  return [
    ...Object.keys(fields)
      .filter((field) => left[field] === undefined)
      .map((field) => `${join(path, field)} was removed`),
    ...young
      .filter((field) => !old.includes(field))
      .map((field) => `${join(path, field)} is newly required`),
    ...old
      .filter((field) => !young.includes(field) && left[field] !== undefined)
      .map((field) => `${join(path, field)} is no longer always there`),
  ];
}

function nested(before: JsonSchema, after: JsonSchema, path: string): string[] {
  const left = propertiesOf(after);
  const inFields = Object.entries(propertiesOf(before)).flatMap(([field, schema]) => {
    const young = left[field];
    return young === undefined ? [] : narrowings(schema, young, join(path, field));
  });
  const inParts = [
    ['items', '[]'],
    ['additionalProperties', '{}'],
    ['propertyNames', '{}'],
  ].flatMap(([keyword = '', mark = '']) => {
    const young = after[keyword];
    if (typeof young !== 'object' || young === null) return [];
    return narrowings((before[keyword] ?? {}) as JsonSchema, young as JsonSchema, `${path}${mark}`);
  });
  return [...inFields, ...inParts];
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  const { anyOf, oneOf, type, ...rest } = schema;
  const list = (anyOf ?? oneOf) as JsonSchema[] | undefined;
  if (list !== undefined) return list.flatMap(alternatives);
  return Array.isArray(type) ? type.map((each: unknown) => ({ ...rest, type: each })) : [schema];
}

function admits(young: string, old: string): boolean {
  return young === old || young === 'anything' || (young === 'number' && old === 'integer');
}

function typeOf({ type, const: fixed, enum: list }: JsonSchema): string {
  if (typeof type === 'string') return type;
  const sample: unknown = fixed ?? (list as unknown[] | undefined)?.[0];
  return sample === undefined ? 'anything' : typeof sample;
}

function valuesOf({ const: fixed, enum: list }: JsonSchema): unknown[] | undefined {
  return fixed === undefined ? (list as unknown[] | undefined) : [fixed];
}

function requiredOf({ required }: JsonSchema): string[] {
  return (required ?? []) as string[];
}

function propertiesOf({ properties }: JsonSchema): Record<string, JsonSchema> {
  return (properties ?? {}) as Record<string, JsonSchema>;
}

function owner(schema: JsonSchema): string {
  return (schema['x-personal'] as string | undefined) ?? 'nobody';
}

function join(path: string, field: string): string {
  return path === '' ? field : `${path}.${field}`;
}
