import type { Subgraph } from '#kernel/graphql';
import { activities } from './activities/index.ts';
import { admin } from './admin/index.ts';
import { cockpit } from './cockpit/index.ts';
import { communication } from './communication/index.ts';
import { leads } from './leads/index.ts';

/** Every bounded context, in the order in which their schemas are migrated. */
export const subgraphs: readonly Subgraph[] = [leads, activities, communication, admin, cockpit];
