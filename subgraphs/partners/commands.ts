import { Refusal, isUuid, notFound, requireScope } from '#kernel/access';
import type { Transaction } from '#kernel/database';
import { VersionConflict, append, load, type Context } from '#kernel/events';
import { once } from '#kernel/graphql';
import { AddressRefused, addressOf, type AddressRules } from './address.ts';
import { enqueueTest } from './deliveries.ts';
import type { PartnerEvent, WebhookTopic } from './events.ts';
import { formerUntil, makeSecret } from './secrets.ts';
import {
  change,
  redeliver,
  register,
  remove,
  rotate,
  test,
  webhookAggregate,
  type Webhook,
} from './webhook.ts';

export const PER_FIRM_MAX = 5;
export const WEBHOOKS_MAX = 100;

interface Keyed {
  readonly idempotencyKey?: string | null | undefined;
}
interface Wanted extends Keyed {
  readonly url: string;
  readonly topics: readonly WebhookTopic[];
}
type Named = Keyed & { readonly id: string };

/** A receiver, and the secret that was made for it. */
export interface Made {
  readonly webhookId: string;
  readonly secretId: string;
}

/** @throws Refusal `WEBHOOK_URL_REFUSED`, `WEBHOOK_LIMIT`, `CONFLICT`, `BAD_USER_INPUT` */
export function registerWebhook(
  context: Context,
  input: Wanted & { readonly partnerOrgId: string },
  rules: AddressRules,
): Promise<Made> {
  const partnerOrgId = uuid(input.partnerOrgId, 'partnerOrgId');
  const url = urlOf(input.url, rules);
  return manage(context, 'partnerWebhookRegister', input, async (tx) => {
    await requireRoom(tx, partnerOrgId);
    await requireNew(tx, partnerOrgId, url);
    const [webhookId, secretId] = [context.newId(), context.newId()];
    const now = context.clock.now();
    const at = now.toISOString();
    const events = register({ webhookId, partnerOrgId }, { url, topics: input.topics }, at);
    await makeSecret(tx, { id: secretId, webhookId, now });
    const state = webhookAggregate.initial;
    await record(context, tx, { id: webhookId, state, version: 0, events }, auditOf('Register', 2));
    return { webhookId, secretId };
  });
}

/** @throws Refusal `NOT_FOUND`, `WEBHOOK_URL_REFUSED`, `CONFLICT`; VersionConflict */
export function changeWebhook(
  context: Context,
  input: Wanted & Named & { readonly version: number },
  rules: AddressRules,
): Promise<{ webhookId: string }> {
  const url = urlOf(input.url, rules);
  return manage(context, 'partnerWebhookChange', input, async (tx) => {
    const loaded = await loadWebhook(tx, input.id);
    const { state, version } = loaded;
    if (version !== input.version) throw new VersionConflict(version);
    if (url !== state.url) await requireNew(tx, state.partnerOrgId, url);
    const at = context.clock.now().toISOString();
    const events = change(state, { url, topics: input.topics }, at);
    const before = { url: state.url, topics: state.topics };
    await record(context, tx, { ...loaded, events }, { ...auditOf('Change', 2), before });
    return { webhookId: loaded.id };
  });
}

/** One step of its life: pause and resume. @throws Refusal `NOT_FOUND`, `ILLEGAL_TRANSITION` */
export function moveWebhook(
  context: Context,
  act: 'Pause' | 'Resume',
  decision: (webhook: Webhook, at: string) => PartnerEvent[],
  input: Named,
): Promise<{ webhookId: string }> {
  return manage(context, `partnerWebhook${act}`, input, async (tx) => {
    const loaded = await loadWebhook(tx, input.id);
    const events = decision(loaded.state, context.clock.now().toISOString());
    await record(context, tx, { ...loaded, events }, auditOf(act, 2));
    return { webhookId: loaded.id };
  });
}

/** @throws Refusal `NOT_FOUND`, `ILLEGAL_TRANSITION` */
export function rotateSecret(context: Context, input: Named): Promise<Made> {
  return manage(context, 'partnerWebhookSecretRotate', input, async (tx) => {
    const loaded = await loadWebhook(tx, input.id);
    const now = context.clock.now();
    const events = rotate(loaded.state, formerUntil(now).toISOString(), now.toISOString());
    const secretId = context.newId();
    await makeSecret(tx, { id: secretId, webhookId: loaded.id, now });
    await record(context, tx, { ...loaded, events }, auditOf('SecretRotate', 2));
    return { webhookId: loaded.id, secretId };
  });
}

/** @throws Refusal `NOT_FOUND`, `ILLEGAL_TRANSITION` */
export function testWebhook(
  context: Context,
  input: Named,
  wake: () => void,
): Promise<{ deliveryId: string }> {
  return manage(context, 'partnerWebhookTest', input, async (tx) => {
    const loaded = await loadWebhook(tx, input.id);
    const now = context.clock.now();
    const deliveryId = context.newId();
    const timestamp = now.toISOString();
    const events = test(loaded.state, deliveryId, timestamp);
    const data = { webhookId: loaded.id };
    const body = JSON.stringify({ type: 'webhook.test', timestamp, data });
    await enqueueTest(tx, { id: deliveryId, webhookId: loaded.id, body, now });
    await record(context, tx, { ...loaded, events }, auditOf('Test', 3));
    tx.onCommit(wake);
    return { deliveryId };
  });
}

