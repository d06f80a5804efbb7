import { isUuid, notFound, requireScope } from '#kernel/access';
import type { Context } from '#kernel/events';
import { cursorKeys, pageLimit, toPage, type Page, type PageArguments } from '#kernel/graphql';
import type { WebhookTopic } from './events.ts';
import type {
  PartnerWebhookStatus,
  WebhookDeliveryStatus,
  WebhookDisabledReason,
  WebhookFailure,
} from './schema.generated.ts';
import { WEBHOOKS_MAX } from './commands.ts';
import { WAITING_MAX } from './deliveries.ts';
import { secretById } from './secrets.ts';

export interface WebhookRow {
  readonly id: string;
  readonly partnerOrgId: string;
  readonly url: string;
  readonly topics: WebhookTopic[];
  readonly status: PartnerWebhookStatus;
  readonly disabledReason: WebhookDisabledReason | null;
  readonly failuresInARow: number;
  readonly restsUntil: Date | null;
  readonly waiting: number;
  readonly formerSecretUntil: Date | null;
  readonly version: number;
  readonly registeredAt: Date;
  readonly changedAt: Date;
}

/** All that a filter leaves, by firm, oldest first. */
async function webhooksBy(
  { actor, clock, database }: Context,
  filter: { readonly id?: string; readonly partnerOrgId?: string | null | undefined },
): Promise<WebhookRow[]> {
  requireScope(actor, 'webhooks:manage');
  if (![filter.id, filter.partnerOrgId].every((id) => id == null || isUuid(id))) return [];
  return database.transaction(
    actor,
    (tx) =>
      tx.query<WebhookRow>(
        `select w.id, w.partner_org_id as "partnerOrgId", w.url, w.topics, w.status,
           w.disabled_reason as "disabledReason", coalesce(l.failures, 0) as "failuresInARow",
           case when l.closed_until > $3 then l.closed_until end as "restsUntil",
           (select count(*)::int from (select from partners.delivery d
             where d.webhook_id = w.id and not d.is_final limit $4) d) as waiting,
           (select max(valid_until) from partners.secret s
             where s.webhook_id = w.id and s.valid_until > $3) as "formerSecretUntil",
           w.version, w.registered_at as "registeredAt", w.changed_at as "changedAt"
         from partners.webhook w left join partners.line l on l.webhook_id = w.id
         where ($1::uuid is null or w.id = $1) and ($2::uuid is null or w.partner_org_id = $2)
         order by w.partner_org_id, w.registered_at, w.id limit $5`,
        [filter.id ?? null, filter.partnerOrgId ?? null, clock.now(), WAITING_MAX, WEBHOOKS_MAX],
      ),
    { readOnly: true },
  );
}

export const webhooksOf = (
  context: Context,
  partnerOrgId: string | null | undefined,
): Promise<WebhookRow[]> => webhooksBy(context, { partnerOrgId });

export async function webhookById(context: Context, id: string): Promise<WebhookRow | null> {
  const [row] = await webhooksBy(context, { id });
  return row ?? null;
}

/** The secret that was made, for whoever made it; null once a newer one is in use. */
export function madeSecret(context: Context, secretId: string): Promise<string | null> {
  requireScope(context.actor, 'webhooks:manage');
  return context.database.transaction(context.actor, (tx) => secretById(tx, secretId), {
    readOnly: true,
  });
}

export interface DeliveryRow {
  readonly id: string;
  readonly webhookId: string;
  readonly eventId: string;
  readonly type: string;
  readonly leadId: string | null;
  readonly status: WebhookDeliveryStatus;
  readonly attempts: number;
  readonly failure: WebhookFailure | null;
  readonly httpStatus: number | null;
  readonly nextAttemptAt: Date | null;
  readonly createdAt: Date;
  readonly settledAt: Date | null;
}

const DELIVERY = `id, webhook_id as "webhookId", event_id as "eventId", type, lead_id as "leadId",
  status, attempts, failure, http_status as "httpStatus",
  case when not is_final then next_at end as "nextAttemptAt", created_at as "createdAt",
  settled_at as "settledAt"`;

/** Newest first. */
export async function deliveriesOf(
  { actor, database }: Context,
  {
    webhookId,
    status,
    ...page
  }: PageArguments & {
    readonly webhookId: string;
    readonly status?: WebhookDeliveryStatus | null | undefined;
  },
): Promise<Page<DeliveryRow>> {
  requireScope(actor, 'webhooks:manage');
  if (!isUuid(webhookId)) throw notFound();
  const [at, id] = cursorKeys(page, 2) ?? [];
  const rows = await database.transaction(
    actor,
    (tx) =>
      tx.query<DeliveryRow>(
        `select ${DELIVERY} from partners.delivery
         where webhook_id = $1 and ($2::text is null or status = $2)
           and ($3::timestamptz is null or (created_at, id) < ($3, $4::uuid))
         order by created_at desc, id desc limit $5`,
        [webhookId, status ?? null, at ?? null, id ?? null, pageLimit(page)],
      ),
    { readOnly: true },
  );
  return toPage(rows, page, (row) => [row.createdAt.toISOString(), row.id]);
}

export async function deliveryById(
  { actor, database }: Context,
  id: string,
): Promise<DeliveryRow | null> {
  requireScope(actor, 'webhooks:manage');
  const rows = await database.transaction(
    actor,
    (tx) => tx.query<DeliveryRow>(`select ${DELIVERY} from partners.delivery where id = $1`, [id]),
    { readOnly: true },
  );
  return rows[0] ?? null;
}
