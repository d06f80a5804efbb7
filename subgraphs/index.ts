import type { Config } from '#kernel/config';
import type { Subgraph } from '#kernel/graphql';
import type { Metrics } from '#kernel/telemetry';
import { activities } from './activities/index.ts';
import { admin } from './admin/index.ts';
import { createCockpit } from './cockpit/index.ts';
import { createCommunication, createMailbox, createSmtp } from './communication/index.ts';
import { createLeads } from './leads/index.ts';

/** Every bounded context, in the order in which their schemas are migrated. */
export function createSubgraphs(options: {
  config?: Config;
  metrics?: Metrics;
}): readonly Subgraph[] {
  const { config } = options;
  const cockpit = createCockpit({
    ...options,
    isLeadWidgetEnabled: () => config?.FEATURES_DASHBOARD_LEAD_WIDGET_ENABLED ?? true,
  });
  return [
    createLeads(options),
    activities,
    createCommunication({ mailer: mailerOf(config) }),
    admin,
    cockpit,
  ];
}

function mailerOf(config: Config | undefined) {
  if (config?.SMTP_URL === undefined || config.MAIL_ADAPTER !== 'smtp') return createMailbox();
  return createSmtp({ url: config.SMTP_URL, from: config.MAIL_FROM });
}
