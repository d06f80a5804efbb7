/** GraphQL over HTTP as its specification has it, asked by the audits of its reference server. */
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEdge, type Edge } from './edge.fixture.ts';

let edge: Edge;
let token: string;
beforeAll(async () => {
  edge = await startEdge();
  token = await edge.token('sales');
});
afterAll(() => edge.stop());

const audits = serverAudits({
  url: () => `${edge.gateway.url}/graphql`,
  fetchFn: (url: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${token}`);
    headers.set('x-graphql-csrf', '1');
    return fetch(url, { ...init, headers });
  },
});

/** What a server may do and this one does not: by GET it runs stored operations only. */
const declined = ['5A70', 'D6D5', '6A70'];

describe('the audits of graphql-http, with a token and the check against forged requests', () => {
  it.each(audits.map((audit) => [audit.id, audit.name, audit] as const))(
    '%s: %s',
    async (id, _name, audit) => {
      const { status } = await audit.fn();
      expect(status).toBe(declined.includes(id) ? 'notice' : 'ok');
    },
  );
});