/** @throws Refusal `NOT_FOUND`, `ILLEGAL_TRANSITION` while it is under way or nothing is sent there */
export function redeliverOnce(
  context: Context,
  input: Keyed & { readonly deliveryId: string },
  wake: () => void,
): Promise<{ deliveryId: string }> {
  const deliveryId = uuid(input.deliveryId, 'deliveryId');
  return manage(context, 'partnerWebhookRedeliver', input, async (tx) => {
    const [row] = await tx.query<{ webhook_id: string }>(
      'select webhook_id from partners.delivery where id = $1',
      [deliveryId],
    );
    if (row === undefined) throw notFound();
    const loaded = await loadWebhook(tx, row.webhook_id);
    const now = context.clock.now();
    const events = redeliver(loaded.state, deliveryId, now.toISOString());
    const again = await tx.query(
      `update partners.delivery set status = 'PENDING', is_final = false, attempts = 0, next_at = $2,
         failure = null, http_status = null, settled_at = null
       where id = $1 and is_final returning 1`,
      [deliveryId, now],
    );
    if (again.length === 0) {
      throw new Refusal('ILLEGAL_TRANSITION', 'Diese Zustellung läuft noch.', 'deliveryId');
    }
    await record(context, tx, { ...loaded, events }, auditOf('Redeliver', 3));
    tx.onCommit(wake);
    return { deliveryId };
  });
}

/** With all that belongs to it; answers what `read` says of it before. @throws Refusal `NOT_FOUND` */
export function removeWebhook<Row extends object>(
  context: Context,
  input: Named,
  read: () => Promise<Row | null>,
): Promise<{ webhook: Row | null }> {
  return manage(context, 'partnerWebhookRemove', input, async (tx) => {
    const loaded = await loadWebhook(tx, input.id);
    const webhook = await read();
    const events = remove(loaded.state, context.clock.now().toISOString());
    const { url, partnerOrgId } = loaded.state;
    const audit = { ...auditOf('Remove', 2), before: { partnerOrgId, url } };
    await record(context, tx, { ...loaded, events }, audit);
    for (const table of ['delivery', 'secret', 'line']) {
      await tx.query(`delete from partners.${table} where webhook_id = $1`, [loaded.id]);
    }
    return { webhook };
  });
}

function manage<Result>(
  { actor, clock, database }: Context,
  operation: string,
  input: Keyed,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  requireScope(actor, 'webhooks:manage');
  const key = { module: 'partners', operation, key: input.idempotencyKey, input, clock };
  return database.transaction(actor, (tx) => once(tx, key, () => work(tx)));
}

interface Loaded {
  readonly id: string;
  readonly state: Webhook;
  readonly version: number;
}

async function loadWebhook(tx: Transaction, webhookId: string): Promise<Loaded> {
  const id = uuid(webhookId, 'id');
  const { state, version } = await load(tx, webhookAggregate, id);
  if (version === 0 || state.status === 'REMOVED') throw notFound();
  return { id, state, version };
}

function auditOf(act: string, tier: 2 | 3) {
  return { action: `partnerWebhook${act}`, riskTier: `TIER${tier}` };
}

async function record(
  context: Context,
  tx: Transaction,
  { id, state, version, events }: Loaded & { readonly events: readonly PartnerEvent[] },
  audit: { readonly action: string; readonly before?: object },
): Promise<void> {
  const [first] = events;
  if (first === undefined) return;
  const { at: _, ...after } = first.data;
  await append(tx, {
    aggregate: webhookAggregate,
    id,
    state,
    expectedVersion: version,
    events,
    context,
    audit: { ...audit, after },
  });
}

/** One after another, so that two at once do not both find the last place. */
async function requireRoom(tx: Transaction, partnerOrgId: string): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('partners.webhook'))`);
  const [counted] = await tx.query<{ all: number; firm: number }>(
    `select count(*)::int as all, count(*) filter (where partner_org_id = $1)::int as firm
     from partners.webhook`,
    [partnerOrgId],
  );
  const { all = 0, firm = 0 } = counted ?? {};
  if (firm >= PER_FIRM_MAX) {
    const message = `Eine Firma hat höchstens ${PER_FIRM_MAX} Empfänger.`;
    throw new Refusal('WEBHOOK_LIMIT', message, 'partnerOrgId');
  }
  if (all >= WEBHOOKS_MAX) {
    throw new Refusal('WEBHOOK_LIMIT', `Es gibt höchstens ${WEBHOOKS_MAX} Empfänger.`);
  }
}

async function requireNew(tx: Transaction, partnerOrgId: string, url: string): Promise<void> {
  const same = await tx.query(
    'select from partners.webhook where partner_org_id = $1 and url = $2',
    [partnerOrgId, url],
  );
  if (same.length === 0) return;
  throw new Refusal('CONFLICT', 'Diese Adresse ist für die Firma schon eingetragen.', 'url');
}

function urlOf(text: string, rules: AddressRules): string {
  try {
    return addressOf(text, rules).href;
  } catch (error) {
    if (!(error instanceof AddressRefused)) throw error;
    throw new Refusal('WEBHOOK_URL_REFUSED', error.message, 'url');
  }
}

function uuid(text: string, field: string): string {
  if (isUuid(text)) return text;
  throw new Refusal('BAD_USER_INPUT', 'Das ist keine gültige Kennung.', field);
}
