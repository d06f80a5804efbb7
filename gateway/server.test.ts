import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leads } from './edge-graph.fixture.ts';
import { startEdge, type Edge } from './edge.fixture.ts';

describe('a query by HTTP', () => {
  let edge: Edge;
  beforeAll(async () => {
    edge = await startEdge();
  });
  afterAll(() => edge.stop());

  it('is answered to a caller with a token', async () => {
    const query = `{ lead(id: "${leads[0]?.id}") { name email activities { id } } }`;
    const response = await edge.post({ query }, await edge.token('sales'));
    expect(await response.json()).toEqual({
      data: { lead: { name: 'Lead 11', email: '11@firma.example', activities: [] } },
    });
    expect(response.status).toBe(200);
  });
});
