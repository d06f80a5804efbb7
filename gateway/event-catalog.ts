/**
 * What the contexts announce, for people (`docs/events.md`) and for tools (`docs/asyncapi.json`).
 * `node gateway/event-catalog.ts` writes both; `--check` refuses a change that is not purely additive
 * against `docs/events.released.json`, or a text of which nobody says what it is; `--release` takes what is new into that file.
 */
import { breaches, describeEvents, released, unclassified, type Release } from '#kernel/events';
import type { Subgraph } from '#kernel/graphql';
import { createSubgraphs } from '#subgraphs';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { asyncApiOf } from './event-async-api.ts';
import { eventsPage, type Announcement } from './event-page.ts';

type Listening = Pick<Subgraph, 'events' | 'projections' | 'reactions'>;

/** Every type with those who listen to it. */
export function announcementsOf(subgraphs: readonly Listening[]): Announcement[] {
  const catalogs = subgraphs.flatMap(({ events }) => (events === undefined ? [] : [events]));
  const listeners = subgraphs.flatMap(({ projections, reactions }) => [
    ...projections,
    ...reactions,
  ]);
  return describeEvents(catalogs).map((description) => ({
    ...description,
    subscribers: listeners
      .filter(({ on }) => description.type in on || '*' in on)
      .map(({ name }) => name)
      .toSorted(),
    isOnCompatibilityChannel: catalogs.some(({ wire }) => wire?.[description.type] !== undefined),
  }));
}

const FILES = {
  page: resolve('docs/events.md'),
  asyncApi: resolve('docs/asyncapi.json'),
  release: resolve('docs/events.released.json'),
};

function run(mode: string | undefined): string[] {
  const announcements = announcementsOf(createSubgraphs({}));
  const release = JSON.parse(readOptional(FILES.release) ?? '{}') as Release;
  if (mode === undefined) {
    write(FILES.page, eventsPage(announcements));
    write(FILES.asyncApi, json(asyncApiOf(announcements)));
    return [];
  }
  const faults = [...breaches(release, announcements), ...unclassified(announcements)];
  if (mode === '--release' && faults.length === 0) {
    write(FILES.release, json(released(release, announcements)));
  }
  return faults;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function write(file: string, text: string): void {
  if (readOptional(file) !== text) writeFileSync(file, text);
}

function readOptional(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const faults = run(process.argv[2]);
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  if (faults.length > 0) {
    process.stderr.write(
      'Facts are stored for ever: another shape is a new version with an upcaster, and every text has a class (`personal`, or `classified`).\n',
    );
    process.exitCode = 1;
  }
}
