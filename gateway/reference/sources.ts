/** What can be read from the text of the code: codes with their sentences, constants with their values. */

export interface Source {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/** A place that says no to somebody, by its code. */
export interface Saying {
  readonly code: string;
  readonly path: string;
  /** What people read; `…` stands for values. Undefined where it is put together elsewhere. */
  readonly message: string | undefined;
  readonly kind: 'refusal' | 'edge' | 'terminal';
  /** Of the terminal alone. */
  readonly exit: string | undefined;
}

const TEXT = String.raw`'(?:[^'\\]|\\.)*'|` + '`[^`]*`';
const THROWN = new RegExp(
  String.raw`\b(?:new (Refusal|TransportFault|CommandFailure)|(refused|refuse))\(\s*(?:EXIT\.(\w+),\s*)?'([A-Z_]+)'(?:,\s*(${TEXT}|\w+))?`,
  'g',
);
/** A code beside its sentence, to be thrown later. */
const PAIRED = /\['([A-Z_]+)', '([^']+ [^']+\.)'\]/g;
const CARRIED = /\bcode(?: =|:) '([A-Z][A-Z_]{3,})'/g;

/** Every code that stands in the sources where somebody is told no. */
export function sayingsOf(sources: readonly Source[]): Saying[] {
  return sources.flatMap(({ path, text }) => {
    const thrown = [...text.matchAll(THROWN)].map((match): Saying => {
      const [, type, , exit, code = '', said] = match;
      const message = said === undefined ? undefined : sentenceOf(said, text.slice(0, match.index));
      const kind = { Refusal: 'refusal', CommandFailure: 'terminal' } as const;
      return { code, path, message, exit, kind: kind[type as keyof typeof kind] ?? 'edge' };
    });
    const carried = [...text.matchAll(CARRIED)].map(([, code = '']): Saying => ({
      code,
      path,
      message: undefined,
      exit: undefined,
      kind: 'edge',
    }));
    const paired = [...text.matchAll(PAIRED)].map(([, code = '', message]): Saying => ({
      code,
      path,
      message,
      exit: undefined,
      kind: 'refusal',
    }));
    return [...thrown, ...paired, ...carried];
  });
}

/** A literal as people read it; a name is looked up among the constants above it. */
function sentenceOf(said: string, before: string): string | undefined {
  if (/^['`]/.test(said)) return plain(said);
  const constants = [
    ...before.matchAll(new RegExp(String.raw`\bconst ${said} =\s*(${TEXT})`, 'g')),
  ];
  const last = constants.at(-1)?.[1];
  return last === undefined ? undefined : plain(last);
}

function plain(literal: string): string {
  return literal
    .slice(1, -1)
    .replaceAll(/\$\{[^}]*\}/g, '…')
    .replaceAll("\\'", "'");
}

/** The number a constant holds, `4 * 1024` and `10 * 60_000` worked out. @throws when it is not there */
export function constantOf(sources: readonly Source[], path: string, name: string): number {
  const source = sources.find((each) => each.path === path);
  if (source === undefined)
    throw new Error(`${path} is gone; the limits of it are described still`);
  const written = new RegExp(String.raw`\b${name}(?: =|:|\s=)\s*([\d_*\s]+)[;,}]`).exec(
    source.text,
  )?.[1];
  if (written === undefined) throw new Error(`${path} holds no number ${name}`);
  return written
    .split('*')
    .map((factor) => Number(factor.trim().replaceAll('_', '')))
    .reduce((product, factor) => product * factor, 1);
}
