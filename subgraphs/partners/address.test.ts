import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  AddressRefused,
  addressOf,
  createResolve,
  guardedLookup,
  isPublic,
  type Address,
  type AddressRules,
} from './address.ts';

const rules: AddressRules = { ports: [443, 8443], isLocalAllowed: false };
const local: AddressRules = { ...rules, isLocalAllowed: true };

describe('an address of a receiver', () => {
  it.each([
    ['https://hooks.partner.de/freshplan', 'https://hooks.partner.de/freshplan'],
    ['https://hooks.partner.de:8443/', 'https://hooks.partner.de:8443/'],
    ['https://HOOKS.Partner.DE:443', 'https://hooks.partner.de/'],
    ['https://küche.example/a b', 'https://xn--kche-0ra.example/a%20b'],
  ])('%s is taken', (text, href) => {
    expect(addressOf(text, rules).href).toBe(href);
  });

  it.each([
    'http://hooks.partner.de/',
    'ftp://hooks.partner.de/',
    'file:///etc/passwd',
    'hooks.partner.de',
    '',
    'https://',
    `https://hooks.partner.de/${'x'.repeat(500)}`,
    'https://user:word@hooks.partner.de/',
    'https://user@hooks.partner.de/',
    'https://hooks.partner.de/?token=1',
    'https://hooks.partner.de/?',
    'https://hooks.partner.de/#part',
    'https://hooks.partner.de:444/',
    'https://hooks.partner.de:22/',
    'https://hooks.partner.de:4001/',
    'https://localhost/',
    'https://localhost:4001',
    'https://localhost./',
    'https://app.localhost/',
    'https://intranet/',
    'https://db.internal/',
    'https://printer.local/',
    'https://router.home.arpa/',
    'https://hooks.partner.de./',
    'https://93.184.216.34/',
    'https://169.254.169.254/',
    'https://2852039166/',
    'https://0xa9fea9fe/',
    'https://0251.0376.0251.0376/',
    'https://127.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[2606:2800:220:1:248:1893:25c8:1946]/',
    'https://[64:ff9b::7f00:1]/',
    'https://①②⑦.⓪.⓪.①/',
  ])('%s is refused', (text) => {
    expect(() => addressOf(text, rules)).toThrow(AddressRefused);
  });

  it('may be on this machine only where that is switched on', () => {
    expect(addressOf('https://localhost:9443/x', local).port).toBe('9443');
    for (const text of [
      'http://localhost:9443/',
      'https://127.0.0.1:9443/',
      'https://a.localhost/',
    ]) {
      expect(() => addressOf(text, local)).toThrow(AddressRefused);
    }
  });
});

