import { z } from 'zod';
import { flag } from './flag.ts';

/** Where webhooks may go. */
export const webhookSettings = {
  WEBHOOK_PORTS: z
    .string()
    .default('443,8443')
    .transform((text) => text.split(',').map((each) => Number(each.trim())))
    .refine(
      (ports) => ports.every((port) => Number.isInteger(port) && port > 0 && port < 65_536),
      'is not a list of ports',
    )
    .describe('ports of receivers of webhooks, separated by commas; others are not called'),
  WEBHOOK_LOCAL_RECEIVERS: flag
    .default(false)
    .describe(
      'whether webhooks may also go to https://localhost, on any port: for trying things out, refused in production',
    ),
} as const;

/** What reaches this machine through us reaches what trusts this machine. */
export function webhookFaults(config: {
  readonly WEBHOOK_LOCAL_RECEIVERS: boolean;
}): { key: string; message: string }[] {
  if (!config.WEBHOOK_LOCAL_RECEIVERS) return [];
  const message = 'is for development: webhooks may not reach this machine; leave it out';
  return [{ key: 'WEBHOOK_LOCAL_RECEIVERS', message }];
}
