import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '#kernel/testing';
import { leadInput } from '../chaos/process.ts';
import { formsOf } from '../security/canary.ts';
import { archivePart, readsArchived } from './archived.ts';
import { restoreBackup, takeBackup, textOf } from './backup.ts';
import type { Drill } from './report.ts';
import type { Site } from './site.ts';

const EMAIL = 'kanari.4711@pii.test';
const FIRM = 'Kanari Vogel Feinkost';
const REASON = 'Antrag auf Löschung nach Artikel 17';
const CLEARED = { timeoutMs: 60_000, intervalMs: 200 };

interface Place {
  next(): Promise<Site>;
  takeOver(drill: Drill, site: Site): Promise<void>;
  /** Folder apart from every site. */
  readonly away: string;
}

interface Person {
  email: string | null;
  companyName: string;
}

/** Saves, erases a person, restores what was saved: nothing is served before he is forgotten anew. */
export async function eraseAndRestore(drill: Drill, site: Site, place: Place): Promise<void> {
  const leadId = await registerPerson(site);
  const before = await personOf(site, leadId);
  drill.check('the person can be read', before?.email === EMAIL, before);
  const archived = await archivePart(drill, site);
  const backup = await drill.step('back up with the person', () =>
    takeBackup(site.server, site.files, join(place.away, 'older')),
  );
  const dumped = await textOf(backup, site.server);
  const clear = formsOf(EMAIL).filter((form) => dumped.includes(form));
  drill.check('the dump has the firm of the person', dumped.includes(FIRM), dumped.length);
  drill.check('the dump has the person as ciphertext alone', clear.length === 0, clear);
  const erased = await drill.step('freshplan gdpr erase', () =>
    site.freshplan('gdpr', 'erase', leadId, '--yes', '--reason', REASON),
  );
  drill.check('the person is erased', erased.code === 0, erased.error);
  const journal = await readFile(join(place.away, 'erasures', 'erasures.ndjson'), 'utf8');
  drill.check('the journal names the person', journal.includes(leadId), journal);
  await site.lose();

  const restored = await drill.step('restore from before the erasure', async () => {
    const made = await place.next();
    await restoreBackup(backup, made.server, made.files);
    return made;
  });
  drill.check('the dump brings the key back', (await keysOf(restored, leadId)) === 1, leadId);
  await place.takeOver(drill, restored);
  await refusesWithoutJournal(drill, restored, place.away);
  await drill.step('start with the journal', () => restored.start());
  drill.check('the key is gone once it is ready', (await keysOf(restored, leadId)) === 0, leadId);
  const after = await personOf(restored, leadId);
  drill.check('the person is unreadable once it is ready', after?.email === null, after);
  await drill.step('everybody clears what he held', async () => {
    await eventually(async () => {
      const left = await traces(restored);
      if (left.length > 0) throw new Error(left.join());
    }, CLEARED).catch(() => {});
    const left = await traces(restored);
    drill.check('no word of the person is in any table', left.length === 0, left);
  });
  await readsArchived(drill, restored, archived);
  const chain = await restored.freshplan('events', 'verify');
  drill.check('events verify is green after the erasure', chain.code === 0, chain.error);
}

/** A folder without a journal does not say that nobody was erased. */
async function refusesWithoutJournal(drill: Drill, site: Site, away: string): Promise<void> {
  const refusal = await drill.step('the start refuses to do without the journal', () =>
    site.refuses(join(away, 'empty')),
  );
  const isNamed = /journal of erasures was not applied/.test(refusal) && /gdpr/.test(refusal);
  drill.check('not ready before the journal was applied', isNamed, refusal);
}

async function registerPerson({ caller }: Site): Promise<string> {
  const input = leadInput({ companyName: FIRM, email: EMAIL, countryCode: 'DE' });
  const { data, errors } = await caller.ask<{ leadRegister: { lead: { id: string } | null } }>(
    'sales-de',
    'mutation R($input: LeadRegisterInput!) { leadRegister(input: $input) { lead { id } } }',
    { input },
  );
  const id = data?.leadRegister.lead?.id;
  if (id === undefined) throw new Error(`The person was not registered: ${JSON.stringify(errors)}`);
  return id;
}

async function personOf({ caller }: Site, id: string): Promise<Person | null | undefined> {
  const { data } = await caller.ask<{ lead: Person | null }>(
    'admin',
    'query P($id: ID!) { lead(id: $id) { email companyName } }',
    { id },
  );
  return data?.lead;
}

async function keysOf({ server }: Site, subjectId: string): Promise<number> {
  const sql = 'select count(*)::int as n from keys.subject_key where subject_id = $1';
  return (await server.admin<{ n: number }>(sql, [subjectId]))[0]?.n ?? 0;
}

/** Tables with a row that says a word of the person in clear. */
async function traces({ server }: Site): Promise<string[]> {
  const tables = await server.admin<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and n.nspname !~ '^pg_|information_schema|graphile'`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const sql = `select 1 from ${name} t where t::text ilike any ($1) limit 1`;
    const rows = await server.admin(sql, [[`%${EMAIL}%`, '%Kanari%']]);
    if (rows.length > 0) found.push(name);
  }
  return found;
}
