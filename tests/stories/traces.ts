import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { eventually, type CollectedSpan, type Collector } from '#kernel/testing';
import type { Stage } from './system.ts';

const PERSONAL = {
  companyName: 'Kanari Vogel Feinkost',
  city: 'Kanaristadt',
  email: 'kanari.4711@pii.test',
  phone: '+49 171 4711 4711',
  note: 'Kanarivermerk 4711 am Telefon',
};

/** Over several processes on a busy machine; spans leave every two seconds. */
const PATIENT = { timeoutMs: 20_000 };

/** Hash of an operation that the cockpit may run by its name. */
function storedOperation(name: string): string {
  const file = new URL('../../clients/cockpit/operations.json', import.meta.url);
  const stored = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  const found = Object.entries(stored).find(([, text]) => text.startsWith(`mutation ${name}(`));
  return found?.[0] ?? '';
}

/** Names of what runs a step, where that is a process of its own. */
interface Services {
  readonly gateway: string;
  readonly of: (subgraph: string) => string;
}

export function traceStories(
  stage: () => Promise<Stage>,
  collector: () => Collector,
  services: Services,
): void {
  it('one trace leads from the request of a client to those who handle the fact, and names nobody', async () => {
    const test = await stage();
    const { spans, received } = collector();
    const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
    const { note, ...texts } = PERSONAL;
    const firstContact = { channel: 'PHONE', at: new Date(Date.now() - 3_600_000), note };
    const input = { ...texts, source: 'TELEFON', firstContact, confirmSimilar: true };
    const asked = await test.post<{ result: { lead: { id: string } } }>(
      'sales-de',
      { documentId: storedOperation('LeadRegister'), variables: { input } },
      { traceparent: `00-${traceId}-${spanId}-01` },
    );
    const id = asked.data?.result.lead.id ?? '';
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    await test.settled();
    const mine = (): CollectedSpan[] => spans.filter((span) => span.traceId === traceId);
    const below = (parent: CollectedSpan | undefined, name: string): CollectedSpan[] =>
      mine().filter((each) => each.name === name && each.parentSpanId === parent?.spanId);

    await eventually(() => {
      const [operation] = mine().filter(({ name }) => name === 'mutation LeadRegister');
      expect(operation).toMatchObject({ parentSpanId: spanId, service: services.gateway });
      expect(operation?.attributes['freshplan.request_id']).toMatch(/^[0-9a-f-]{36}$/);
      expect(below(operation, 'plan')).toHaveLength(1);
      const [fetch] = below(operation, 'fetch leads');
      expect(fetch).toMatchObject({ service: services.gateway, failed: false });
      const [served = fetch] = below(fetch, 'subgraph leads');
      const [resolved] = below(served, 'resolve Mutation.leadRegister');
      expect(resolved).toMatchObject({ service: services.of('leads') });
      const transactions = below(resolved, 'transaction');
      const [appended] = transactions.flatMap((each) => below(each, 'append leads'));
      expect(appended?.attributes['freshplan.fact.type']).toContain('lead.registered');
      const [projected] = below(appended, 'handle communication.leads');
      expect(projected?.service).toBe(services.of('communication'));
      const [reacted] = below(appended, 'handle activities.timeline');
      expect(reacted?.service).toBe(services.of('activities'));
      expect(below(reacted, 'append activities')).not.toEqual([]);
    }, PATIENT);

    // A name that a client made up, entities of another subgraph, and an answer that is an error.
    const traceparent = `00-${traceId}-${spanId}-01`;
    const query = `query KanariVogel { lead(id: "${id}") { companyName owner { name } } }`;
    await test.post('sales-de', { query }, { traceparent, 'x-request-id': 'Kanari-Vogel' });
    await test.post('sales-de', { query: 'query KanariVogel { kanari }' }, { traceparent });
    await eventually(() => {
      const [read, refused] = ['query anonymous', 'operation'].flatMap((name) =>
        mine().filter((each) => each.name === name),
      );
      expect(refused).toMatchObject({ failed: true });
      const [fetch] = below(read, 'fetch admin');
      const [served = fetch] = below(fetch, 'subgraph admin');
      expect(below(served, 'resolve _entities')).toHaveLength(1);
    }, PATIENT);

    const sent = received.join('\n').toLowerCase();
    const texts64 = Object.values(PERSONAL).map((text) => Buffer.from(text).toString('base64'));
    for (const text of [...Object.values(PERSONAL), ...texts64, 'kanari', id, 'bearer']) {
      expect(sent).not.toContain(text.toLowerCase());
      expect(sent).not.toContain(encodeURIComponent(text).toLowerCase());
    }
    expect(sent).not.toMatch(/select |insert |eyj[\w-]{8}|sales-de|[{(]\s*lead\b/);
  });
}
