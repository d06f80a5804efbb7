import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, startCollector, type Collector } from '#kernel/testing';
import { startDistributed, type Distributed } from './distributed.ts';
import { liveWidgetStories } from './live-widget.ts';
import { taskStories } from './tasks.ts';
import { territoryStories } from './territories.ts';
import { traceStories } from './traces.ts';

/** The same stories as in one process, told by six of them. */

let collector: Collector;
let system: Promise<Distributed> | undefined;
const secret = randomBytes(32);
const stage = (): Promise<Distributed> =>
  (system ??= startDistributed({
    environment: {
      MAIL_WEBHOOK_SECRET: `whsec_${secret.toString('base64')}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    },
  }));
beforeAll(async () => {
  collector = await startCollector();
});
afterAll(async () => {
  await (await system)?.stop();
  await collector.stop();
});

describe('gateway and subgraphs as processes', () => {
  liveWidgetStories(stage);
  taskStories(stage);
  traceStories(stage, () => collector, {
    gateway: 'freshplan-gateway',
    of: (subgraph) => `freshplan-${subgraph}`,
  });
  it('what comes in beside the graph is answered by the subgraph it belongs to', async () => {
    const { url, kill, start } = await stage();
    const page = await fetch(`${url}/abmelden?t=wrong`);
    expect([page.status, page.headers.get('content-type')]).toEqual([
      404,
      expect.stringContaining('text/html'),
    ]);
    expect(await page.text()).toContain('Dieser Link ist ungültig');
    const deliver = (body: string, sent = body): Promise<Response> => {
      const id = randomUUID();
      const timestamp = String(Math.floor(Date.now() / 1_000));
      const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`);
      return fetch(`${url}/webhooks/mail`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'webhook-id': id,
          'webhook-timestamp': timestamp,
          'webhook-signature': `v1,${signature.digest('base64')}`,
        },
        body: sent,
      });
    };
    const known = await deliver('{}');
    expect([known.status, await known.json()]).toEqual([200, { result: 'IGNORED' }]);
    expect((await deliver('{}', '{ }')).status).toBe(401);
    await kill('communication');
    expect((await deliver('{}')).status).toBe(503);
    await start('communication');
    expect((await deliver('{}')).status).toBe(200);
  });
  it('who is denied a mutation at the gateway is on record in the subgraph that keeps the trail', async () => {
    const { ask } = await stage();
    const denied = await ask(
      'sales-at',
      `mutation { userDisable(input: {
         userId: "${randomUUID()}", version: 1, reason: "Geht uns heute verloren"
       }) { userErrors { code } } }`,
    );
    expect(denied.errors?.map(({ extensions }) => extensions?.code)).toEqual(['FORBIDDEN']);
    const trail =
      '{ auditTrail(first: 20, filter: { action: "accessDenied" }) { edges { node { after } } } }';
    await eventually(async () => {
      const { data } = await ask('admin', trail);
      const after = expect.objectContaining({
        operation: 'userDisable',
        roles: ['sales'],
        count: 1,
      });
      expect(data?.['auditTrail']).toEqual({
        edges: expect.arrayContaining([{ node: { after } }]),
      });
    });
  });
  // Last: the person who registers leads in all of them moves away.
  territoryStories(stage);
});
