import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkEnvelope, cloudEventsOf } from './cloud-event.ts';
import { defineEvents, type AnyEvent, type Recorded } from './catalog.ts';
import { describeEvents, travellingSchema } from './event-schema.ts';

const catalog = defineEvents({
  module: 'things',
  facts: {
    'thing.made': {
      version: 2,
      aggregate: 'thing',
      data: z.object({
        thingId: z.guid(),
        owner: z.object({ name: z.string().max(20) }),
        at: z.string().optional(),
      }),
      personal: { 'owner.name': 'thingId' },
      upcast: { 1: (data: never) => data },
    },
  },
});
const toCloudEvent = cloudEventsOf([catalog]);
const id = '7f1f9a52-54b0-4c43-9d2b-1f8f0a1f6a10';
const sealed = { $enc: 'v1', sid: id, path: 'owner.name', iv: 'AA==', ct: 'AA==' };

const recorded = (given: Partial<Recorded<AnyEvent>> = {}): Recorded<AnyEvent> => ({
  type: 'thing.made',
  data: { thingId: id, owner: { name: 'Ada' } },
  position: 7,
  seq: 3,
  id,
  schemaVersion: 2,
  aggregateType: 'thing',
  aggregateId: id,
  version: 1,
  time: '2025-01-15T09:00:00.000Z',
  recordedAt: '2025-01-15T09:00:00.000Z',
  actor: id,
  territory: 'DE',
  ownerId: null,
  correlationId: 'request',
  causationId: null,
  traceparent: null,
  meta: {},
  ...given,
});

describe('the envelope of a fact', () => {
  it('is a CloudEvent with its extensions, without what is absent', () => {
    expect(toCloudEvent(recorded())).toEqual({
      specversion: '1.0',
      id,
      source: '/crm/things',
      type: 'thing.made',
      subject: id,
      time: '2025-01-15T09:00:00.000Z',
      datacontenttype: 'application/json',
      dataschema: 'urn:freshplan:thing.made:v2',
      data: { thingId: id, owner: { name: 'Ada' } },
      sequence: '7',
      partitionkey: id,
      aggregateversion: 1,
      correlationid: 'request',
      idempotencykey: id,
    });
  });

  it('carries cause, trace and the key of the business', () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const data = { thingId: id, owner: { name: 'Ada' }, idempotencyKey: 'once' };
    const made = toCloudEvent(recorded({ causationId: 'cause', traceparent, data }));
    expect(made).toMatchObject({ causationid: 'cause', traceparent, idempotencykey: 'once' });
  });

  it.each([
    ['ciphertext', sealed],
    ['nothing', null],
  ])('travels with %s where something personal stands', (_, name) => {
    const data = { thingId: id, owner: { name } };
    expect(toCloudEvent(recorded({ data })).data).toEqual(data);
  });

  it.each<[what: string, code: string, given: Partial<Recorded<AnyEvent>>]>([
    ['of no registered type', 'UNKNOWN_FACT', { type: 'thing.lost' }],
    ['of an earlier version', 'UNKNOWN_FACT', { schemaVersion: 1 }],
    ['without a field', 'INVALID_EVENT', { data: { thingId: id } }],
    [
      'with a field of another type',
      'INVALID_EVENT',
      { data: { thingId: 1, owner: { name: 'A' } } },
    ],
    [
      'with null where nothing is personal',
      'INVALID_EVENT',
      {
        data: { thingId: null, owner: { name: 'A' } },
      },
    ],
    ['with a malformed id', 'INVALID_EVENT', { id: 'x' }],
    ['with a malformed trace', 'INVALID_EVENT', { traceparent: 'x' }],
  ])('is refused %s', (_, code, given) => {
    expect(() => toCloudEvent(recorded(given))).toThrow(expect.objectContaining({ code }));
  });

  it('is refused before the fact is in the log', () => {
    expect(() => toCloudEvent(recorded({ position: 0 }))).toThrow(RangeError);
  });

  it('tells no value when it is refused', () => {
    const data = { thingId: id, owner: { name: 'Kanari Vogel, Kanarigasse' } };
    expect(() => toCloudEvent(recorded({ data }))).toThrow(/^(?!.*Kanari)/);
  });
});

describe('an envelope of another contract', () => {
  const foreign = {
    specversion: '1.0',
    id,
    source: 'thing-management',
    type: 'dashboard.thing_made',
    time: '2025-01-15T09:00:00.000Z',
    datacontenttype: 'application/json',
    data: {},
  };
  it('passes with what CloudEvents demands', () => {
    expect(() => checkEnvelope({ ...foreign, idempotencyKey: 'x' })).not.toThrow();
  });
  it.each(['id', 'source', 'type', 'time', 'data'])('is refused without %s', (attribute) => {
    const { [attribute]: _, ...rest } = foreign as Record<string, unknown>;
    expect(() => checkEnvelope(rest)).toThrow(expect.objectContaining({ code: 'INVALID_EVENT' }));
  });
});

describe('the description of a type', () => {
  it('says whose a personal value is, at any depth', () => {
    const [description] = describeEvents([catalog]);
    expect(description).toMatchObject({ module: 'things', version: 2, aggregate: 'thing' });
    expect(JSON.stringify(description?.schema)).toContain('"maxLength":20,"x-personal":"thingId"');
    expect(JSON.stringify(travellingSchema(description?.schema ?? {}))).toContain('$enc');
  });

  it('is refused when a personal field is not there', () => {
    const wrong = defineEvents({
      module: 'things',
      facts: {
        'thing.made': {
          version: 1,
          aggregate: 'thing',
          data: z.object({ thingId: z.guid() }),
          personal: { nmae: 'thingId' },
        },
      },
    });
    expect(() => describeEvents([wrong])).toThrow('thing.made has no field nmae');
  });
});
