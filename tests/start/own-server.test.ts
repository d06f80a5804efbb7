import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '#kernel/testing';
import {
  callerOf,
  leadInput,
  registerPeople,
  startProcess,
  type SystemProcess,
} from '../chaos/process.ts';
import { ownBinaries, startOwnServer, type OwnServer } from '../drill/server.ts';
import { freePort } from '../stories/system.ts';

const START_TIMEOUT_MS = 120_000;

describe.skipIf(ownBinaries === undefined)("on the system's own PostgreSQL", () => {
  let server: OwnServer;
  const systems: SystemProcess[] = [];

  beforeAll(async () => {
    server = await startOwnServer({ roles: true });
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    for (const system of systems) await system.end('SIGKILL');
    await server.stop();
  }, 60_000);

  it('the connection string of a role that may create roles is enough: roles and schemas are made, the widget moves', async () => {
    const publicPort = await freePort();
    const environment = {
      PORT: String(publicPort),
      DATA_DIR: join(server.directory, 'files'),
      LOG_LEVEL: 'warn',
      DATABASE_URL: server.urlOf('operator'),
    };
    const caller = callerOf(publicPort, environment.DATA_DIR);
    const start = async (): Promise<SystemProcess> => {
      const system = startProcess({ args: ['--no-demo'], environment });
      systems.push(system);
      await system.ready;
      return system;
    };
    const total = async (login: string): Promise<number | undefined> => {
      const { data } = await caller.ask<{ leadWidget: { leadStats: { total: number } } }>(
        login,
        '{ leadWidget { leadStats { total } } }',
      );
      return data?.leadWidget.leadStats.total;
    };

    const first = await start();
    expect(first.output.stdout).toMatch(new RegExp(`PostgreSQL .+ 127.0.0.1:${server.port}`));
    await registerPeople(caller);
    expect(await total('manager-de')).toBe(0);
    const { data } = await caller.ask<{ leadRegister: { lead: { id: string } | null } }>(
      'sales-de',
      'mutation R($input: LeadRegisterInput!) { leadRegister(input: $input) { lead { id } } }',
      { input: leadInput() },
    );
    const id = data?.leadRegister.lead?.id;
    expect(id).toBeTruthy();
    await eventually(async () => expect(await total('manager-de')).toBe(1), { timeoutMs: 10_000 });
    expect(await total('sales-at')).toBe(0);
    expect((await first.end('SIGTERM')).code).toBe(0);
    expect(first.output.stderr).not.toMatch(/"level":(50|60)/);

    await start();
    expect(await total('sales-de')).toBe(1);
    const foreign = await caller.ask<{ lead: unknown }>(
      'sales-de-2',
      'query L($id: ID!) { lead(id: $id) { id } }',
      { id },
    );
    expect(foreign.data?.lead ?? null).toBeNull();
    expect(existsSync(join(environment.DATA_DIR, 'postgres'))).toBe(false);
  }, 180_000);
});
