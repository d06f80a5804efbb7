import { z } from 'zod';

/** Which part of the system a process is: all of it, the gateway, one subgraph, or what brings the schema forward and ends. */
export type ProcessKind = 'system' | 'gateway' | 'subgraph' | 'migration';

interface Fault {
  key: string;
  message: string;
}

const NAME = /^[a-z][a-z0-9_-]{0,40}$/;
const KEY_BYTES_MIN = 32;

/** `name=value` pairs; undefined when one has no name, no value, or a name that came before. */
function pairsOf(text: string): Map<string, string> | undefined {
  const pairs = listOf(text).map((pair): [string, string] => {
    const at = pair.indexOf('=');
    return [pair.slice(0, Math.max(0, at)), pair.slice(at + 1)];
  });
  const isWhole = pairs.every(([name, value]) => NAME.test(name) && value !== '');
  const map = new Map(pairs);
  return isWhole && map.size === pairs.length ? map : undefined;
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

const keyFrom = (text: string): Uint8Array => Buffer.from(text, 'base64');
const isKey = (text: string): boolean =>
  /^[A-Za-z0-9+/]+={0,2}$/.test(text) && keyFrom(text).length >= KEY_BYTES_MIN;
const isHttp = (text: string): boolean =>
  /^https?:$/.test(URL.parse(text)?.protocol ?? '') && URL.parse(text)?.search === '';

/** How gateway and subgraphs find and believe each other when they are processes of their own. */
export const processSettings = {
  MANAGEMENT_HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('address of MANAGEMENT_PORT; 0.0.0.0 where metrics are collected from outside'),
  LOAD_SHEDDING_DELAY_MS: z.coerce
    .number()
    .int()
    .min(0)
    .max(10_000)
    .optional()
    .describe(
      'lateness of the event loop, in milliseconds, above which new operations are refused: documents first, stored queries next, stored mutations last; 0 = never; default: 200 in production, else 0, as a debugger stops the loop too',
    ),
  SUBGRAPH_URLS: z
    .string()
    .refine(
      (text) => [...(pairsOf(text)?.values() ?? [''])].every(isHttp),
      'is not name=http://host:port/graphql, separated by commas',
    )
    .transform((text) => pairsOf(text) ?? new Map<string, string>())
    .optional()
    .describe(
      'of the gateway process: name=http://host:port/graphql of subgraphs, separated by commas; default: the routing URLs of supergraph.yaml',
    ),
  SUBGRAPH_KEYS: z
    .string()
    .refine(
      (text) => [...(pairsOf(text)?.values() ?? [''])].every(isKey),
      'is not name=key, separated by commas, each key 32 bytes or more in base64',
    )
    .transform(
      (text) => new Map([...(pairsOf(text) ?? [])].map(([name, key]) => [name, keyFrom(key)])),
    )
    .optional()
    .describe(
      'of the gateway process: name=key of every subgraph, separated by commas; signs who asks, 32 bytes or more in base64, each a key of its own',
    ),
  SUBGRAPH_KEY: z
    .string()
    .refine(
      (text) => listOf(text).every(isKey),
      'is not a key of 32 bytes or more in base64, or several separated by commas',
    )
    .transform((text) => listOf(text).map(keyFrom))
    .optional()
    .describe(
      'of a subgraph process: the key the gateway has for it, 32 bytes or more in base64; a second one, after a comma, while keys change',
    ),
} as const;

/** What a process cannot do its part without. */
export function processFaults(
  kind: ProcessKind,
  config: {
    readonly DATABASE_URL?: string | undefined;
    readonly SUBGRAPH_KEYS?: ReadonlyMap<string, Uint8Array> | undefined;
    readonly SUBGRAPH_KEY?: readonly Uint8Array[] | undefined;
  },
): Fault[] {
  const faults: Fault[] = [];
  if (kind === 'gateway') {
    const keys = [...(config.SUBGRAPH_KEYS?.values() ?? [])].map((key) =>
      Buffer.from(key).toString('base64'),
    );
    if (keys.length === 0) {
      const message = 'is needed for the gateway: name=key of every subgraph';
      faults.push({ key: 'SUBGRAPH_KEYS', message: `${message} (openssl rand -base64 32)` });
    } else if (new Set(keys).size < keys.length) {
      const message = 'has one key for two subgraphs: give each a key of its own';
      faults.push({ key: 'SUBGRAPH_KEYS', message });
    }
  }
  if (kind === 'subgraph') {
    if ((config.SUBGRAPH_KEY ?? []).length === 0) {
      const message = 'is needed for a subgraph: the key the gateway has for it in SUBGRAPH_KEYS';
      faults.push({ key: 'SUBGRAPH_KEY', message });
    }
    if (config.DATABASE_URL === undefined) {
      const message = 'is needed for a subgraph: all of them share one PostgreSQL';
      faults.push({ key: 'DATABASE_URL', message });
    }
  }
  return faults;
}
