import { expect } from 'vitest';
import type { Aggregate, AnyEvent, Evolving } from '#kernel/events';
import { NIL_UUID } from '#kernel/access';

/** A fact in a specification: type and data, and of the envelope only what matters there. */
export type Fact<E> = E extends unknown
  ? E & { readonly time?: string; readonly actor?: string; readonly meta?: Record<string, unknown> }
  : never;

export interface Outcome<S, E> {
  /** The decision recorded exactly these facts. Answers the state after them. */
  records(...events: E[]): S;
  /** The decision was refused with this code. */
  refuses(code: string): void;
}

const DEFAULT_TIME = '2025-01-01T09:00:00.000Z';

/**
 * Specification of a decision: `given(lead, registered).when(state => qualify(state)).records(qualified)`.
 */
export function given<S, E extends AnyEvent>(
  aggregate: Pick<Aggregate<S, E>, 'initial' | 'evolve'>,
  ...events: Fact<E>[]
): { when(decision: (state: S) => readonly E[] | E): Outcome<S, E>; state: S } {
  const fold = (from: S, facts: readonly Fact<E>[], offset: number): S =>
    facts.reduce<S>(
      (state, fact, index) =>
        aggregate.evolve(state, {
          aggregateId: NIL_UUID,
          time: DEFAULT_TIME,
          actor: NIL_UUID,
          meta: {},
          ...fact,
          version: offset + index + 1,
        } as unknown as Evolving<E>),
      from,
    );
  const state = fold(aggregate.initial, events, 0);
  return {
    state,
    when: (decision) => ({
      records(...expected) {
        const decided = decision(state);
        const recorded = (Array.isArray(decided) ? decided : [decided]) as Fact<E>[];
        expect(recorded).toEqual(expected);
        return fold(state, recorded, events.length);
      },
      refuses(code) {
        const refusal = refusalOf(() => decision(state));
        expect(refusal, 'the decision was expected to be refused').toBeDefined();
        expect(refusal).toMatchObject({ code });
      },
    }),
  };
}

function refusalOf(decide: () => unknown): unknown {
  try {
    decide();
    return undefined;
  } catch (refusal) {
    return refusal;
  }
}
