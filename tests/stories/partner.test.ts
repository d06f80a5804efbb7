import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';
import {
  LeadDocument,
  RegisterLeadDocument,
  ViewerDocument,
  accepted,
  clientCredentials,
  createPartnerClient,
  createWebhookVerifier,
  leadsOf,
  type PartnerClient,
} from '@freshplan/partner';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  RECEIVER_CERTIFICATE,
  eventually,
  programEnvironment,
  startReceiver,
  type Receiver,
} from '#kernel/testing';
import { demoLogin } from '../../gateway/demo-logins.ts';
import { startTestSystem, type TestSystem } from './system.ts';

const run = promisify(execFile);
const PACKAGE = join(import.meta.dirname, '../../clients/partner');
const SECRET = 'demo';

let system: TestSystem;
/** Under the name that its issuer bears. */
let origin: string;

let receiver: Receiver;

beforeAll(async () => {
  setDefaultCACertificates([...getCACertificates('default'), RECEIVER_CERTIFICATE]);
  receiver = await startReceiver();
  system = await startTestSystem({ environment: { WEBHOOK_LOCAL_RECEIVERS: 'true' } });
  origin = system.url.replace('127.0.0.1', 'localhost');
}, 120_000);
afterAll(async () => {
  await system?.stop();
  await receiver?.close();
});

const clientOf = (clientId: string, clientSecret = SECRET): PartnerClient =>
  createPartnerClient({
    url: `${origin}/graphql`,
    tokens: clientCredentials({ issuer: `${origin}/oidc`, clientId, clientSecret }),
    attemptsMax: 2,
  });
const namesOf = async (client: PartnerClient): Promise<string[]> => {
  const names: string[] = [];
  for await (const { companyName } of leadsOf(client)) names.push(companyName);
  return names;
};

it('a firm signs in by name and secret, and is nobody else', async () => {
  const { me } = await clientOf('partner-distributor').run(ViewerDocument);
  expect(me).toMatchObject({ roles: ['partner'], territories: ['DE'] });
  expect(me.user.id).toBe(demoLogin('partner-distributor')?.userId);
  const failed = clientOf('partner-distributor', 'wrong').run(ViewerDocument);
  await expect(failed).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

it('the example registers a lead and lists how those of the firm stand', async () => {
  const { stdout } = await run(
    process.execPath,
    [join(PACKAGE, 'examples/register-lead.ts'), 'Gasthaus Sonne', 'Hamburg'],
    {
      env: {
        ...programEnvironment(),
        FRESHPLAN_URL: origin,
        PARTNER_ID: 'partner-distributor',
        PARTNER_SECRET: SECRET,
      },
    },
  );
  expect(stdout).toMatch(/^registered [0-9a-f-]{36} Gasthaus Sonne$/m);
  await system.settled();
  expect(await namesOf(clientOf('partner-distributor'))).toEqual(['Gasthaus Sonne']);
});

it('another firm sees nothing of it, the manager finds it waiting without an owner', async () => {
  expect(await namesOf(clientOf('partner-erp'))).toEqual([]);
  const { data } = await system.ask<{
    leadTriage: { edges: { node: { companyName: string; source: string; ownerUserId: null } }[] };
  }>(
    'manager-de',
    '{ leadTriage(territory: DE) { edges { node { companyName source ownerUserId } } } }',
  );
  expect(data?.leadTriage.edges).toEqual([
    { node: { companyName: 'Gasthaus Sonne', source: 'PARTNER', ownerUserId: null } },
  ]);
});

it('a registration sent twice under one key is one lead', async () => {
  const client = clientOf('partner-distributor');
  const input = {
    companyName: 'Hotel Krone',
    city: 'Bremen',
    source: 'PARTNER' as const,
    idempotencyKey: 'order-4711',
  };
  const [one, other] = await Promise.all([
    client.run(RegisterLeadDocument, { input }),
    client.run(RegisterLeadDocument, { input }),
  ]);
  const { lead } = accepted(one.leadRegister);
  expect(accepted(other.leadRegister).lead?.id).toBe(lead?.id);
  const read = await client.run(LeadDocument, { id: lead?.id ?? '' });
  expect(read.lead).toMatchObject({ companyName: 'Hotel Krone', status: 'REGISTERED' });
});

it('what the domain refuses comes back with its code, and what is not stored is not run', async () => {
  const client = clientOf('partner-distributor');
  const refused = await client.run(RegisterLeadDocument, {
    input: { companyName: ' ', city: 'Bremen', source: 'PARTNER' },
  });
  expect(() => accepted(refused.leadRegister)).toThrow('BAD_USER_INPUT');
  const { errors } = await system.ask('partner-distributor', '{ me { roles } }');
  expect(errors?.[0]?.extensions?.code).toBe('OPERATION_NOT_PERSISTED');
});

it('the package holds what a firm needs, and works where it is installed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'freshplan-partner-'));
  try {
    const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], {
      cwd: PACKAGE,
    });
    const [packed] = JSON.parse(stdout.slice(stdout.indexOf('['))) as [
      { filename: string; files: { path: string }[] },
    ];
    const files = packed.files.map(({ path }) => path);
    expect(files).toContain('dist/index.js');
    expect(files).toContain('dist/index.d.ts');
    expect(
      files.filter((path) => /test|operations\.graphql|\.ts$/.test(path.replace('.d.ts', ''))),
    ).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
  }
}, 60_000);

