import type { WireEvent } from '#kernel/events';
import type { LeadFollowupProcessed, LeadStatusChanged } from './events.ts';

/** Two facts under the names and shapes that dashboards have listened to since before this graph. */
export const dashboardWire = {
  wireSource: 'lead-management',
  wire: {
    'lead.status_changed': ({ data }: LeadStatusChanged): WireEvent => {
      const { leadId, companyName, oldStatus, newStatus, changedBy, changedAt } = data;
      const shown = { leadId, companyName, oldStatus, newStatus, userId: changedBy, changedAt };
      return {
        type: 'dashboard.lead_status_changed',
        data: shown,
        idempotencyKey: data.idempotencyKey,
      };
    },
    'lead.followup.processed': ({ data }: LeadFollowupProcessed): WireEvent | undefined => {
      const { idempotencyKey, ...shown } = data;
      if (idempotencyKey === undefined) return undefined;
      return { type: 'dashboard.followup_completed', data: shown, idempotencyKey };
    },
  },
};
