/** Persisted operations: which texts a client may run, chosen by who he proved to be. */
import type { Actor } from '#kernel/access';
import { hasRole } from '#kernel/access';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { refused } from './refusals.ts';

/** SHA-256 of the text in hex → text. */
export type Manifest = ReadonlyMap<string, string>;

export interface OperationRequest {
  readonly query: string | undefined;
  readonly hash: string | undefined;
}

export interface OperationText {
  readonly text: string;
  readonly isPersisted: boolean;
}

export interface Operations {
  /** The text to run. @throws `OPERATION_NOT_PERSISTED`. */
  resolve(request: OperationRequest, actor: Actor | null): OperationText;
  /** Every text of every client, to be planned before the first request. */
  all(): ReadonlyArray<{ readonly client: string; readonly hash: string; readonly text: string }>;
}

export interface OperationsOptions {
  /** By client id; `public` for callers without a token. */
  readonly manifests?: ReadonlyMap<string, Manifest> | undefined;
  /** Whether people may send documents of their own. */
  readonly freeDocuments: boolean;
  readonly production: boolean;
}

export function createOperations(options: OperationsOptions): Operations {
  const manifests = options.manifests ?? new Map<string, Manifest>();
  const mayWrite = (actor: Actor | null): boolean => {
    if (!options.freeDocuments) return false;
    const isPartner = actor !== null && hasRole(actor, 'partner');
    return !isPartner || (!options.production && !manifests.has(actor.clientId ?? ''));
  };
  return {
    resolve({ query, hash }, actor) {
      if (hash !== undefined) {
        const stored = manifests.get(actor === null ? 'public' : (actor.clientId ?? ''))?.get(hash);
        if (stored === undefined) throw notPersisted();
        if (query !== undefined && query !== stored) throw notPersisted();
        return { text: stored, isPersisted: true };
      }
      if (query === undefined) throw refused('BAD_USER_INPUT', 'The request names no operation.');
      if (!mayWrite(actor) && !isTypename(query)) throw notPersisted();
      return { text: query, isPersisted: false };
    },
    all: () =>
      [...manifests].flatMap(([client, manifest]) =>
        [...manifest].map(([hash, text]) => ({ client, hash, text })),
      ),
  };
}

/** Reads a manifest and proves each text against its hash. @throws when one does not fit. */
export function loadManifest(file: string): Manifest {
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (typeof content !== 'object' || content === null) throw new Error(`${file} is no manifest.`);
  return verifiedManifest(Object.entries(content), file);
}

export function verifiedManifest(
  entries: Iterable<readonly [hash: string, text: unknown]>,
  source: string,
): Manifest {
  const manifest = new Map<string, string>();
  for (const [hash, text] of entries) {
    if (typeof text !== 'string' || sha256(text) !== hash.replace(/^sha256:/, '')) {
      throw new Error(`${source}: the text of ${hash} does not match its hash.`);
    }
    manifest.set(sha256(text), text);
  }
  return manifest;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Says only that the gateway answers; asked by probes and by people who are not signed in. */
/** Whether somebody only looks if anybody is there. */
export function isTypename(query: string): boolean {
  return /^\s*(query\s*)?\{\s*__typename\s*\}\s*$/.test(query);
}

function notPersisted(): Error {
  return refused('OPERATION_NOT_PERSISTED', 'This client may run its stored operations only.');
}
