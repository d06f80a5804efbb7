import { describe, expect, it } from 'vitest';
import { unsubscribeLinks } from './unsubscribe.ts';

const recipientId = '3f2b8c1e-0a4d-4f7a-9c55-6d1e2f3a4b5c';
const url = 'https://crm.example/abmelden';
const ours = unsubscribeLinks({ url, secret: 'a secret that has at least 32 bytes' });
const theirs = unsubscribeLinks({ url, secret: 'another secret with at least 32 bytes' });
const tokenOf = (link: string): string => new URL(link).searchParams.get('t') ?? '';

describe('an unsubscribe link', () => {
  it('leads back to the recipient it was made for', () => {
    const link = ours.linkFor(recipientId);
    expect(link.startsWith(`${url}?t=`)).toBe(true);
    expect(ours.recipientOf(tokenOf(link))).toBe(recipientId);
  });

  it.each([
    ['signed elsewhere', tokenOf(theirs.linkFor(recipientId))],
    ['for another recipient', `b${tokenOf(ours.linkFor(recipientId)).slice(1)}`],
    ['cut short', tokenOf(ours.linkFor(recipientId)).slice(0, -1)],
    ['unsigned', recipientId],
    ['empty', ''],
  ])('is nobody’s when %s', (_, token) => {
    expect(ours.recipientOf(token)).toBeUndefined();
  });

  it('needs a secret of 32 bytes', () => {
    expect(() => unsubscribeLinks({ url, secret: 'short' })).toThrow(RangeError);
  });
});
