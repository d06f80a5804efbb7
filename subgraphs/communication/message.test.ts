import { describe, expect, it } from 'vitest';
import { given } from '#kernel/testing';
import type { CommunicationEvent } from './events.ts';
import { mayAssist } from './lead-access.ts';
import { bounce, fail, messageAggregate, queue, sent, write, type Message } from './message.ts';
import { waitSeconds } from './outgoing.ts';
import { createActor } from '#kernel/access';

const messageId = '7f1f9a52-54b0-4c43-9d2b-1f8f0a1f6a10';
const leadId = '3f2b8c1e-0a4d-4f7a-9c55-6d1e2f3a4b5c';
const at = '2025-09-29T07:00:00.000Z';
const queued = queue(
  {
    messageId,
    purpose: 'T3_FOLLOWUP',
    leadId,
    territory: 'DE',
    recipients: [{ id: leadId, kind: 'LEAD' }],
  },
  at,
);
const after = (...events: CommunicationEvent[]): Message =>
  given<Message, CommunicationEvent>(messageAggregate, ...events).state;
const illegal = expect.objectContaining({ code: 'ILLEGAL_TRANSITION' });

describe('a message', () => {
  it('is sent or fails, and bounces only after it was sent', () => {
    const waiting = after(queued);
    const gone = after(queued, sent(waiting, at));
    const failed = after(queued, fail(waiting, 'NO_CONSENT', at));
    expect(gone.status).toBe('SENT');
    expect(failed.status).toBe('FAILED');
    expect(after(queued, sent(waiting, at), bounce(gone, 'HARD', at)).status).toBe('BOUNCED');
    expect(() => fail(gone, 'UNREACHABLE', at)).toThrow(illegal);
    expect(() => sent(failed, at)).toThrow(illegal);
    expect(() => bounce(waiting, 'SOFT', at)).toThrow(illegal);
    expect(() => sent(messageAggregate.initial, at)).toThrow(illegal);
  });

  it('announces ids only', () => {
    expect(sent(after(queued), at).data).toEqual({ messageId, purpose: 'T3_FOLLOWUP', leadId, at });
  });

  it.each([
    ['subject', { subject: ' ', text: 'Hallo' }],
    ['subject', { subject: 'Hallo\r\nBcc: alle@firma.de', text: 'Hallo' }],
    ['subject', { subject: 'x'.repeat(201), text: 'Hallo' }],
    ['text', { subject: 'Hallo', text: '' }],
    ['text', { subject: 'Hallo', text: 'x'.repeat(10_001) }],
  ])('is refused for its %s', (field, words) => {
    expect(() => write({ messageId, recipientId: leadId }, words)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', field }),
    );
  });
});

describe('the wait after a try', () => {
  it('grows to ten minutes and makes 1,820 seconds before the eighth', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7].map(waitSeconds);
    expect(waits).toEqual([20, 40, 80, 160, 320, 600, 600]);
    expect(waits.reduce((sum, each) => sum + each, 0)).toBe(1_820);
  });
});

describe('writing to a lead', () => {
  const [owner, helper, viewer] = [1, 2, 3].map((n) => `00000000-0000-4000-8000-00000000000${n}`);
  const lead = {
    territory: 'DE',
    ownerId: owner ?? '',
    collaborators: [
      { userId: helper ?? '', role: 'COLLABORATOR' as const, level: 'ASSIST' as const },
      { userId: viewer ?? '', role: 'COLLABORATOR' as const, level: 'VIEW' as const },
    ],
  };
  it.each([
    [owner, 'sales', 'DE', true],
    [owner, 'sales', 'AT', false],
    [helper, 'sales', 'DE', true],
    [viewer, 'sales', 'DE', false],
    [viewer, 'manager', 'DE', true],
    [viewer, 'manager', 'AT', false],
    [viewer, 'admin', 'AT', true],
  ])('by %s as %s of %s: %s', (userId = '', role, territory, expected) => {
    const actor = createActor({ userId, roles: [role], territories: [territory] });
    expect(mayAssist(lead, actor)).toBe(expected);
  });
});
