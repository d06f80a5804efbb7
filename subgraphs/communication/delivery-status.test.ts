import { describe, expect, it } from 'vitest';
import { statusOfNotice, statusOfReport } from './delivery-status.ts';

const messageId = '3f2b8c1e-0a4d-4f7a-9c55-6d1e2f3a4b5c';
const recipientId = 'c0000000-0000-4000-8000-000000000001';
const ours = `<${messageId}.${recipientId}@cookfresh.example>`;

/** As a mail server writes it. */
const report = ({
  action = 'failed',
  status = '5.1.1',
  id = ours,
  returned = 'message/rfc822',
  type = 'multipart/report; report-type=delivery-status;\r\n\tboundary="=_grenze/1"',
} = {}): Buffer =>
  Buffer.from(
    [
      'Return-Path: <>',
      'From: Mail Delivery System <MAILER-DAEMON@mx.example>',
      'Message-ID: <20251001.4711@mx.example>',
      'Subject: Undelivered Mail Returned to Sender',
      `Content-Type: ${type}`,
      '',
      'This is a MIME-encapsulated message.',
      '--=_grenze/1',
      'Content-Type: text/plain; charset=us-ascii',
      '',
      `I am sorry. Message-ID: ${ours} could not be delivered. Status: 4.0.0`,
      '--=_grenze/1',
      'Content-Description: Delivery report',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.example',
      '',
      'Final-Recipient: rfc822; kueche@adler.de',
      `Action: ${action}`,
      `Status: ${status}`,
      'Diagnostic-Code: smtp; 550 No such user',
      '--=_grenze/1',
      `Content-Type: ${returned}`,
      '',
      'From: vertrieb@cookfresh.example',
      `Message-ID: ${id}`,
      'Subject: Hallo',
      '',
      'Guten Tag',
      '--=_grenze/1--',
    ].join('\r\n'),
  );

describe('a delivery status notification', () => {
  it.each([
    ['5.1.1', 'HARD'],
    ['4.4.7', 'SOFT'],
  ])('with status %s is a %s bounce of our mail', (status, kind) => {
    expect(statusOfReport(report({ status }))).toEqual({ messageId, recipientId, kind });
  });

  it('is told from the headers alone, too', () => {
    const returned = 'text/rfc822-headers';
    expect(statusOfReport(report({ returned }))).toMatchObject({ kind: 'HARD' });
  });

  it.each([
    ['a delay, which is still tried', report({ action: 'delayed', status: '4.4.1' })],
    ['a delivery', report({ action: 'delivered', status: '2.0.0' })],
    ['a mail of somebody else', report({ id: '<1@example.org>' })],
    ['an ordinary mail', report({ type: 'text/plain' })],
    ['nothing', Buffer.alloc(0)],
  ])('tells nothing when it is %s', (_, body) => {
    expect(statusOfReport(body)).toBeUndefined();
  });

  it('that was made to be slow is read in no time', () => {
    const head = 'Content-Type: multipart/report; boundary="b"\n\n';
    const part = '--b\nContent-Type: message/rfc822\n\n';
    const body = Buffer.from(`${head}${part}${'message-id: <\n'.repeat(30_000)}`);
    expect(statusOfReport(body)).toBeUndefined();
  });
});

describe('a notice', () => {
  const notice = (data: object, type = 'mail.bounced') =>
    Buffer.from(JSON.stringify({ type, data }));

  it('names the mail and the status', () => {
    const body = notice({ messageId: ours, status: '4.2.2' });
    expect(statusOfNotice(body)).toEqual({ messageId, recipientId, kind: 'SOFT' });
  });

  it.each([
    ['of another kind', notice({ messageId: ours, status: '5.1.1' }, 'mail.opened')],
    ['of success', notice({ messageId: ours, status: '2.0.0' })],
    ['about a foreign mail', notice({ messageId: '<a@b>', status: '5.1.1' })],
    ['that is no JSON', Buffer.from('{')],
  ])('%s tells nothing', (_, body) => {
    expect(statusOfNotice(body)).toBeUndefined();
  });
});
