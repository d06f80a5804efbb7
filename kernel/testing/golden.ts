import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { upcast, type AnyEventCatalog } from '#kernel/events';

/**
 * What is wrong with the golden files of a catalog: `<directory>/<type>.json` holds one fact in every
 * version there was, by number. Every version leads to the newest one, and every type beyond its first
 * version has a file. Files are added to, never changed: they are what lies in the logs.
 */
export async function goldenFaults(catalog: AnyEventCatalog, directory: string): Promise<string[]> {
  const files = await readdir(directory).catch((): string[] => []);
  const faults: string[] = files
    .filter((file) => catalog.facts[file.replace(/\.json$/, '')] === undefined)
    .map((file) => `${file} belongs to no type of ${catalog.module}`);
  for (const [type, { version, data }] of Object.entries(catalog.facts)) {
    if (!files.includes(`${type}.json`)) {
      if (version > 1) faults.push(`${type} is at version ${version} and has no golden file`);
      continue;
    }
    const text = await readFile(join(directory, `${type}.json`), 'utf8');
    const versions = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const golden = versions[version];
    for (let each = 1; each <= version; each += 1) {
      if (!(each in versions)) faults.push(`${type}.json lacks version ${each}`);
      else if (!isDeepStrictEqual(upcast(catalog, type, each, versions[each]), golden)) {
        faults.push(`${type} version ${each} does not become what version ${version} holds`);
      }
    }
    const parsed = data.safeParse(golden);
    if (!parsed.success || !isDeepStrictEqual(parsed.data, golden)) {
      faults.push(`${type}.json does not hold what version ${version} allows`);
    }
  }
  return faults;
}
