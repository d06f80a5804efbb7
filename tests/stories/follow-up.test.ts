import { afterAll, beforeAll, expect, it } from 'vitest';
import { registerLead, startTestSystem, type TestSystem } from './system.ts';

let test: TestSystem;
beforeAll(async () => {
  test = await startTestSystem();
});
afterAll(() => test.stop());

const pending = async (login: string): Promise<number | undefined> => {
  const { data } = await test.ask<{ leadWidget: { pendingT3Count: number } }>(
    login,
    '{ leadWidget { pendingT3Count } }',
  );
  return data?.leadWidget.pendingT3Count;
};

const counted = async (leadId: string) => {
  const [mails] = await test.db.admin<{ n: number }>(
    'select count(*)::int as n from communication.mailbox_mail',
  );
  const [facts] = await test.db.admin<{ n: number }>(
    "select count(*)::int as n from leads.event where aggregate_id = $1 and type = 'lead.followup.processed'",
    [leadId],
  );
  return { mails: mails?.n, processed: facts?.n };
};

it('the T3 of a due lead sends one mail and opens one task, however often the run is made', async () => {
  test.clock.travel(new Date('2025-09-26T08:00:00.000Z'));
  const { id } = await registerLead(test, 'sales-de', {
    source: 'TELEFON',
    email: 'kueche@folge.example',
    emailConsent: true,
    firstContact: {
      channel: 'PHONE',
      at: '2025-09-25T09:00:00.000Z',
      note: 'Gespräch mit dem Küchenchef',
    },
  });
  await test.settled();
  const before = await pending('sales-de');
  expect(before).toBe(0);
  test.clock.travel(new Date('2025-09-29T07:10:00.000Z'));
  for (let run = 0; run < 3; run += 1) {
    await test.system.runtime.runTimer('leads.follow-ups');
    await test.settled();
  }
  expect(await counted(id)).toEqual({ mails: 1, processed: 1 });
  expect(await pending('sales-de')).toBe(1);
  expect(await pending('sales-de-2')).toBe(0);
});
