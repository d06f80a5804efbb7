import { buildSchema, parse, visit, GraphQLError, type FieldNode } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { Answer } from './answers.ts';
import { operationParts } from './selections.ts';
import type { RequestContext } from './transports/transport.ts';
import { compileWriter, type Guard, type WriterOptions } from './writer.ts';

const schema = buildSchema(`
  interface Owned { id: ID! }
  type Lead implements Owned { id: ID! name: String owner: User contacts: [Contact!] score: Int! }
  type Contact { id: ID! mail: String! lead: Lead }
  type User { id: ID! name: String! }
  type Query {
    lead: Lead
    leads: [Lead]
    leadsRequired: [Lead!]!
    grid: [[Contact]]
    owned: [Owned]
    must: Lead!
    mood: Mood
    when: Date
    ratio: Float
    yes: Boolean
    count: Int
  }
  enum Mood { GLAD }
  scalar Date
`);

const request: RequestContext = { actor: null, requestId: 'r' };

interface Written {
  readonly data: unknown;
  readonly errors: readonly object[];
  readonly text: string;
}

function write(
  query: string,
  data: Answer,
  options: Partial<WriterOptions> & { errors?: GraphQLError[] } = {},
): Written {
  const document = parse(query);
  const { errors = [], ...rest } = options;
  const writer = compileWriter({
    ...operationParts(document),
    document,
    schema,
    introspectionSchema: schema,
    guards: new Map(),
    denied: new Set(),
    ...rest,
  });
  const text = writer({ data, variables: {}, conditions: {}, request, errors });
  return { data: JSON.parse(text), errors: errors.map((error) => error.toJSON()), text };
}

const at = (path: ReadonlyArray<string | number>, code: string) =>
  expect.objectContaining({ path, extensions: { code } });

describe('the writer', () => {
  test('writes what was asked, in that order, and nothing else', () => {
    const { text, errors } = write('{ b: lead { name id } lead { id } }', {
      lead: { id: '1', name: 'x', secret: 's' },
      b: { id: '1', name: 'x', secret: 's', __typename: 'Lead' },
      more: 1,
    });
    expect(text).toBe('{"b":{"name":"x","id":"1"},"lead":{"id":"1"}}');
    expect(errors).toEqual([]);
  });

  test('turns values of the wrong type into null and says where', () => {
    const { data, errors } = write('{ mood when ratio yes count leads { id } lead { name } }', {
      mood: 'SECRET',
      when: { any: ['json'] },
      ratio: Number.NaN,
      yes: 'true',
      count: 2 ** 40,
      leads: { id: 1 },
      lead: 'text',
    });
    expect(data).toEqual({
      mood: null,
      when: { any: ['json'] },
      ratio: null,
      yes: null,
      count: null,
      leads: null,
      lead: null,
    });
    expect(errors).toEqual(
      ['mood', 'ratio', 'yes', 'count', 'leads', 'lead'].map((key) => at([key], 'INVALID_VALUE')),
    );
  });

  test('carries a forbidden null to the nearest place that allows it', () => {
    const { data, errors } = write('{ leads { contacts { id mail } } }', {
      leads: [{ contacts: [{ id: '1', mail: 'a' }, { id: '2' }] }, { contacts: [] }],
    });
    expect(data).toEqual({ leads: [{ contacts: null }, { contacts: [] }] });
    expect(errors).toEqual([at(['leads', 0, 'contacts', 1, 'mail'], 'NULL_VIOLATION')]);
  });

  test('does not explain a null twice', () => {
    const errors = [new GraphQLError('gone', { path: ['must', 'score'] })];
    const written = write('{ must { score } }', { must: { score: null } }, { errors });
    expect(written.data).toBeNull();
    expect(written.errors).toEqual([{ message: 'gone', path: ['must', 'score'] }]);
  });

  test('knows no type that the API schema hides', () => {
    const { data, errors } = write('{ owned { id __typename } }', {
      owned: [
        { __typename: 'Hidden', id: '1' },
        { __typename: 'User', id: '2' },
        { __typename: 'Lead', id: '3' },
      ],
    });
    expect(data).toEqual({ owned: [null, null, { id: '3', __typename: 'Lead' }] });
    expect(errors).toEqual([at(['owned', 0], 'INVALID_VALUE'), at(['owned', 1], 'INVALID_VALUE')]);
  });

  test('names faults of an object in each of its places', () => {
    const broken = { id: '1', mail: null };
    const { data, errors } = write('{ grid { id mail } }', { grid: [[broken, broken], [broken]] });
    expect(data).toEqual({ grid: [[null, null], [null]] });
    expect(errors).toEqual(
      [
        [0, 0],
        [0, 1],
        [1, 0],
      ].map(([row, column]) => at(['grid', row ?? 0, column ?? 0, 'mail'], 'NULL_VIOLATION')),
    );
  });

  test('stops naming faults at a hundred', () => {
    const leads = Array.from({ length: 500 }, () => ({ score: null }));
    const { data, errors } = write('{ leads { score } }', { leads });
    expect((data as { leads: unknown[] }).leads).toEqual(leads.map(() => null));
    expect(errors).toHaveLength(100);
  });
});

