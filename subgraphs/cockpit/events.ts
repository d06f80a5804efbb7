import { z } from 'zod';
import { classified, defineEvents, type EventOf } from '#kernel/events';

/** What the cockpit announces: that figures moved, and for whom. Ids only. */
export const cockpitEvents = defineEvents({
  module: 'cockpit',
  facts: {
    'cockpit.lead_widget.changed': {
      version: 1,
      aggregate: 'lead_widget',
      data: z.object({
        leadId: z.guid(),
        territory: z.enum(['DE', 'AT', 'CH']),
        /** Present when the lead came from another territory. */
        previousTerritory: z.enum(['DE', 'AT', 'CH']).optional(),
        /** Owners and collaborators before and after. */
        userIds: z.array(z.guid()).max(200).readonly(),
        /** Type of the fact behind it. */
        cause: classified('none', z.string().max(60)),
      }),
    },
  },
});

export type CockpitEvent = EventOf<typeof cockpitEvents>;
export type LeadWidgetChanged = EventOf<typeof cockpitEvents, 'cockpit.lead_widget.changed'>;
