import type { z } from 'zod';
import type { EventDescription, JsonSchema } from './event-schema.ts';

/**
 * What a value is: nobody's, a person's, one that few may see, or one the tax office asks for. A
 * personal one is named with its person by `FactDefinition.personal`, and may be another beside.
 */
export type DataClass = 'none' | 'personal' | 'special' | 'fiscal';

/**
 * Says what a value is that is not personal, or not only. Ids, states, numbers and dates need no
 * class; a text without one is refused by `npm run check:events`.
 */
export function classified<Schema extends z.ZodType>(
  dataClass: Exclude<DataClass, 'personal'>,
  schema: Schema,
): Schema {
  return schema.meta({ 'x-class': dataClass });
}

/** Every class of a field; `none` where nothing else is said. */
export function classesOf(schema: JsonSchema): DataClass[] {
  const said = saidOf(schema);
  const classes = schema['x-personal'] === undefined ? said : (['personal', ...said] as const);
  const named = [...new Set(classes)].filter((each) => each !== 'none');
  return named.length === 0 ? ['none'] : named;
}

/** Texts of which nobody says what they are, as sentences that begin with the type. */
export function unclassified(descriptions: readonly EventDescription[]): string[] {
  return descriptions.flatMap(({ type, schema }) =>
    openTexts(schema, '').map((path) => `${type}: ${path} is a text without a class`),
  );
}

function openTexts(schema: JsonSchema, path: string): string[] {
  if (schema['x-personal'] !== undefined || schema['x-class'] !== undefined) return [];
  if (isText(schema)) return [path];
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
  return [
    ...properties.flatMap(([name, field]) =>
      openTexts(field, path === '' ? name : `${path}.${name}`),
    ),
    ...partsOf(schema).flatMap(([mark, part]) => openTexts(part, `${path}${mark}`)),
  ];
}

/** A pattern that one of them fits is none of an id, a date or an amount. */
const SAMPLES = ['Kanari', 'kanari@pii.test', '+49 171 4711'];

function isText(schema: JsonSchema): boolean {
  const { type, format, pattern, enum: values, const: fixed } = schema;
  if (type !== 'string' || values !== undefined || fixed !== undefined) return false;
  if (typeof pattern === 'string') return SAMPLES.some((text) => new RegExp(pattern).test(text));
  return format === undefined;
}

function saidOf(schema: JsonSchema): DataClass[] {
  const own = schema['x-class'] as DataClass | undefined;
  return [
    ...(own === undefined ? [] : [own]),
    ...partsOf(schema).flatMap(([, part]) => saidOf(part)),
  ];
}

/** Alternatives, items and values, with the mark they have in a path. */
function partsOf(schema: JsonSchema): [string, JsonSchema][] {
  const alternatives = ['anyOf', 'oneOf', 'allOf'].flatMap((keyword) =>
    ((schema[keyword] ?? []) as JsonSchema[]).map((part) => ['', part] as [string, JsonSchema]),
  );
  const nested = [
    ['items', '[]'],
    ['additionalProperties', '{}'],
    ['propertyNames', '{}'],
  ].flatMap(([keyword = '', mark = '']) => {
    const part = schema[keyword];
    return typeof part === 'object' && part !== null
      ? [[mark, part as JsonSchema] as [string, JsonSchema]]
      : [];
  });
  return [...alternatives, ...nested];
}
