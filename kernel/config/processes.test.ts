import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig, type ConfigSources } from './index.ts';

const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64');

function faultsOf(environment: Record<string, string>, kind: ConfigSources['kind'] = 'system') {
  try {
    loadConfig(environment, { kind });
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map((fault) => fault.key);
    throw error;
  }
  return [];
}

describe('the gateway as a process', () => {
  it('needs a key for its subgraphs and no database', () => {
    expect(faultsOf({}, 'gateway')).toEqual(['SUBGRAPH_KEYS']);
    const config = loadConfig(
      { SUBGRAPH_KEYS: `leads=${key(1)},admin=${key(2)}`, SUBGRAPH_URLS: 'leads=http://leads:1/g' },
      { kind: 'gateway' },
    );
    expect([...(config.SUBGRAPH_KEYS?.keys() ?? [])]).toEqual(['leads', 'admin']);
    expect(config.SUBGRAPH_KEYS?.get('admin')).toEqual(Buffer.alloc(32, 2));
    expect(config.SUBGRAPH_URLS).toEqual(new Map([['leads', 'http://leads:1/g']]));
  });

  it('gives each subgraph a key of its own', () => {
    expect(faultsOf({ SUBGRAPH_KEYS: `leads=${key(1)},admin=${key(1)}` }, 'gateway')).toEqual([
      'SUBGRAPH_KEYS',
    ]);
  });

  it.each([
    ['SUBGRAPH_KEYS', 'leads'],
    ['SUBGRAPH_KEYS', 'leads=short'],
    ['SUBGRAPH_KEYS', `=${key(1)}`],
    ['SUBGRAPH_KEYS', `leads=${key(1)},leads=${key(2)}`],
    ['SUBGRAPH_URLS', 'leads=leads:4101'],
    ['SUBGRAPH_URLS', 'http://leads:4101/graphql'],
    ['SUBGRAPH_KEY', 'short'],
    ['SUBGRAPH_KEY', `${key(1)},rubbish!`],
  ])('is refused with %s=%s', (name, value) => {
    expect(faultsOf({ [name]: value })).toEqual([name]);
  });

  it('in production answers for its own secrets and for no other', () => {
    const environment = { NODE_ENV: 'production', SUBGRAPH_KEYS: `leads=${key(1)}` };
    expect(faultsOf(environment, 'gateway')).toEqual([
      'CURSOR_SECRET',
      'OIDC_ISSUER',
      'PUBLIC_URL',
    ]);
  });
});

describe('a subgraph as a process', () => {
  it('needs its key and the database of all', () => {
    expect(faultsOf({}, 'subgraph')).toEqual(['SUBGRAPH_KEY', 'DATABASE_URL']);
  });

  it('takes a second key while they change', () => {
    const { SUBGRAPH_KEY } = loadConfig({ SUBGRAPH_KEY: `${key(1)}, ${key(2)}` });
    expect(SUBGRAPH_KEY).toEqual([Buffer.alloc(32, 1), Buffer.alloc(32, 2)]);
  });

  it('in production answers for its own secrets and for no other', () => {
    const environment = {
      NODE_ENV: 'production',
      SUBGRAPH_KEY: key(1),
      DATABASE_URL: 'postgresql://db/x',
    };
    expect(faultsOf(environment, 'subgraph')).toEqual([
      'KEY_ENCRYPTION_KEY',
      'UNSUBSCRIBE_SECRET',
      'DATABASE_ROLE_SECRET',
      'PUBLIC_URL',
    ]);
  });

  it('takes a fallback where neither environment nor command line says anything', () => {
    const fallback = { PORT: '4101' };
    expect(loadConfig({}, { fallback }).PORT).toBe(4101);
    expect(loadConfig({ PORT: '' }, { fallback }).PORT).toBe(4101);
    expect(loadConfig({ PORT: '5000' }, { fallback }).PORT).toBe(5000);
    expect(loadConfig({ PORT: '5000' }, { fallback, commandLine: { PORT: '6000' } }).PORT).toBe(
      6000,
    );
  });
});

describe('migrations as a process', () => {
  it('need the owner alone, or a role that makes the others and their secret', () => {
    const owner = { DATABASE_OWNER_URL: 'postgresql://owner@db/freshplan' };
    expect(faultsOf(owner, 'migration')).toEqual([]);
    expect(faultsOf({ ...owner, NODE_ENV: 'production' }, 'migration')).toEqual([]);
    expect(faultsOf({ NODE_ENV: 'production' }, 'migration')).toEqual([
      'DATABASE_ROLE_SECRET',
      'DATABASE_URL',
    ]);
  });
});
