import type { EventCatalog } from './catalog.ts';
import type { LogSource } from './log-source.ts';
import type { BackboneOptions } from './options.ts';

/** Which module's facts a process gets from where. */
export interface Origins {
  /** The log to read instead of the one in this database. */
  remoteOf(module: string): LogSource | undefined;
  /** The same for a log that is not in this database at all. */
  awayOf(module: string): LogSource | undefined;
  /** How to count behind a position where the log itself is not in this database. */
  counterOf(module: string): ((position: number) => Promise<number>) | undefined;
}

/** @throws TypeError for a process that is to follow and has nothing to follow */
export function originsOf(
  { remote, follows = false }: Pick<BackboneOptions, 'remote' | 'follows'>,
  own: readonly EventCatalog[],
): Origins {
  if (follows && remote === undefined) throw new TypeError('There is nothing to follow');
  const isOwn = (module: string): boolean => own.some((each) => each.module === module);
  const awayOf: Origins['awayOf'] = (module) => (isOwn(module) ? undefined : remote);
  return {
    remoteOf: (module) => (follows || !isOwn(module) ? remote : undefined),
    awayOf,
    counterOf(module) {
      const away = awayOf(module);
      if (away === undefined) return undefined;
      let known = 0;
      return async (position) => {
        // While the other side is away the count is as old as its last answer.
        known = await away.countAfter(module, position).catch(() => known);
        return known;
      };
    },
  };
}
