import type { Config } from '#kernel/config';
import {
  sealKeyFrom,
  type Backbone,
  type BackboneOptions,
  type KeyEncryptionKey,
  type Keyring,
} from '#kernel/events';
import type { Service } from '#kernel/service';
import type { Metrics } from '#kernel/telemetry';
import { defineTimer, type Timer } from '#kernel/timers';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const RETRY_MS = 500;
const REWRAPPED_AT_ONCE = 500;
/** Keys wrapped anew in one run at most; the next run goes on. */
const REWRAPPED_MAX = 50_000;

/** The key that wraps, then those of before that only unwrap. */
export function wrappingKeysOf(config: Config): readonly [KeyEncryptionKey, ...KeyEncryptionKey[]] {
  const key = Buffer.from(config.KEY_ENCRYPTION_KEY, 'base64');
  return [{ id: config.KEY_ENCRYPTION_KEY_ID, key }, ...config.KEY_ENCRYPTION_KEYS_FORMER];
}

/** Seals are signed with a key that follows from the wrapping one, and copied out of the database. */
export function keepingOf(
  config: Config,
): Pick<BackboneOptions, 'sealing' | 'archiveDirectory' | 'retentionDays'> {
  const [current, ...former] = wrappingKeysOf(config);
  return {
    sealing: {
      key: sealKeyFrom(current.key),
      formerKeys: former.map(({ key }) => sealKeyFrom(key)),
      directory: config.SEAL_DIRECTORY ?? join(config.DATA_DIR, 'seals'),
    },
    archiveDirectory: config.ARCHIVE_DIRECTORY ?? join(config.DATA_DIR, 'archive'),
    retentionDays: config.EVENTS_RETENTION_DAYS,
  };
}

/** Folders below DATA_DIR that belong to one database: without it they tell another past. */
export const FOLDERS_OF_DATABASE = ['postgres', 'archive', 'seals', 'erasures'] as const;

/**
 * Drops the keys of people whom another process erased at once. Before that, a database that was
 * restored from before an erasure forgets whom the journal names: nothing is served until then.
 */
export function watchErasures({
  backbone,
  keyring,
  apply,
}: {
  backbone: Backbone;
  keyring: Keyring;
  apply(): Promise<void>;
}): Service {
  const stopping = new AbortController();
  const watch = async (): Promise<void> => {
    const { signal } = stopping;
    const types = ['admin.subject.erased'];
    while (!signal.aborted) {
      try {
        for await (const { data } of backbone.feed.subscribe({ types, signal })) {
          for (const subjectId of (data as { subjectIds: string[] }).subjectIds) {
            keyring.forget(subjectId);
          }
        }
      } catch {
        // Who was erased meanwhile is not known here: all keys are read anew.
        keyring.forget();
        await wait(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  };
  let watching: Promise<void> | undefined;
  return {
    name: 'erasures',
    async start() {
      // A key that is not dropped here leaves the cache after its minute.
      watching = watch();
      await apply();
    },
    async stop() {
      stopping.abort();
      await watching;
    },
  };
}

/** What keeps the past without anybody asking: verification and archive each night, keys at once. */
export function keepingTimers({
  backbone,
  keyring,
  metrics,
}: {
  backbone: Backbone;
  keyring: Keyring;
  metrics: Metrics;
}): Timer[] {
  const former = metrics.gauge(
    'freshplan_keys_under_former_key',
    'Keys of people that a former key-encryption key still wraps',
  );
  return [
    defineTimer({
      name: 'events.nightly',
      everyMinutes: 60,
      run: ({ clock }) => backbone.keeping.nightly(clock.now()),
    }),
    defineTimer({
      name: 'keys.rewrap',
      everyMinutes: 10,
      async run() {
        let left = 1;
        for (let done = 0; left > 0 && done < REWRAPPED_MAX; done += REWRAPPED_AT_ONCE) {
          left = await keyring.rewrap(REWRAPPED_AT_ONCE);
        }
        former.set(left);
      },
    }),
  ];
}
