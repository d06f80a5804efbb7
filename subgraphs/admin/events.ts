import { z } from 'zod';
import { defineEvents, type EventOf } from '#kernel/events';

const territories = z.array(z.enum(['DE', 'AT', 'CH'])).max(3);

/** What admin announces. Names and addresses of people are ciphertext under the person's key. */
export const adminEvents = defineEvents({
  module: 'admin',
  facts: {
    'admin.user.registered': {
      version: 1,
      aggregate: 'user',
      data: z.object({
        userId: z.uuid(),
        login: z.string().max(100),
        name: z.string().max(200),
        email: z.string().max(320),
        roles: z.array(z.string().max(20)).max(5),
      }),
      personal: { name: 'userId', email: 'userId' },
    },
    'admin.user.territories_changed': {
      version: 1,
      aggregate: 'user',
      data: z.object({ userId: z.uuid(), territories }),
    },
    'admin.user.disabled': {
      version: 1,
      aggregate: 'user',
      data: z.object({ userId: z.uuid() }),
    },
  },
});

export type AdminEvent = EventOf<typeof adminEvents>;
export type UserRegistered = EventOf<typeof adminEvents, 'admin.user.registered'>;
export type UserTerritoriesChanged = EventOf<typeof adminEvents, 'admin.user.territories_changed'>;
export type UserDisabled = EventOf<typeof adminEvents, 'admin.user.disabled'>;
