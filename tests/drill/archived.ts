import { eventually } from '#kernel/testing';
import { leadInput } from '../chaos/process.ts';
import type { Drill } from './report.ts';
import type { Site } from './site.ts';

const SEGMENT = 1_000_000;
/** Consumers at rest tell every three seconds how far they are. */
const PASSED = { timeoutMs: 60_000, intervalMs: 500 };
const RENAMED = 'Nach dem Archiv GmbH';

/** A lead whose first facts are in the archive and whose last one is in the log. */
export interface PartlyArchived {
  readonly id: string;
  readonly versions: number;
}

/** Archives what a log holds, as if it were full and old, and goes on with a lead from it. */
export async function archivePart(drill: Drill, site: Site): Promise<PartlyArchived> {
  const { caller, server } = site;
  const registered = await caller.ask<{ leadRegister: { lead: Lead | null } }>(
    'sales-de',
    `mutation R($input: LeadRegisterInput!) { leadRegister(input: $input) { lead { id version } } }`,
    { input: leadInput({ companyName: 'Vor dem Archiv GmbH', countryCode: 'DE' }) },
  );
  const lead = registered.data?.leadRegister.lead;
  if (lead == null) throw new Error(`No lead: ${JSON.stringify(registered.errors)}`);
  await drill.step('archive a segment of the log', async () => {
    await server.admin(`select setval('leads.event_seq', ${SEGMENT})`);
    await eventually(async () => {
      const { unlogged } = await unloggedBelow(site);
      if (unlogged > 0) throw new Error(`${unlogged} facts are not logged yet`);
    }, PASSED);
    // The log head would find out within two minutes.
    await server.admin(`update leads.log_control set floor_seq = ${SEGMENT}`);
    await eventually(async () => {
      const segments = await site.archive('leads');
      if (segments.length === 0) throw new Error('Somebody is not past it yet');
    }, PASSED);
  });
  const { errors } = await caller.ask(
    'sales-de',
    `mutation U($input: LeadUpdateInput!) { leadUpdate(input: $input) { userErrors { code } } }`,
    { input: { leadId: lead.id, version: lead.version, companyName: RENAMED } },
  );
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  const [row] = await server.admin<{ versions: number; here: number }>(
    `select (select version from leads.stream where aggregate_id = $1)::int as versions,
       (select count(*) from leads.event where aggregate_id = $1)::int as here`,
    [lead.id],
  );
  const { versions = 0, here = 0 } = row ?? {};
  drill.check('a lead is partly archived', here > 0 && here < versions, row);
  return { id: lead.id, versions };
}

/** The archive came along and reads on into the log. */
export async function readsArchived(
  drill: Drill,
  site: Site,
  { id, versions }: PartlyArchived,
): Promise<void> {
  await drill.step('read on from the archive', async () => {
    const verified = await site.freshplan('archive', 'verify');
    const isWhole = verified.code === 0 && verified.out.includes('event_000000');
    drill.check('archive verify is green and not empty', isWhole, verified);
    const shown = await site.freshplan('events', 'show', id);
    const facts = JSON.parse(shown.out) as { module: string; version: number }[];
    const told = facts.filter(({ module }) => module === 'leads').map(({ version }) => version);
    const all = Array.from({ length: versions }, (_, index) => index + 1);
    drill.check('every fact of the lead is told', told.join() === all.join(), shown);
    const { data, errors } = await site.caller.ask<{
      leadUpdate: { lead: Lead | null; userErrors: unknown[] };
    }>(
      'sales-de',
      `mutation U($input: LeadUpdateInput!) {
         leadUpdate(input: $input) { lead { id version } userErrors { code } } }`,
      { input: { leadId: id, version: versions, city: 'Bremen' } },
    );
    const isDecided = (data?.leadUpdate.lead?.version ?? 0) > versions;
    drill.check('its next decision stands on all of them', isDecided, [data, errors]);
  });
}

interface Lead {
  readonly id: string;
  readonly version: number;
}

async function unloggedBelow({ server }: Site): Promise<{ unlogged: number }> {
  const [row] = await server.admin<{ unlogged: number }>(
    `select count(*)::int as unlogged from leads.event
     where seq not in (select unnest(seqs) from leads.log)`,
  );
  return row ?? { unlogged: 0 };
}
