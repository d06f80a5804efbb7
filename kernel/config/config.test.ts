import { describe, expect, it } from 'vitest';
import { ConfigError, describeConfig, loadConfig } from './index.ts';

const faultsOf = (environment: Record<string, string>): string[] => {
  try {
    loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map((fault) => fault.key);
    throw error;
  }
  return [];
};

describe('configuration', () => {
  it('is complete and frozen without any environment', () => {
    const config = loadConfig({});
    expect(config).toMatchObject({
      PORT: 4000,
      production: false,
      freeDocuments: true,
      loadSheddingDelayMs: 0,
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('treats an empty value as absent', () => {
    expect(loadConfig({ PORT: '', DATABASE_URL: '' }).PORT).toBe(4000);
  });

  it('lists all faults at once', () => {
    expect(faultsOf({ PORT: '99999', DATABASE_URL: 'nowhere', CURSOR_SECRET: 'short' })).toEqual([
      'PORT',
      'DATABASE_URL',
      'CURSOR_SECRET',
    ]);
  });

  it('reads headers of the collector percent-encoded, and refuses what is no share of traces', () => {
    const config = loadConfig({
      OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector.example:4318',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20a%2Cb, x-team = crm',
      OTEL_TRACES_SAMPLER_ARG: '0.1',
    });
    expect(config.OTEL_EXPORTER_OTLP_HEADERS).toEqual({
      authorization: 'Bearer a,b',
      'x-team': 'crm',
    });
    expect(config.OTEL_TRACES_SAMPLER_ARG).toBe(0.1);
    expect(loadConfig({}).OTEL_TRACES_SAMPLER_ARG).toBe(1);
    for (const wrong of ['authorization', '=x', 'a=%E0%A4%A', 'a=b c']) {
      expect(faultsOf({ OTEL_EXPORTER_OTLP_HEADERS: wrong })).toEqual([
        'OTEL_EXPORTER_OTLP_HEADERS',
      ]);
    }
    expect(faultsOf({ OTEL_TRACES_SAMPLER_ARG: '10' })).toEqual(['OTEL_TRACES_SAMPLER_ARG']);
    expect(faultsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' })).toEqual([
      'OTEL_EXPORTER_OTLP_ENDPOINT',
    ]);
  });

  it('takes several servers for the bridge and refuses what is none', () => {
    const servers = 'nats://user:word@one:4222, tls://two:4222';
    expect(loadConfig({ EVENTS_BRIDGE: servers }).EVENTS_BRIDGE).toBe(servers);
    for (const wrong of ['one:4222', 'http://one:4222', 'nats://one:4222,two']) {
      expect(faultsOf({ EVENTS_BRIDGE: wrong })).toEqual(['EVENTS_BRIDGE']);
    }
  });

  it('wants all roles once one of them is given, but for the owner', () => {
    const url = 'postgresql://role@db/freshplan';
    const [app, keys, jobs] = ['DATABASE_URL', 'DATABASE_KEYS_URL', 'DATABASE_JOBS_URL'];
    expect(faultsOf({ DATABASE_OWNER_URL: url })).toEqual([app, keys, jobs]);
    expect(faultsOf({ DATABASE_URL: url, DATABASE_JOBS_URL: url })).toEqual([keys]);
    expect(faultsOf({ DATABASE_URL: url, DATABASE_JOBS_URL: url, DATABASE_KEYS_URL: url })).toEqual(
      [],
    );
  });

  it('wants what a replica follows, and the database it shares', () => {
    expect(faultsOf({ EVENTS_FROM: 'bridge' })).toEqual(['EVENTS_BRIDGE', 'DATABASE_URL']);
  });

  it('refuses production with demo secrets or without its own database and issuer', () => {
    expect(faultsOf({ NODE_ENV: 'production' })).toEqual([
      'KEY_ENCRYPTION_KEY',
      'CURSOR_SECRET',
      'UNSUBSCRIBE_SECRET',
      'DATABASE_ROLE_SECRET',
      'DATABASE_URL',
      'OIDC_ISSUER',
      'PUBLIC_URL',
    ]);
  });

  it('accepts production with secrets of its own and turns free documents off', () => {
    const own = 'x'.repeat(40);
    const config = loadConfig({
      NODE_ENV: 'production',
      DATABASE_URL: 'postgresql://app@db/freshplan',
      DATABASE_OWNER_URL: 'postgresql://owner@db/freshplan',
      DATABASE_KEYS_URL: 'postgresql://keys@db/freshplan',
      DATABASE_JOBS_URL: 'postgresql://jobs@db/freshplan',
      OIDC_ISSUER: 'https://login.example',
      PUBLIC_URL: 'https://freshplan.example',
      KEY_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
      CURSOR_SECRET: own,
      UNSUBSCRIBE_SECRET: own,
    });
    expect(config).toMatchObject({
      production: true,
      freeDocuments: false,
      loadSheddingDelayMs: 200,
    });
  });

  it('wants https in production, but for addresses within the machine', () => {
    const faults = (issuer: string, url: string): string[] =>
      faultsOf({ NODE_ENV: 'production', OIDC_ISSUER: issuer, PUBLIC_URL: url }).filter((key) =>
        ['OIDC_ISSUER', 'PUBLIC_URL'].includes(key),
      );
    expect(faults('http://login.example', 'http://crm.example')).toEqual([
      'OIDC_ISSUER',
      'PUBLIC_URL',
    ]);
    expect(faults('http://localhost.example', 'http://10.0.0.1')).toHaveLength(2);
    expect(faults('https://login.example', 'http://localhost:4000')).toEqual([]);
    expect(faults('http://127.0.0.1:9000', 'https://crm.example')).toEqual([]);
  });

  it('calls receivers on listed ports, and on this machine in development alone', () => {
    expect(loadConfig({}).WEBHOOK_PORTS).toEqual([443, 8443]);
    expect(loadConfig({ WEBHOOK_PORTS: '443, 9443' }).WEBHOOK_PORTS).toEqual([443, 9443]);
    for (const wrong of ['https', '0', '443,', '70000', '44.3']) {
      expect(faultsOf({ WEBHOOK_PORTS: wrong })).toEqual(['WEBHOOK_PORTS']);
    }
    expect(loadConfig({ WEBHOOK_LOCAL_RECEIVERS: 'true' }).WEBHOOK_LOCAL_RECEIVERS).toBe(true);
    const production = { NODE_ENV: 'production', WEBHOOK_LOCAL_RECEIVERS: 'true' };
    expect(faultsOf(production)).toContain('WEBHOOK_LOCAL_RECEIVERS');
  });

  it('asks for the server when mail goes out by SMTP', () => {
    expect(faultsOf({ MAIL_ADAPTER: 'smtp' })).toEqual(['SMTP_URL']);
  });

  it('describes every key for the example file', () => {
    expect(describeConfig()).toContain('#PORT=4000');
  });
});
