import { envelopeSchema, travellingSchema, type JsonSchema } from '#kernel/events';
import type { Announcement } from './event-page.ts';

/** The catalog as an AsyncAPI 3 document: a channel per type, its message a CloudEvent. */
export function asyncApiOf(announcements: readonly Announcement[]): JsonSchema {
  const byName = <Value>(of: (each: Announcement) => Value): Record<string, Value> =>
    Object.fromEntries(announcements.map((each) => [nameOf(each), of(each)]));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'FreshPlan events',
      version: '1',
      description:
        'Facts of the bounded contexts. Delivery at least once, order strict per aggregate; personal values are ciphertext.',
    },
    defaultContentType: 'application/cloudevents+json',
    channels: byName(channelOf),
    operations: Object.fromEntries(
      announcements.map((each) => [
        `publish_${nameOf(each)}`,
        {
          action: 'send',
          channel: { $ref: `#/channels/${nameOf(each)}` },
          messages: [{ $ref: `#/channels/${nameOf(each)}/messages/${nameOf(each)}` }],
        },
      ]),
    ),
    components: { messages: byName(messageOf), schemas: byName(dataOf) },
  };
}

function channelOf(announcement: Announcement): JsonSchema {
  const { module, type, aggregate, subscribers } = announcement;
  const name = nameOf(announcement);
  return {
    address: `crm.${module}.${type}.{aggregateId}`,
    title: `${type}, published by ${module}`,
    parameters: { aggregateId: { description: `Id of the ${aggregate}` } },
    messages: { [name]: { $ref: `#/components/messages/${name}` } },
    'x-subscribers': [...subscribers],
  };
}

function messageOf(announcement: Announcement): JsonSchema {
  const { module, type, version } = announcement;
  return {
    name: type,
    contentType: 'application/cloudevents+json',
    correlationId: { location: '$message.payload#/correlationid' },
    payload: {
      ...envelopeSchema,
      required: [...envelopeSchema.required],
      properties: {
        ...envelopeSchema.properties,
        source: { const: `/crm/${module}` },
        type: { const: type },
        dataschema: { const: `urn:freshplan:${type}:v${version}` },
        data: { $ref: `#/components/schemas/${nameOf(announcement)}` },
      },
    },
  };
}

function dataOf({ schema }: Announcement): JsonSchema {
  return travellingSchema(schema);
}

/** Keys of components may hold no slashes; dots and a version are fine. */
function nameOf({ type, version }: Announcement): string {
  return `${type}.v${version}`;
}
