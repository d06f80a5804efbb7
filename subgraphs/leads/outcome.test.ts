import { describe, expect, it } from 'vitest';
import { plusDays } from './calendar.ts';
import { at, byManager, held, inStatus, leadId, owner, registeredLead } from './lead.fixture.ts';
import { after, type Lead } from './lead.ts';
import { convert, convertOnWin, delete_, lose, merge, pseudonymize, qualify } from './outcome.ts';

const refusing = (code: string, field?: string) =>
  expect.objectContaining(field === undefined ? { code } : { code, field });
const time = '2025-03-01T09:00:00.000Z';
const reason = 'Küche wurde geschlossen';
const canceled = { T3: { status: 'CANCELED' }, T7: { status: 'CANCELED' } };
const otherId = '4f2b8c1e-0a4d-4f7a-9c55-6d1e2f3a4b5c';

describe('the end of a lead', () => {
  it('is conversion or loss, after qualification only; either ends the follow-ups', () => {
    const qualified = after(registeredLead(), qualify(registeredLead(), at(time)));
    const converted = after(qualified, convert(qualified, byManager(time)));
    expect(converted).toMatchObject({ status: 'CONVERTED', followUps: canceled });
    const lost = after(qualified, lose(qualified, { reason }, at(time)));
    expect(lost).toMatchObject({ status: 'LOST', followUps: canceled });
    expect(() => convert(registeredLead(), byManager(time))).toThrow(
      refusing('ILLEGAL_TRANSITION'),
    );
    expect(() => lose(qualified, { reason: 'zu teuer' }, at(time))).toThrow(
      refusing('REASON_TOO_SHORT'),
    );
  });

  it('is deletion from anywhere, even while the clock stands', () => {
    const deleted = after(
      held(registeredLead()),
      delete_(held(registeredLead()), { reason }, at(time)),
    );
    expect(deleted).toMatchObject({ status: 'DELETED', followUps: canceled });
    expect(() => delete_(deleted, { reason }, at(time))).toThrow(refusing('ILLEGAL_TRANSITION'));
  });
});

describe('a won opportunity', () => {
  const win = (lead: Lead) => convertOnWin(lead, at(time));

  it('closes an open hold first, then converts', () => {
    const { events, isConverted } = win(held(inStatus('QUALIFIED')));
    expect(isConverted).toBe(true);
    expect(after(held(inStatus('QUALIFIED')), events)).toMatchObject({
      status: 'CONVERTED',
      holds: [{ until: time }],
    });
  });

  it.each(['REGISTERED', 'ACTIVE', 'LOST', 'EXPIRED'] as const)(
    'leaves a %s lead to its manager',
    (status) => {
      expect(win(inStatus(status))).toEqual({ events: [], isConverted: false });
    },
  );

  it('that comes twice converts once', () => {
    expect(win(inStatus('CONVERTED'))).toEqual({ events: [], isConverted: true });
  });
});

describe('a merge', () => {
  const other = registeredLead({ leadId: otherId }, '2025-01-02T09:00:00.000Z');
  const join = (survivor: Lead, duplicate: Lead) =>
    merge({ survivor, duplicate }, { reason }, byManager(time));

  it('keeps the earlier registration, deletes the other and points to the survivor', () => {
    const { survivor, duplicate } = join(registeredLead(), other);
    const kept = after(registeredLead(), survivor);
    expect(kept).toMatchObject({ registeredAt: '2025-01-02T09:00:00.000Z', isCanonical: true });
    expect(kept.followUps.T3.dueAt).toBe('2025-01-06T08:00:00.000Z');
    expect(kept.protection).toEqual(registeredLead().protection);
    expect(after(other, duplicate)).toMatchObject({
      status: 'DELETED',
      isCanonical: false,
      mergedInto: leadId,
    });
  });

  it('joins two leads of one territory', () => {
    expect(() => join(other, other)).toThrow(refusing('BAD_USER_INPUT', 'duplicateId'));
    expect(() => join(registeredLead(), { ...other, territory: 'AT' })).toThrow(
      refusing('NOT_FOUND', 'duplicateId'),
    );
    expect(() => join(registeredLead(), inStatus('DELETED', other))).toThrow(
      refusing('ILLEGAL_TRANSITION'),
    );
  });
});

describe('pseudonymisation', () => {
  const expired = inStatus('EXPIRED', registeredLead({ email: 'a@example.com' }));
  const expiredAt = '2025-03-26T09:00:00.001Z';
  const on = (lead: Lead, day: number) =>
    pseudonymize(lead, { expiredDays: 60 }, at(plusDays(expiredAt, day)));

  it('comes sixty days after the expiry, once', () => {
    expect(on(expired, 59)).toEqual([]);
    const done = after(expired, on(expired, 60));
    expect(done).toMatchObject({ profile: { hasEmail: false } });
    expect(on(done, 61)).toEqual([]);
  });

  it('spares a lead that somebody took', () => {
    expect(on({ ...expired, status: 'ACTIVE', ownerUserId: owner }, 90)).toEqual([]);
  });
});
