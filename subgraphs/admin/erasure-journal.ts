import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One erased person, kept apart from the database so that no older dump brings him back. */
export interface ErasureRecord {
  readonly subjectId: string;
  readonly kind: string;
  readonly at: string;
}

/** Appends and waits for the disk; a record written twice counts once. */
export function writeErasures(directory: string, records: readonly ErasureRecord[]): Promise<void> {
  return append(directory, records);
}

export interface Journal {
  /** Undefined where there is none, or one from before journals had names. */
  readonly id: string | undefined;
  /** Each erased person once. */
  readonly records: readonly ErasureRecord[];
}

export async function readJournal(directory: string): Promise<Journal> {
  const text = await readFile(fileOf(directory), 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  });
  const lines = text
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as { journal: string } | ErasureRecord);
  const records = lines.filter((line) => 'subjectId' in line);
  return {
    id: lines.find((line) => 'journal' in line)?.journal,
    records: [...new Map(records.map((record) => [record.subjectId, record])).values()],
  };
}

/** Names a journal that has no name yet; answers the name it has, should somebody be faster. */
export async function nameJournal(directory: string, id: string): Promise<string> {
  await append(directory, [{ journal: id }]);
  return (await readJournal(directory)).id ?? id;
}

async function append(directory: string, lines: readonly object[]): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = await open(fileOf(directory), 'a', 0o600);
  try {
    // The line break in front keeps a line apart that a crash has cut.
    await file.write(`\n${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

function fileOf(directory: string): string {
  return join(directory, 'erasures.ndjson');
}