describe('a guard', () => {
  const denied: string[] = [];
  const german: Guard = ({ __fp_territory }) => __fp_territory === 'DE';
  const guarded = (query: string, data: Answer, errors?: GraphQLError[]): Written => {
    denied.length = 0;
    return write(query, data, {
      guards: new Map([['Lead', german]]),
      onDenied: (typename, { requestId }) => denied.push(`${typename} ${requestId}`),
      ...(errors === undefined ? {} : { errors }),
    });
  };
  const own = { id: '1', __fp_territory: 'DE' };
  const foreign = { id: '2', __fp_territory: 'CH' };

  test('makes foreign objects null as if they did not exist', () => {
    const { text, errors } = guarded('{ leads { id } lead { id } }', {
      leads: [own, foreign, { id: '3' }],
      lead: foreign,
    });
    expect(text).toBe('{"leads":[{"id":"1"},null,null],"lead":null}');
    expect(errors).toEqual([
      at(['leads', 1], 'NOT_FOUND'),
      at(['leads', 2], 'NOT_FOUND'),
      at(['lead'], 'NOT_FOUND'),
    ]);
    expect(denied).toEqual(['Lead r', 'Lead r', 'Lead r']);
  });

  test('takes the parent along where null is not allowed', () => {
    const { data, errors } = guarded('{ leadsRequired { id } }', { leadsRequired: [own, foreign] });
    expect(data).toBeNull();
    expect(errors).toEqual([at(['leadsRequired', 1], 'NOT_FOUND')]);
  });

  test('reports even where another error explains the null', () => {
    const errors = [new GraphQLError('other', { path: ['lead', 'name'] })];
    const written = guarded('{ lead { id name } }', { lead: foreign }, errors);
    expect(written.errors).toHaveLength(2);
  });

  test('holds behind interfaces, and where only the interface is known', () => {
    const { data, errors } = guarded('{ owned { id } }', {
      owned: [
        { ...own, __typename: 'Lead' },
        { ...foreign, __typename: 'Lead' },
        { ...own, __typename: 'Owned' },
        own,
      ],
    });
    expect(data).toEqual({ owned: [{ id: '1' }, null, null, null] });
    expect(errors[0]).toEqual(at(['owned', 1], 'NOT_FOUND'));
  });

  test('holds for every place of an object', () => {
    const contact = { id: 'c', lead: foreign };
    const { data, errors } = guarded('{ grid { lead { id } } }', { grid: [[contact, contact]] });
    expect(data).toEqual({ grid: [[{ lead: null }, { lead: null }]] });
    expect(errors).toEqual([
      at(['grid', 0, 0, 'lead'], 'NOT_FOUND'),
      at(['grid', 0, 1, 'lead'], 'NOT_FOUND'),
    ]);
  });
});

describe('a denied field', () => {
  test('is null with its exact places', () => {
    const query = '{ leads { id name contacts { mail } } }';
    const document = parse(query);
    const denied = new Set<FieldNode>();
    visit(document, {
      Field: (node) => {
        if (['name', 'mail'].includes(node.name.value)) denied.add(node);
      },
    });
    const leads = [{ id: '1', contacts: [{}] }, null, { id: '2', contacts: null }];
    const { data, errors } = write(
      query,
      { leads },
      { ...operationParts(document), document, denied },
    );
    expect(data).toEqual({
      leads: [
        { id: '1', name: null, contacts: null },
        null,
        { id: '2', name: null, contacts: null },
      ],
    });
    expect(errors).toEqual([
      at(['leads', 0, 'name'], 'FORBIDDEN'),
      at(['leads', 0, 'contacts', 0, 'mail'], 'FORBIDDEN'),
      at(['leads', 2, 'name'], 'FORBIDDEN'),
    ]);
  });
});
