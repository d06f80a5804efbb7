/** What writing an answer found wrong with it. A fault learns its path on the way up. */
import { GraphQLError } from 'graphql';
import { pathsMeet } from './paths.ts';
import { errorsMax } from './subgraph-errors.ts';

export interface Fault {
  readonly message: string;
  readonly code: string;
  /** Innermost key first. */
  readonly path: Array<string | number>;
}

interface Faulty {
  readonly faults: Fault[];
  /** Of the fetches; what they explain is not reported again. */
  readonly errors: GraphQLError[];
}

export function reportFaults({ faults, errors }: Faulty): void {
  const explained = errors.map((error) => error.path);
  for (const { message, code, path } of faults) {
    const place = path.toReversed();
    const isExplained =
      code === 'NULL_VIOLATION' &&
      explained.some((known) => known === undefined || pathsMeet(known, place));
    if (isExplained || errors.length >= errorsMax) continue;
    errors.push(new GraphQLError(message, { path: place, extensions: { code } }));
  }
}

export function addFault({ faults }: Pick<Faulty, 'faults'>, code: string, message: string): void {
  if (faults.length < errorsMax) faults.push({ code, message, path: [] });
}

/** The faults since `before` happened below `key`. */
export function locate(faults: Fault[], before: number, key: string | number): void {
  for (let index = before; index < faults.length; index++) faults[index]?.path.push(key);
}
