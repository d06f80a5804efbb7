import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  LeadDocument,
  RegisterLeadDocument,
  ViewerDocument,
  accepted,
  clientCredentials,
  createPartnerClient,
  leadsOf,
  type PartnerClient,
} from '@freshplan/partner';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { programEnvironment } from '#kernel/testing';
import { demoLogin } from '../../gateway/demo-logins.ts';
import { startTestSystem, type TestSystem } from './system.ts';

const run = promisify(execFile);
const PACKAGE = join(import.meta.dirname, '../../clients/partner');
const SECRET = 'demo';

let system: TestSystem;
/** Under the name that its issuer bears. */
let origin: string;

beforeAll(async () => {
  system = await startTestSystem();
  origin = system.url.replace('127.0.0.1', 'localhost');
}, 120_000);
afterAll(() => system?.stop());

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
