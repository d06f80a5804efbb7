import { join } from 'node:path';
import type { Config } from '#kernel/config';
import type { Subgraph } from '#kernel/graphql';
import type { Metrics } from '#kernel/telemetry';
import { activities } from './activities/index.ts';
import { createAdmin, type AdminOptions } from './admin/index.ts';
import { createCockpit } from './cockpit/index.ts';
import {
  UNSUBSCRIBE_PATH,
  createCommunication,
  createMailbox,
  createSmtp,
  unsubscribeLinks,
} from './communication/index.ts';
import { createLeads } from './leads/index.ts';
import { createPartners } from './partners/index.ts';

interface SubgraphOptions extends AdminOptions {
  readonly config?: Config;
  readonly metrics?: Metrics;
  /** Scheme, host and port under which people reach the house: where links in mails lead. */
  readonly publicUrl?: string;
}

/** Every bounded context, in the order in which their schemas are migrated. */
export function createSubgraphs(options: SubgraphOptions): readonly Subgraph[] {
  const { config } = options;
  const cockpit = createCockpit({
    ...options,
    isLeadWidgetEnabled: () => config?.FEATURES_DASHBOARD_LEAD_WIDGET_ENABLED ?? true,
  });
  return [
    createLeads(options),
    activities,
    createCommunication({
      mailer: mailerOf(config),
      metrics: options.metrics,
      unsubscribe: linksOf(options),
      webhookSecret: config?.MAIL_WEBHOOK_SECRET,
    }),
    createAdmin({ ...options, erasureDirectory: erasureDirectoryOf(config) }),
    cockpit,
    createPartners({ rules: addressRulesOf(config), metrics: options.metrics }),
  ];
}

function erasureDirectoryOf(config: Config | undefined): string | undefined {
  return config && (config.ERASURE_DIRECTORY ?? join(config.DATA_DIR, 'erasures'));
}

function addressRulesOf(config: Config | undefined) {
  return {
    ports: config?.WEBHOOK_PORTS ?? [443],
    isLocalAllowed: config?.WEBHOOK_LOCAL_RECEIVERS ?? false,
  };
}

function mailerOf(config: Config | undefined) {
  if (config?.SMTP_URL === undefined || config.MAIL_ADAPTER !== 'smtp') return createMailbox();
  return createSmtp({ url: config.SMTP_URL, from: config.MAIL_FROM });
}

function linksOf({ config, publicUrl }: SubgraphOptions) {
  if (config === undefined || publicUrl === undefined) return undefined;
  const url = new URL(UNSUBSCRIBE_PATH, publicUrl).href;
  return unsubscribeLinks({ url, secret: config.UNSUBSCRIBE_SECRET });
}
