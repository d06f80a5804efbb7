/** What a command prints: lines for people or one JSON value for programs. */
export interface Output {
  readonly isJson: boolean;
  out(text: string): void;
  error(text: string): void;
}

/** A table for people, the rows as they are for programs. */
export function printRows(
  output: Output,
  rows: readonly object[],
  columns: readonly string[],
): void {
  if (output.isJson) return output.out(`${JSON.stringify(rows)}\n`);
  const cells = rows.map((row) => columns.map((column) => textOf((row as Row)[column])));
  const lines = [columns.map(String), ...cells];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  for (const line of lines) {
    output.out(
      `${line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
  }
}

/** One result: a sentence for people, the value for programs. */
export function printResult(output: Output, value: object, sentence: string): void {
  output.out(output.isJson ? `${JSON.stringify(value)}\n` : `${sentence}\n`);
}

type Row = Readonly<Record<string, unknown>>;

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? value : JSON.stringify(value);
}
