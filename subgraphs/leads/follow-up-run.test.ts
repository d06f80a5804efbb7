import { describe, expect, it } from 'vitest';
import { plusDays } from './calendar.ts';
import type { LeadEvent } from './events.ts';
import {
  anchorFollowUps,
  batchRecord,
  cancelFollowUps,
  claimFollowUp,
  completeFollowUp,
  noteSample,
  settleFollowUp,
} from './follow-up-run.ts';
import {
  at,
  chefId,
  held,
  inStatus,
  leadId,
  nobody,
  owner,
  reachableLead,
  withChef,
} from './lead.fixture.ts';
import { after, type Lead } from './lead.ts';
import { backdate } from './registration.ts';

/** Registered Wednesday 15 January 2025: T3 on Monday the 20th, T7 on Wednesday the 22nd. */
const monday = '2025-01-20T08:00:00.000Z';
const tuesday = '2025-01-21T08:00:00.000Z';
const wednesday = '2025-01-22T08:00:00.000Z';
const run = (dueRunAt: string) => ({ dueRunAt, requireMultiContact: true });
const claim = (lead: Lead, dueRunAt: string, now = dueRunAt): LeadEvent[] =>
  claimFollowUp(lead, run(dueRunAt), at(now));
const settle = (lead: Lead, followUpType: 'T3' | 'T7', success: boolean): LeadEvent[] =>
  settleFollowUp(lead, { followUpType, success }, at(wednesday), nobody);
const sent = (lead: Lead, dueRunAt = monday, now = dueRunAt): Lead => {
  const claimed = after(lead, claim(lead, dueRunAt, now));
  return after(claimed, settle(claimed, 'T3', true));
};

describe('a claim', () => {
  it('asks for the catalogue and sample box first', () => {
    const lead = withChef(reachableLead({ businessType: 'HOTEL', season: 'SOMMER' }));
    expect(claim(lead, monday)).toEqual([
      {
        type: 'lead.followup.requested',
        data: {
          leadId,
          followUpType: 'T3',
          dueRunAt: monday,
          contactIds: [chefId],
          claimedAt: monday,
          businessType: 'HOTEL',
          season: 'SOMMER',
          template: 'SAMPLE_REQUEST',
        },
      },
    ]);
  });

  it('never takes T3 and T7 of an old lead in one run', () => {
    const later = '2025-06-02T07:00:00.000Z';
    const claimed = claim(reachableLead(), later);
    expect(claimed.map((event) => event.data)).toMatchObject([{ followUpType: 'T3' }]);
    expect(claim(after(reachableLead(), claimed), later)).toEqual([]);
  });

  it('makes the bulk offer two calendar days after a successful T3', () => {
    const lead = sent(reachableLead());
    expect(claim(lead, tuesday)).toEqual([]);
    expect(claim(lead, wednesday)).toMatchObject([
      { data: { followUpType: 'T7', template: 'FOLLOW_UP', discountPercent: 10 } },
    ]);
  });

  it('counts the two days from the real departure of a T3 that was caught up', () => {
    const lead = sent(reachableLead(), monday, '2025-01-22T06:00:00.000Z');
    expect(claim(lead, wednesday)).toEqual([]);
    expect(claim(lead, '2025-01-24T08:00:00.000Z')).toHaveLength(1);
  });

  it('never sends T7 after a failed T3', () => {
    const claimed = after(reachableLead(), claim(reachableLead(), monday));
    const failed = after(claimed, settle(claimed, 'T3', false));
    expect(claim(failed, '2025-03-03T08:00:00.000Z')).toEqual([]);
  });

  it.each<[string, Lead]>([
    ['registered only', inStatus('REGISTERED', reachableLead())],
    ['in its days of grace', inStatus('GRACE_PERIOD', reachableLead())],
    ['without owner', { ...reachableLead(), ownerUserId: null }],
    ['held', held(reachableLead())],
    ['blocked', { ...reachableLead(), isContactBlocked: true }],
    ['without consent', reachableLead({ emailConsent: false })],
    ['without address', reachableLead({ email: null })],
  ])('passes over a lead that is %s', (_, lead) => {
    expect(claim(lead, monday)).toEqual([]);
  });

  it('waits for the due time', () => {
    expect(claim(reachableLead(), '2025-01-17T08:00:00.000Z')).toEqual([]);
  });
});

