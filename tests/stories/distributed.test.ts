import { afterAll, describe } from 'vitest';
import { startDistributed, type Distributed } from './distributed.ts';
import { liveWidgetStories } from './live-widget.ts';
import { taskStories } from './tasks.ts';
import { territoryStories } from './territories.ts';

/** The same stories as in one process, told by six of them. */

let system: Promise<Distributed> | undefined;
const stage = (): Promise<Distributed> => (system ??= startDistributed());
afterAll(async () => (await system)?.stop());

describe('gateway and subgraphs as processes', () => {
  liveWidgetStories(stage);
  taskStories(stage);
  // Last: the person who registers leads in all of them moves away.
  territoryStories(stage);
});
