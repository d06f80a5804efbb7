import { GraphQLError } from 'graphql';
import { expect, it } from 'vitest';
import { DatabaseError, Transient } from '#kernel/database';
import { createLogger } from '#kernel/telemetry';
import { statusOf } from '../refusals.ts';
import { createMask } from './mask-errors.ts';

const mask = createMask(createLogger({ level: 'info', write: () => {} }));
const refusedConnection = Object.assign(new Error('connect ECONNREFUSED 10.0.0.7:5432'), {
  code: 'ECONNREFUSED',
});

it.each([
  ['no free connection', new DatabaseError('OVERLOADED', 'secret'), 'OVERLOADED', 503],
  ['a server that is away', new DatabaseError('UNAVAILABLE', 'secret'), 'SUBGRAPH_UNAVAILABLE', 503], // prettier-ignore
  ['a lost connection', new Transient('secret'), 'SUBGRAPH_UNAVAILABLE', 503],
  ["the driver's own error", refusedConnection, 'SUBGRAPH_UNAVAILABLE', 503],
  ['a defect of ours', new DatabaseError('DEFECT', 'secret'), 'INTERNAL', 500],
  ['anything else', new TypeError('secret'), 'INTERNAL', 500],
] as const)(
  'F-26: %s has a stable code and tells nothing else',
  (_, originalError, code, status) => {
    const thrown = new GraphQLError(originalError.message, { path: ['leads'], originalError });
    for (const error of [mask(originalError, 'r-1'), mask(thrown, 'r-1')]) {
      expect(error.extensions).toMatchObject({ code, requestId: 'r-1' });
      expect(statusOf(error)).toBe(status);
      expect(JSON.stringify(error)).not.toMatch(/secret|10\.0\.0\.7/);
    }
    expect(mask(thrown, 'r-1').path).toEqual(['leads']);
  },
);
