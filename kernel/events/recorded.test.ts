import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineEvents } from './catalog.ts';
import { cloudEventsOf } from './cloud-event.ts';
import { toRecorded, type EventRow } from './recorded.ts';

const catalog = defineEvents({
  module: 'things',
  facts: {
    'thing.made': {
      version: 2,
      aggregate: 'thing',
      data: z.object({
        thingId: z.string(),
        name: z.string(),
        size: z.enum(['S', 'M']),
        colour: z.string().optional(),
      }),
      personal: { name: 'thingId' },
      upcast: { 1: (data: object) => ({ ...data, size: 'M' }) },
    },
  },
});
const id = '7f1f9a52-54b0-4c43-9d2b-1f8f0a1f6a10';
const name = { $enc: 'v1', sid: id, path: 'name', iv: 'AA==', ct: 'AA==' };

const row = (schema_version: number, data: object, type = 'thing.made'): EventRow => ({
  seq: 1,
  id,
  aggregate_type: 'thing',
  aggregate_id: id,
  version: 1,
  type,
  schema_version,
  time: new Date(0),
  recorded_at: new Date(0),
  actor: id,
  territory: 'DE',
  owner_id: null,
  correlation_id: 'request',
  causation_id: null,
  traceparent: null,
  data,
  meta: {},
});

describe('a fact of a later version', () => {
  it('is read as what is known of it, ciphertext included, and leaves as what it is', () => {
    const data = { thingId: id, name, size: 'S', weight: 3 };
    const event = toRecorded(catalog, row(3, data), 7);
    expect(event).toMatchObject({ data, schemaVersion: 3 });
    const toCloudEvent = cloudEventsOf([catalog]);
    expect(toCloudEvent(event)).toMatchObject({ dataschema: 'urn:freshplan:thing.made:v3', data });
  });

  it.each([
    ['lacks a field', { thingId: id, name }],
    ['has another type in one', { thingId: id, name, size: 'S', colour: 7 }],
    ['has a value that is not known', { thingId: id, name, size: 'XXL' }],
  ])('is not read where it %s', (_, data) => {
    expect(() => toRecorded(catalog, row(3, data))).toThrow('knows no thing.made v3');
  });

  it('is not read where its type is not known at all', () => {
    expect(() => toRecorded(catalog, row(1, {}, 'thing.gone'))).toThrow('knows no thing.gone v1');
  });
});

describe('a fact of an earlier version', () => {
  it('is brought to the newest', () => {
    expect(toRecorded(catalog, row(1, { thingId: id, name }))).toMatchObject({
      data: { thingId: id, name, size: 'M' },
      schemaVersion: 2,
    });
  });
});