describe('a settled follow-up', () => {
  const claimed = after(reachableLead(), claim(reachableLead(), monday));

  it('is told once under the key of its nominal run, whatever the clock says', () => {
    const events = settle(claimed, 'T3', true);
    expect(events).toEqual([
      {
        type: 'lead.followup.processed',
        data: {
          leadId,
          followUpType: 'T3',
          t3Count: 1,
          t7Count: 0,
          success: true,
          userId: owner,
          processedAt: monday,
          idempotencyKey: expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
      },
    ]);
    expect(settle(after(claimed, events), 'T3', true)).toEqual([]);
    expect(after(claimed, events).followUps.T3).toMatchObject({ status: 'PENDING', dueAt: monday });
  });

  it('counts nothing when it failed', () => {
    expect(settle(claimed, 'T3', false)[0]?.data).toMatchObject({
      t3Count: 0,
      t7Count: 0,
      success: false,
    });
  });

  it('changes neither the status nor the windows of the lead', () => {
    const before = { status: claimed.status, protection: claimed.protection };
    expect(after(claimed, settle(claimed, 'T3', true))).toMatchObject(before);
  });

  it('opens no task on a lead that was decided meanwhile', () => {
    const lost = inStatus('LOST', claimed);
    const done = after(lost, settle({ ...lost, ownerUserId: null }, 'T3', true));
    expect(done.followUps.T3.status).toBe('CANCELED');
  });
});

describe('the owner’s task', () => {
  const open = sent(reachableLead());
  const complete = (lead: Lead, outcome: 'SUCCESS' | 'NO_ANSWER' | 'POSTPONED', dueAt?: string) =>
    completeFollowUp(lead, { followUpType: 'T3', outcome, dueAt }, at(wednesday));

  it.each(['SUCCESS', 'NO_ANSWER'] as const)('is done with %s', (outcome) => {
    const done = after(open, complete(open, outcome));
    expect(done.followUps.T3.status).toBe('DONE');
    expect(() => complete(done, outcome)).toThrow(
      expect.objectContaining({ code: 'ILLEGAL_TRANSITION' }),
    );
  });

  it('is postponed into the future only', () => {
    const later = after(open, complete(open, 'POSTPONED', '2025-02-01T08:00:00.000Z'));
    expect(later.followUps.T3).toMatchObject({
      status: 'PENDING',
      dueAt: '2025-02-01T08:00:00.000Z',
    });
    for (const dueAt of [undefined, wednesday]) {
      expect(() => complete(open, 'POSTPONED', dueAt)).toThrow(
        expect.objectContaining({ code: 'BAD_USER_INPUT' }),
      );
    }
  });

  it('is canceled with what is still scheduled, but not what is done', () => {
    const canceled = after(open, cancelFollowUps(open, at(wednesday)));
    expect(canceled.followUps).toMatchObject({
      T3: { status: 'CANCELED' },
      T7: { status: 'CANCELED' },
    });
    expect(cancelFollowUps(canceled, at(wednesday))).toEqual([]);
  });
});

describe('the anchor of the follow-ups', () => {
  const sampleId = 'd0000000-0000-4000-8000-000000000001';
  const note = (lead: Lead, state: 'REQUESTED' | 'DELIVERED' | 'CANCELED', time: string): Lead =>
    after(lead, noteSample(lead, { sampleId, state, at: time }, at(time)));

  it('moves to the delivery of a sample; nothing is due before it', () => {
    const waiting = note(reachableLead(), 'REQUESTED', '2025-01-16T09:00:00.000Z');
    expect(claim(waiting, '2025-03-03T08:00:00.000Z')).toEqual([]);
    const delivered = note(waiting, 'DELIVERED', '2025-02-03T09:00:00.000Z');
    expect(delivered.followUps.T3.dueAt).toBe('2025-02-06T08:00:00.000Z');
    const canceled = note(waiting, 'CANCELED', '2025-02-03T09:00:00.000Z');
    expect(canceled.followUps.T3.dueAt).toBe(monday);
  });

  it('ignores a message that comes twice or too late', () => {
    const delivered = note(reachableLead(), 'DELIVERED', '2025-02-03T09:00:00.000Z');
    const again = { sampleId, state: 'DELIVERED', at: '2025-02-09T09:00:00.000Z' } as const;
    expect(noteSample(delivered, again, at(again.at))).toEqual([]);
    expect(noteSample(delivered, { ...again, state: 'CANCELED' }, at(again.at))).toEqual([]);
  });

  it('does not move what was claimed already', () => {
    const lead = sent(reachableLead());
    const earlier = { registeredAt: '2025-01-01T09:00:00.000Z', reason: 'Am Messestand notiert' };
    const moved = after(lead, backdate(lead, earlier, at(wednesday)));
    expect(moved.followUps.T3).toEqual(lead.followUps.T3);
    expect(moved.followUps.T7.dueAt).toBe('2025-01-08T08:00:00.000Z');
    expect(anchorFollowUps(moved, at(plusDays(wednesday, 1)))).toEqual([]);
  });
});

describe('the record of a run', () => {
  it('counts the successful ones and succeeds only if none failed', () => {
    const settled = [
      { followUpType: 'T3', success: true },
      { followUpType: 'T3', success: false },
      { followUpType: 'T7', success: true },
    ] as const;
    expect(batchRecord({ dueRunAt: '2025-09-26T20:00:00.000Z', settled }, nobody)?.data).toEqual({
      followUpType: 'BATCH',
      t3Count: 1,
      t7Count: 1,
      success: false,
      userId: nobody,
      processedAt: '2025-09-26T20:00:00.000Z',
      idempotencyKey: '0737ce6d-8b26-314d-b3f0-4b24cbdbcd16',
    });
  });

  it('is missing when the run handled nobody', () => {
    expect(batchRecord({ dueRunAt: monday, settled: [] }, nobody)).toBeUndefined();
  });
});