it.each([
  ['93.184.216.34', true],
  ['2606:2800:220:1:248:1893:25c8:1946', true],
  ['0.0.0.0', false],
  ['10.1.2.3', false],
  ['100.64.0.1', false],
  ['100.127.255.255', false],
  ['100.128.0.1', true],
  ['127.0.0.53', false],
  ['169.254.169.254', false],
  ['172.16.0.1', false],
  ['172.31.255.255', false],
  ['172.32.0.1', true],
  ['192.0.0.8', false],
  ['192.168.1.1', false],
  ['198.18.0.1', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:93.184.216.34', false],
  ['64:ff9b::5db8:d822', false],
  ['64:ff9b:1::1', false],
  ['100::1', false],
  ['2001::1', false],
  ['2001:db8::1', false],
  ['2002:7f00:1::', false],
  ['fc00::1', false],
  ['fd12:3456::1', false],
  ['fe80::1', false],
  ['fec0::1', false],
  ['ff02::1', false],
  ['example.com', false],
  ['', false],
])('%s is public: %s', (address, expected) => {
  expect(isPublic(address)).toBe(expected);
});

describe('the look-up of a connection', () => {
  const look = (addresses: Address[], all: boolean, hostname = 'hooks.partner.de', by = rules) =>
    new Promise((resolve, reject) => {
      guardedLookup(by, async () => addresses)(hostname, { all }, (error, address, family) =>
        error ? reject(error) : resolve({ address, family }),
      );
    });
  const four = { address: '93.184.216.34', family: 4 } as const;
  const six = { address: '2606:2800:220:1:248:1893:25c8:1946', family: 6 } as const;

  it('answers one address, in either form it is asked for', async () => {
    expect(await look([four, six], false)).toEqual(four);
    expect(await look([six, four], true)).toEqual({ address: [six], family: undefined });
  });

  it('is made once per connection: what a second one would say counts for nothing', async () => {
    const answers: Address[][] = [[four], [{ address: '127.0.0.1', family: 4 }]];
    const lookup = guardedLookup(rules, async () => answers.shift() ?? []);
    const first = await new Promise((resolve) => {
      lookup('hooks.partner.de', { all: true }, (_, address) => resolve(address));
    });
    expect([first, answers.length]).toEqual([[four], 1]);
    const second = await new Promise((resolve) => {
      lookup('hooks.partner.de', { all: true }, (error) => resolve(error));
    });
    expect(second).toBeInstanceOf(AddressRefused);
  });

  it('refuses a name as a whole when one of its addresses is not public', async () => {
    const inside = { address: '10.0.0.7', family: 4 } as const;
    for (const addresses of [[inside], [four, inside], [six, inside]]) {
      await expect(look(addresses, true)).rejects.toBeInstanceOf(AddressRefused);
    }
    await expect(look([], true)).rejects.toThrow('no address');
  });

  it('leads to this machine by one name, where that is switched on', async () => {
    const here = { address: '127.0.0.1', family: 4 } as const;
    expect(await look([], false, 'localhost', local)).toEqual(here);
    await expect(look([here], false, 'hooks.partner.de', local)).rejects.toThrow(AddressRefused);
    await expect(look([here], false, 'localhost')).rejects.toThrow(AddressRefused);
  });
});

describe('a name server', () => {
  const A = 1;
  const AAAA = 28;

  /** One that knows these addresses, or nothing at all. */
  async function serve(known?: Readonly<Record<number, readonly number[]>>): Promise<Socket> {
    const server = createSocket('udp4');
    server.on('message', (question, { port, address }) => {
      if (known === undefined) return;
      const end = question.indexOf(0, 12) + 5;
      const type = question.readUInt16BE(end - 4);
      const bytes = known[type] ?? [];
      const header = Buffer.from([0x81, 0x80, 0, 1, 0, bytes.length > 0 ? 1 : 0, 0, 0, 0, 0]);
      // The name of the question, class IN, a minute.
      const record = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, bytes.length, ...bytes]);
      const answer = [question.subarray(0, 2), header, question.subarray(12, end)];
      server.send(Buffer.concat(bytes.length > 0 ? [...answer, record] : answer), port, address);
    });
    server.bind(0, '127.0.0.1');
    await once(server, 'listening');
    return server;
  }
  const serversOf = (server: Socket) => ({ servers: [`127.0.0.1:${server.address().port}`] });
  const signal = new AbortController().signal;

  it('is asked for addresses of both families', async () => {
    const six = [0x20, 0x01, 0x48, 0x60, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
    const server = await serve({ [A]: [10, 0, 0, 7], [AAAA]: six });
    const onlyFour = await serve({ [A]: [93, 184, 216, 34] });
    const none = await serve({});
    try {
      expect(await createResolve(serversOf(server))('hooks.partner.de', signal)).toEqual([
        { address: '10.0.0.7', family: 4 },
        { address: '2001:4860::1', family: 6 },
      ]);
      expect(await createResolve(serversOf(onlyFour))('hooks.partner.de', signal)).toEqual([
        { address: '93.184.216.34', family: 4 },
      ]);
      await expect(createResolve(serversOf(none))('hooks.partner.de', signal)).rejects.toThrow();
    } finally {
      for (const each of [server, onlyFour, none]) each.close();
    }
  });

  it('that is silent is left when the call is over', async () => {
    const server = await serve();
    const ending = new AbortController();
    const asked = once(server, 'message');
    try {
      const resolved = createResolve(serversOf(server))('hooks.partner.de', ending.signal);
      await asked;
      ending.abort();
      await expect(resolved).rejects.toMatchObject({ code: 'ECANCELLED' });
    } finally {
      server.close();
    }
  });
});
