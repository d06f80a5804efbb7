import { Refusal } from '#kernel/access';
import { ResumeGap, type ModuleFact } from '#kernel/events';
import type { ResolverContext } from '#kernel/graphql';
import { operate } from './operations.ts';
import { formatPlaces, parsePlaces } from './places.ts';
import type { EventStreamName } from './schema.generated.ts';

/** Contexts of the streams about business; SYSTEM is what is left. */
const BUSINESS: Readonly<Record<Exclude<EventStreamName, 'ALL' | 'SYSTEM'>, readonly string[]>> = {
  CUSTOMERS: ['customers', 'credit', 'orders'],
  OPPORTUNITIES: ['opportunities', 'samples'],
  LEADS: ['leads', 'activities'],
};

export interface Streamed extends ModuleFact {
  /** Where every context of the stream stands after this value. */
  readonly position: string;
}

/**
 * Facts of a stream's contexts as they are logged; in order within a context, none between contexts.
 *
 * @throws AccessDenied; Refusal `POSITION_INVALID` for what is no position of this stream and
 *   `POSITION_AHEAD` for one that nothing has reached yet, `RESUME_GAP` with the position of a fact
 *   that this process cannot read; ResumeGap for one that is kept no longer
 */
export async function* eventStream(
  context: ResolverContext,
  { name, from }: { name: EventStreamName; from?: string | null | undefined },
): AsyncGenerator<Streamed> {
  const catalogs = operate(context).catalogs.filter(({ module }) => belongs(module, name));
  const moduleOf = new Map(
    catalogs.flatMap(({ module, facts }) => Object.keys(facts).map((type) => [type, module])),
  );
  const given = parsePlaces(context.resumeAt ?? from, { catalogs, field: 'from' });
  const { feed, signal } = context;
  const places: Record<string, number> = Object.fromEntries(
    catalogs.map(({ module }) => [module, given[module] ?? feed.position(module)]),
  );
  const facts = feed.subscribe({ types: [...moduleOf.keys()], from: given, signal });
  try {
    for await (const event of facts) {
      const module = moduleOf.get(event.type) ?? '';
      places[module] = event.position;
      yield { module, event, position: formatPlaces(places) };
    }
  } catch (error) {
    if (error instanceof ResumeGap && error.unreadable !== undefined) {
      const { module, position } = error.unreadable;
      const message = `Das Ereignis an Position ${module}:${position} kann dieser Prozess nicht lesen; dahinter geht es weiter.`;
      throw new Refusal(error.code, message, 'from');
    }
    const isAhead = Object.entries(given).some(([module, at]) => at > feed.position(module));
    if (!(error instanceof ResumeGap) || !isAhead) throw error;
    throw new Refusal('POSITION_AHEAD', 'So weit ist der Strom noch nicht.', 'from');
  }
}

function belongs(module: string, name: EventStreamName): boolean {
  if (name === 'ALL') return true;
  if (name !== 'SYSTEM') return BUSINESS[name].includes(module);
  return !Object.values(BUSINESS).some((modules) => modules.includes(module));
}