it('a firm hears what becomes of its leads and proves who says so, while secrets change too', async () => {
  const administer = async <Data>(field: string, type: string, input: object, shape: string) => {
    const query = `mutation M($input: ${type}!) { made: ${field}(input: $input) {
      ${shape} userErrors { code message } } }`;
    const { data } = await system.ask<{ made: Data }>('admin', query, { input });
    if (!data) throw new Error(`${field} failed`);
    return data.made;
  };
  const partnerOrgId = demoLogin('partner-distributor')?.partnerOrgId;
  const topics = ['LEAD_REGISTERED', 'LEAD_STATUS_CHANGED', 'LEAD_STAGE_CHANGED'];
  const made = await administer<{ webhook: { id: string }; secret: string }>(
    'partnerWebhookRegister',
    'PartnerWebhookRegisterInput',
    { partnerOrgId, url: receiver.url, topics },
    'webhook { id } secret',
  );
  const input = { companyName: 'Bäckerei Morgenrot', city: 'Kiel', source: 'PARTNER' as const };
  const own = await clientOf('partner-distributor').run(RegisterLeadDocument, { input });
  const { id: leadId } = accepted(own.leadRegister).lead ?? { id: '' };
  // Of another firm: nobody here hears of it.
  await clientOf('partner-erp').run(RegisterLeadDocument, { input: { ...input, city: 'Wien' } });
  await eventually(() => expect(receiver.received).toHaveLength(1));
  const rotated = await administer<{ secret: string }>(
    'partnerWebhookSecretRotate',
    'PartnerWebhookInput',
    { id: made.webhook.id },
    'secret',
  );
  await administer('partnerWebhookTest', 'PartnerWebhookInput', { id: made.webhook.id }, '');
  await eventually(() => expect(receiver.received).toHaveLength(2));

  const [first, second] = receiver.received;
  if (first === undefined || second === undefined) throw new Error('Nothing was received');
  const verify = createWebhookVerifier({ secrets: [made.secret] });
  expect(await verify(first.body, first.headers)).toMatchObject({
    isRepeated: false,
    payload: { type: 'lead.registered', data: { leadId, status: 'REGISTERED', territory: 'DE' } },
  });
  expect(await verify(second.body, second.headers)).toMatchObject({ isRepeated: false });
  expect(await verify(second.body, second.headers)).toMatchObject({ isRepeated: true });
  const verifyNew = createWebhookVerifier({ secrets: [rotated.secret] });
  expect(await verifyNew(second.body, second.headers)).toMatchObject({
    payload: { type: 'webhook.test', data: { webhookId: made.webhook.id } },
  });
  await expect(verifyNew(first.body, first.headers)).rejects.toThrow('not signed by us');
  await expect(verify(`${second.body} `, second.headers)).rejects.toThrow('not signed by us');
  expect(first.body).not.toContain('Morgenrot');
});
