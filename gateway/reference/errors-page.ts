import { GraphQLError } from 'graphql';
import { EXIT } from '../cli/failure.ts';
import { statusOf } from '../refusals.ts';
import {
  CLOSE_CODES,
  EDGE_CODES,
  INNER_CODES,
  REFUSAL_CODES,
  TERMINAL_CODES,
  type CodeMeaning,
} from './error-codes.ts';
import { sayingsOf, type Saying, type Source } from './sources.ts';
import { table } from './table.ts';

const SENTENCES_MAX = 3;
/** Letters and words that only German sentences have here; English ones are for developers. */
const GERMAN =
  /[äöüÄÖÜß]|\b(?:Bitte|Das|Der|Die|Diese[nrs]?|Es|So|Zu|Gerade|Ist|Nicht|Nur|Bereits|Art)\b/;

/** The text of `docs/errors.md`. @throws with every code that is used and not described, or the other way round */
export function errorsPage(sources: readonly Source[]): string {
  const sayings = sayingsOf(sources);
  const faults = faultsOf(sources, sayings);
  if (faults.length > 0) throw new Error(`gateway/reference/error-codes.ts:\n${faults.join('\n')}`);
  const edge = sayings.filter(({ kind }) => kind === 'edge');
  const refusals = sayings.filter(({ kind }) => kind === 'refusal');
  const terminal = sayings.filter(({ kind }) => kind === 'terminal');
  return [
    '# Error codes\n',
    'Written by `npm run generate` from `gateway/reference/error-codes.ts` and the places that say no; not to be edited. Codes are stable, sentences are not: build on the code. Every error carries `requestId`, under which the log holds the rest.\n',
    '## A request or a part of it is not answered: `errors[].extensions.code`\n',
    'The status is that of a request without any data; where a part was answered it is 200, and what is missing is null. A dash: this code comes with a part of an answer, or ends a stream. Whoever accepts `application/json` alone gets 200 for `GRAPHQL_…` and `BAD_USER_INPUT`, as the specification wants it.\n',
    table(
      ['Code', 'HTTP', 'Means', 'Next', 'People read'],
      Object.entries(EDGE_CODES).map(([code, { means, next, isOfPart }]) => [
        `\`${code}\``,
        isOfPart ? '–' : String(statusOf(new GraphQLError('', { extensions: { code } }))),
        means,
        next,
        sentences(edge, code),
      ]),
    ),
    '## The domain says no: `userErrors[].code`\n',
    'With status 200; nothing was changed.\n',
    table(['Code', 'Means', 'Next', 'People read'], rowsOf(REFUSAL_CODES, refusals)),
    '## On the terminal\n',
    '`freshplan` ends with these, beside the codes of the domain (exit 4).\n',
    table(
      ['Code', 'Exit', 'Means', 'Next'],
      Object.entries(TERMINAL_CODES).map(([code, { means, next }]) => [
        `\`${code}\``,
        exitsOf(terminal, code),
        means,
        next,
      ]),
    ),
    '## A socket ends\n',
    table(
      ['Code', 'Means', 'Next'],
      CLOSE_CODES.map(([code, means, next]) => [String(code), means, next]),
    ),
  ].join('\n');
}

function rowsOf(
  meanings: Readonly<Record<string, CodeMeaning>>,
  sayings: readonly Saying[],
): string[][] {
  return Object.entries(meanings).map(([code, { means, next }]) => [
    `\`${code}\``,
    means,
    next,
    sentences(sayings, code),
  ]);
}

function sentences(sayings: readonly Saying[], code: string): string {
  const found = sayings.flatMap((saying) =>
    saying.code === code && saying.message !== undefined && GERMAN.test(saying.message)
      ? [saying.message]
      : [],
  );
  const different = [...new Set(found)].toSorted();
  const shown = different.slice(0, SENTENCES_MAX).map((sentence) => `„${sentence}“`);
  return different.length > SENTENCES_MAX ? `${shown.join(' ')} …` : shown.join(' ') || '–';
}

function exitsOf(sayings: readonly Saying[], code: string): string {
  const exits = sayings.flatMap((saying) =>
    saying.code === code && saying.exit !== undefined
      ? [EXIT[saying.exit as keyof typeof EXIT]]
      : [],
  );
  return [...new Set(exits)].join(', ');
}

function faultsOf(sources: readonly Source[], sayings: readonly Saying[]): string[] {
  const known = {
    refusal: new Set(Object.keys(REFUSAL_CODES)),
    terminal: new Set(Object.keys(TERMINAL_CODES)),
    edge: new Set([...Object.keys(EDGE_CODES), ...Object.keys(REFUSAL_CODES), ...INNER_CODES]),
  };
  const undescribed = sayings
    .filter(({ code, kind }) => !known[kind].has(code))
    .map(({ code, path }) => `${code} of ${path} is not described`);
  const text = sources.map((source) => source.text).join('\n');
  const all = [EDGE_CODES, REFUSAL_CODES, TERMINAL_CODES].flatMap(Object.keys);
  const unused = [...new Set([...all, ...INNER_CODES])]
    .filter((code) => !text.includes(`'${code}'`))
    .map((code) => `${code} is described and used nowhere`);
  return [...new Set([...undescribed, ...unused])];
}
