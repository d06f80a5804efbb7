import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One erased person, kept apart from the database so that no older dump brings him back. */
export interface ErasureRecord {
  readonly subjectId: string;
  readonly kind: string;
  readonly at: string;
}

/** Appends and waits for the disk; a record written twice counts once. */
export async function writeErasures(
  directory: string,
  records: readonly ErasureRecord[],
): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = await open(fileOf(directory), 'a', 0o600);
  try {
    // The line break in front keeps a line apart that a crash has cut.
    await file.write(`\n${records.map((record) => JSON.stringify(record)).join('\n')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Each erased person once; none where there is no journal. */
export async function readErasures(directory: string): Promise<ErasureRecord[]> {
  const text = await readFile(fileOf(directory), 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  });
  const records = text
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as ErasureRecord);
  return [...new Map(records.map((record) => [record.subjectId, record])).values()];
}

function fileOf(directory: string): string {
  return join(directory, 'erasures.ndjson');
}
