/** Where webhooks may go: public https addresses by name, so that nobody reaches our own network through us. */
import { Resolver } from 'node:dns/promises';
import { BlockList, isIP, type LookupFunction } from 'node:net';

export interface AddressRules {
  /** Ports beside which nothing is called. */
  readonly ports: readonly number[];
  /** Development and tests: also this machine, on any port. Production refuses to start with it. */
  readonly isLocalAllowed: boolean;
}

export interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Every address of a name. Rejects when there is none, and soon after the signal. */
export type Resolve = (hostname: string, signal: AbortSignal) => Promise<readonly Address[]>;

/** The address, or the name, may not be called. */
export class AddressRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AddressRefused';
  }
}

export const URL_LENGTH_MAX = 500;
const DNS_TIMEOUT_MS = 2_000;

/** Names that never are of a foreign firm, whatever a resolver says of them. */
const OWN_NAMES = /(^|\.)(localhost|local|internal|intranet|lan|home\.arpa|onion)$/;

/** Everything of IPv4 that is not the public internet, by the IANA special-purpose registry. */
const NOT_PUBLIC_4 = blockList('ipv4', [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]);

/** The one block of IPv6 that is public; mapped, translated, local and multicast ones lie outside. */
const GLOBAL_6 = blockList('ipv6', ['2000::/3']);
/** What of it leads elsewhere: Teredo and its neighbours, documentation, 6to4. */
const NOT_PUBLIC_6 = blockList('ipv6', ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']);

/** The address in its one spelling. @throws AddressRefused with a sentence for people */
export function addressOf(text: string, rules: AddressRules): URL {
  const url = text.length <= URL_LENGTH_MAX ? URL.parse(text) : null;
  const fault = url === null ? 'Das ist keine Adresse.' : faultOf(url, rules);
  if (url === null || fault !== undefined) throw new AddressRefused(fault ?? '');
  return url;
}

function faultOf(url: URL, { ports, isLocalAllowed }: AddressRules): string | undefined {
  const { protocol, username, password, search, hash, hostname } = url;
  if (protocol !== 'https:') return 'Die Adresse muss mit https:// beginnen.';
  if (username !== '' || password !== '') return 'Die Adresse darf keine Zugangsdaten enthalten.';
  if (search !== '' || hash !== '' || /[?#]/.test(url.href)) {
    return 'Die Adresse darf weder Parameter noch eine Sprungmarke enthalten.';
  }
  if (isLocalAllowed && hostname === 'localhost') return undefined;
  const port = url.port === '' ? 443 : Number(url.port);
  if (!ports.includes(port)) return `Erlaubt sind nur die Ports ${ports.join(', ')}.`;
  // Decimal, octal and hexadecimal spellings have become dotted ones by now.
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) {
    return 'Die Adresse muss einen Namen haben, keine IP-Adresse.';
  }
  const isName = hostname.includes('.') && !hostname.endsWith('.') && !OWN_NAMES.test(hostname);
  return isName ? undefined : 'Dieser Name ist von außen nicht erreichbar.';
}

/** Whether an IP address belongs to the public internet. What is no address does not. */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !NOT_PUBLIC_4.check(address, 'ipv4');
  return family === 6 && GLOBAL_6.check(address, 'ipv6') && !NOT_PUBLIC_6.check(address, 'ipv6');
}

/**
 * For one connection: resolves the name once and answers the one address that is connected to.
 * A name of which any address is not public is refused as a whole.
 */
export function guardedLookup(
  rules: AddressRules,
  resolve: (hostname: string) => ReturnType<Resolve>,
): LookupFunction {
  return (hostname, { all }, done) => {
    const answer = async (): Promise<void> => {
      const found = await chosenAddress(hostname, rules, resolve).catch((error: Error) => error);
      if (found instanceof Error) return done(found, '', 0);
      return all === true ? done(null, [found]) : done(null, found.address, found.family);
    };
    void answer();
  };
}

async function chosenAddress(
  hostname: string,
  { isLocalAllowed }: AddressRules,
  resolve: (hostname: string) => ReturnType<Resolve>,
): Promise<Address> {
  if (isLocalAllowed && hostname === 'localhost') return { address: '127.0.0.1', family: 4 };
  const addresses = await resolve(hostname);
  if (!addresses.every(({ address }) => isPublic(address))) {
    throw new AddressRefused('The name leads to an address that is not public');
  }
  const [first] = addresses;
  if (first === undefined) throw new Error('The name has no address');
  return first;
}

/** Asks the name servers alone: no hosts file, no search domains, no thread that a slow answer holds. */
export function createResolve({ servers }: { servers?: readonly string[] } = {}): Resolve {
  return async (hostname, signal) => {
    const resolver = new Resolver({ timeout: DNS_TIMEOUT_MS, tries: 2 });
    if (servers !== undefined) resolver.setServers(servers);
    const cancel = (): void => resolver.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    const [four, six] = await Promise.allSettled([
      resolver.resolve4(hostname),
      resolver.resolve6(hostname),
    ]);
    signal.removeEventListener('abort', cancel);
    if (four.status === 'rejected' && six.status === 'rejected') throw four.reason;
    const of = (found: typeof four, family: 4 | 6): Address[] =>
      found.status === 'fulfilled' ? found.value.map((address) => ({ address, family })) : [];
    return [...of(four, 4), ...of(six, 6)];
  };
}

function blockList(type: 'ipv4' | 'ipv6', ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', prefix] = range.split('/');
    list.addSubnet(network, Number(prefix), type);
  }
  return list;
}
