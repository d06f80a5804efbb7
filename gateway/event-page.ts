import { classesOf, type DataClass, type EventDescription, type JsonSchema } from '#kernel/events';

/** A type, and who gets it. */
export interface Announcement extends EventDescription {
  /** Names of projections and reactions. */
  readonly subscribers: readonly string[];
  readonly isOnCompatibilityChannel: boolean;
}

const GUARANTEES = `Written by \`npm run generate\` from the \`events.ts\` of each context; not to be edited.

What holds for every type:

| Promise | |
|---|---|
| Publishing | in the transaction of the act; a type or version that is not listed here cannot be recorded |
| Delivery | at least once; a subscriber's effect and its checkpoint are one transaction |
| Dedupe | by \`id\`; what means the same business fact has the same \`idempotencykey\` |
| Order | strict per aggregate, along \`aggregateversion\`; per module by \`sequence\`, which rises and has holes; none between modules |
| Schema | may only grow; another shape is another version with an upcaster. Checked by \`npm run check:events\` against [events.released.json](events.released.json) |
| Retention | the log is kept; live delivery from any position of the last 90 days |
| Envelope | CloudEvents 1.0, structured JSON, validated wherever it leaves; see [asyncapi.json](asyncapi.json) |
| Personal values | ciphertext wherever they travel, under the key of the subject named below; null once that person was erased |
`;

/** The text of `docs/events.md`. */
export function eventsPage(announcements: readonly Announcement[]): string {
  const modules = [...Map.groupBy(announcements, ({ module }) => module)];
  const parts = modules.flatMap(([module, types]) => [`## ${module}\n`, ...types.map(section)]);
  return `# Events\n\n${GUARANTEES}\n${parts.join('\n')}`;
}

function section(announcement: Announcement): string {
  const { module, type, version, aggregate, subscribers, schema } = announcement;
  const rows = fieldsOf(schema).map(
    ({ path, form, isRequired, subject, classes }) =>
      `| \`${path}\` | ${form} | ${isRequired ? 'yes' : 'no'} | ${classes.join(' and ')}${subject === undefined ? '' : `, of \`${subject}\``} |`,
  );
  const also = announcement.isOnCompatibilityChannel
    ? ' Also on the compatibility channel `dashboard_updates`.'
    : '';
  return [
    `### \`${type}\` v${version}\n`,
    `Published by ${module} about one ${aggregate.replaceAll('_', ' ')}; schema \`urn:freshplan:${type}:v${version}\`.${also}\n`,
    `Subscribers: ${subscribers.map((each) => `\`${each}\``).join(', ') || 'none yet'}.\n`,
    '| Field | Form | Always there | Class |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

export interface Field {
  readonly path: string;
  readonly form: string;
  readonly isRequired: boolean;
  /** Field that holds the person whose value it is. */
  readonly subject: string | undefined;
  readonly classes: readonly DataClass[];
}

/** Fields at any depth; those of a list's items behind `[]`. */
export function fieldsOf(schema: JsonSchema, path = ''): Field[] {
  const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>;
  const required = (schema['required'] ?? []) as string[];
  return Object.entries(properties).flatMap(([name, field]) => {
    const here = path === '' ? name : `${path}.${name}`;
    const items = field['items'] as JsonSchema | undefined;
    return [
      {
        path: here,
        form: formOf(field),
        isRequired: required.includes(name),
        subject: field['x-personal'] as string | undefined,
        classes: classesOf(field),
      },
      ...fieldsOf(field, here),
      ...(items === undefined ? [] : fieldsOf(items, `${here}[]`)),
    ];
  });
}

function formOf(schema: JsonSchema): string {
  const { anyOf, oneOf, const: fixed, enum: values, items, maxLength, maxItems } = schema as Form;
  const alternatives = anyOf ?? oneOf;
  if (alternatives !== undefined) return alternatives.map(formOf).join(' or ');
  if (fixed !== undefined) return `\`${fixed}\``;
  if (values !== undefined) return values.map((value) => `\`${value}\``).join(', ');
  const bound = maxLength ?? maxItems;
  const limit = bound === undefined ? '' : `, at most ${bound}`;
  if (items !== undefined) return `list of ${formOf(items)}${limit}`;
  const { type = 'any', format } = schema as Form;
  return `${format ?? [type].flat().join(' or ')}${limit}`;
}

/** The keywords that tell a person what a value looks like. */
interface Form {
  readonly anyOf?: JsonSchema[];
  readonly oneOf?: JsonSchema[];
  readonly const?: string | number | boolean;
  readonly enum?: (string | number)[];
  readonly items?: JsonSchema;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly type?: string | string[];
  readonly format?: string;
}
