import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordBounce } from './bounce.ts';
import { reactOnLead } from './change.ts';
import { people, startLeadGraph, type LeadGraph } from './graph.fixture.ts';

const { salesDe } = people;
let graph: LeadGraph;
beforeAll(async () => {
  graph = await startLeadGraph('2025-01-15T09:00:00.000Z');
});
afterAll(() => graph.close());

async function stateOf(id: string): Promise<{ version: number; contactBlocked: boolean }> {
  const { lead } = await graph.ask<{ lead: { version: number; contactBlocked: boolean } }>(
    salesDe,
    `{ lead(id: "${id}") { version contactBlocked } }`,
  );
  return lead;
}

it('the block of a lead ends with another address of a contact, and with nothing less', async () => {
  const { id: leadId } = await graph.register(salesDe);
  const contactId = randomUUID();
  const set = async (id: string, given: object): Promise<boolean> => {
    const { version } = await stateOf(leadId);
    const contact = { lastName: 'Buche', role: 'KUECHENCHEF', ...given };
    const input = { leadId, version, contactId: id, contact };
    const answer = await graph.mutate<object>(salesDe, 'leadContactSet', input, 'lead { id }');
    expect(answer).toMatchObject({ userErrors: [] });
    return (await stateOf(leadId)).contactBlocked;
  };
  await set(contactId, { email: 'buche@alt.example' });
  await reactOnLead(graph.job('leads.communication'), leadId, (lead, stamp) =>
    recordBounce(lead, { messageId: randomUUID(), kind: 'HARD' }, stamp),
  );
  expect(await set(contactId, { phone: '+49 711 1' })).toBe(true);
  expect(await set(contactId, { email: 'BUCHE@alt.example' })).toBe(true);
  expect(await set(randomUUID(), { lastName: 'Eiche', email: 'eiche@neu.example' })).toBe(true);
  expect(await set(contactId, { email: 'buche@neu.example' })).toBe(false);
});
