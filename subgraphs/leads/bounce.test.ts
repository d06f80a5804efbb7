import { describe, expect, it } from 'vitest';
import { endBlock, liftBlock, recordBounce } from './bounce.ts';
import { isEligible } from './follow-up.ts';
import { after, type Lead } from './lead.ts';
import { at, inStatus, leadId, reachableLead } from './lead.fixture.ts';

const messageId = leadId;
const monday = '2025-10-20T08:00:00.000Z';
/** Seven days later by the calendar, on the other side of the change to winter time. */
const nextMonday = '2025-10-27T09:00:00.000Z';

const bounced = (lead: Lead, kind: 'HARD' | 'SOFT', time = monday): Lead =>
  after(lead, recordBounce(lead, { messageId, kind }, at(time)));
const softBounced = (times: number): Lead =>
  Array.from({ length: times }).reduce<Lead>((lead) => bounced(lead, 'SOFT'), reachableLead());

describe('a bounce', () => {
  it('that is hard blocks at once and for good', () => {
    const lead = bounced(reachableLead(), 'HARD');
    expect(isEligible(lead, true)).toBe(false);
    expect(endBlock(lead, at('2026-12-31T00:00:00.000Z'))).toEqual([]);
  });

  it.each([
    [1, true],
    [2, true],
    [3, false],
  ])('that is soft leaves the lead reachable after %i: %s', (times, isReachable) => {
    expect(isEligible(softBounced(times), true)).toBe(isReachable);
  });

  it('that is the third soft one blocks for seven calendar days', () => {
    const lead = softBounced(3);
    expect(endBlock(lead, at('2025-10-27T08:59:59.999Z'))).toEqual([]);
    const freed = after(lead, endBlock(lead, at(nextMonday)));
    expect(isEligible(freed, true)).toBe(true);
    expect(endBlock(freed, at(nextMonday))).toEqual([]);
  });

  it('counts anew after a block', () => {
    const lead = softBounced(3);
    const freed = after(lead, endBlock(lead, at(nextMonday)));
    expect(isEligible(bounced(freed, 'SOFT', nextMonday), true)).toBe(true);
  });

  it('that is hard outlasts a soft block, and no soft one shortens a hard one', () => {
    const hard = bounced(softBounced(3), 'HARD');
    expect(hard).toMatchObject({ isContactBlocked: true, blockedUntil: null });
    expect(bounced(hard, 'SOFT')).toMatchObject({ isContactBlocked: true, blockedUntil: null });
    expect(recordBounce(hard, { messageId, kind: 'HARD' }, at(monday))).toHaveLength(1);
  });

  it('is forgotten once an address was corrected, soft ones too', () => {
    const hard = bounced(softBounced(2), 'HARD');
    const freed = after(hard, liftBlock(hard, at(nextMonday)));
    expect(isEligible(freed, true)).toBe(true);
    expect(liftBlock(freed, at(nextMonday))).toEqual([]);
    expect(isEligible(bounced(freed, 'SOFT', nextMonday), true)).toBe(true);
  });

  it('of a deleted lead is no news', () => {
    const lead = inStatus('DELETED', reachableLead());
    expect(recordBounce(lead, { messageId, kind: 'HARD' }, at(monday))).toEqual([]);
  });
});
