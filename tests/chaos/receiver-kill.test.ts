import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  RegisterLeadDocument,
  accepted,
  clientCredentials,
  createPartnerClient,
  type PartnerClient,
} from '@freshplan/partner';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  RECEIVER_CERTIFICATE,
  createTestDatabase,
  eventually,
  startReceiver,
  type Receiver,
  type TestDatabase,
} from '#kernel/testing';
import { createSubgraphs } from '#subgraphs';
import { demoLogin } from '../../gateway/demo-logins.ts';
import { databaseEnvironment, freePort } from '../stories/system.ts';
import {
  callerOf,
  registerPeople,
  startProcess,
  type Caller,
  type SystemProcess,
} from './process.ts';

const DATA_DIR = `.data/chaos-receiver-${process.pid}`;
const PATIENT = { timeoutMs: 60_000, intervalMs: 50 };

let db: TestDatabase;
let receiver: Receiver;
let caller: Caller;
let partner: PartnerClient;
let environment: Record<string, string>;
let running: SystemProcess | undefined;

/** The system under a clock that is ahead by so much. */
const start = async (aheadMs: number): Promise<void> => {
  const program = 'tests/chaos/child.ts';
  running = startProcess({ program, args: [String(aheadMs)], environment });
  await running.ready;
};

beforeAll(async () => {
  await mkdir(DATA_DIR, { recursive: true });
  const certificate = resolve(join(DATA_DIR, 'receiver.pem'));
  await writeFile(certificate, RECEIVER_CERTIFICATE);
  db = await createTestDatabase({ modules: createSubgraphs({}) });
  receiver = await startReceiver();
  const port = await freePort();
  caller = callerOf(port, DATA_DIR);
  const origin = `http://localhost:${port}`;
  partner = createPartnerClient({
    url: `${origin}/graphql`,
    tokens: clientCredentials({
      issuer: `${origin}/oidc`,
      clientId: 'partner-distributor',
      clientSecret: 'demo',
    }),
  });
  environment = {
    PORT: String(port),
    DATA_DIR,
    LOG_LEVEL: 'warn',
    ...databaseEnvironment(db),
    WEBHOOK_LOCAL_RECEIVERS: 'true',
    NODE_EXTRA_CA_CERTS: certificate,
  };
  await start(0);
  await registerPeople(caller);
}, 180_000);
afterAll(async () => {
  await running?.end('SIGKILL');
  await receiver?.close();
  await db?.close();
  await rm(DATA_DIR, { recursive: true, force: true });
});

it('F-27: what was being told a firm when the process was killed is told again, under its id', async () => {
  const partnerOrgId = demoLogin('partner-distributor')?.partnerOrgId;
  const { data } = await caller.ask<{ made: { webhook: { id: string } | null } }>(
    'admin',
    `mutation R($input: PartnerWebhookRegisterInput!) { made: partnerWebhookRegister(input: $input) {
       webhook { id } userErrors { code } } }`,
    { input: { partnerOrgId, url: receiver.url, topics: ['LEAD_REGISTERED'] } },
  );
  expect(data?.made.webhook).toBeTruthy();
  receiver.behave(() => {});
  const { leadRegister } = await partner.run(RegisterLeadDocument, {
    input: { companyName: 'Gasthaus Sonne', city: 'Hamburg', source: 'PARTNER' },
  });
  const leadId = accepted(leadRegister).lead?.id;
  await eventually(() => expect(receiver.received).toHaveLength(1), PATIENT);
  await running?.end('SIGKILL');
  const [claimed] = await db.admin<{ status: string }>('select status from partners.delivery');
  expect(claimed).toEqual({ status: 'SENDING' });

  receiver.behave((response) => response.writeHead(204).end());
  await start(2 * 60_000);
  await eventually(async () => {
    const rows = await db.admin('select status, attempts, lead_id from partners.delivery');
    expect(rows).toEqual([{ status: 'DELIVERED', attempts: 2, lead_id: leadId }]);
  }, PATIENT);
  const [first, second, ...more] = receiver.received.map(({ headers }) => headers['webhook-id']);
  expect([second, more]).toEqual([first, []]);
}, 120_000);
