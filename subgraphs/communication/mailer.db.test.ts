import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemActor } from '#kernel/access';
import { createTestDatabase, type TestDatabase } from '#kernel/testing';
import { communication } from './index.ts';
import { createMailbox } from './mailbox.ts';
import type { Mail, Mailer } from './mailer.ts';
import { createSmtp } from './smtp.ts';

let db: TestDatabase;
let server: SMTPServer;
let received: string[] = [];
const job = systemActor('test', ['DE']);
const context = { em: () => db.database.em(job) };

beforeAll(async () => {
  db = await createTestDatabase({ modules: [communication] });
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo({ address }, _, done) {
      const code = { 'fort@kueche.de': 550, 'voll@kueche.de': 452 }[address];
      done(code === undefined ? null : Object.assign(new Error('no'), { responseCode: code }));
    },
    onData(stream, _, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        received.push(Buffer.concat(chunks).toString('utf8'));
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await new Promise<void>((resolve) => server.close(() => resolve()));
  await db.close();
});
beforeEach(() => {
  received = [];
});

const portOf = (): number => (server.server.address() as AddressInfo).port;
const smtp = (port = portOf()): Mailer =>
  createSmtp({ url: `smtp://127.0.0.1:${port}`, from: 'vertrieb@cookfresh.example' });
const mail = (more: Partial<Mail> = {}): Mail => ({
  key: randomUUID(),
  to: 'kueche@adler.de',
  subject: 'Grüße aus der Küche',
  text: 'Guten Tag,\n\nschön, dass Sie da sind.',
  ...more,
});

const adapters: [string, () => Mailer, () => Promise<string[]>][] = [
  ['mailbox', createMailbox, async () => (await keysInMailbox()).map(({ key }) => key)],
  ['smtp', smtp, async () => received.map((each) => /Message-ID: <(.+)@/i.exec(each)?.[1] ?? '')],
];
const keysInMailbox = () => db.admin<{ key: string }>('select key from communication.mailbox_mail');

describe.each(adapters)('the %s adapter', (_, create, arrived) => {
  it('takes a mail over under its key', async () => {
    const each = mail();
    await create().send(each, context);
    expect(await arrived()).toContain(each.key);
  });

  it('makes a second hand-over recognisable as the same mail', async () => {
    const mailer = create();
    const each = mail();
    await mailer.send(each, context);
    await mailer.send(each, context);
    const copies = (await arrived()).filter((key) => key === each.key);
    expect(new Set(copies)).toEqual(new Set([each.key]));
  });

  it('refuses to count two mails as one', async () => {
    const [first, second] = [mail(), mail()];
    await create().send(first, context);
    await create().send(second, context);
    expect(await arrived()).toEqual(expect.arrayContaining([first.key, second.key]));
  });
});

describe('smtp', () => {
  it('carries sender, receiver, words and the way to unsubscribe', async () => {
    const link = 'https://crm.example/abmelden?t=x';
    await smtp().send(mail({ unsubscribeUrl: link }), context);
    const [raw = ''] = received;
    expect(raw).toContain('From: vertrieb@cookfresh.example');
    expect(raw).toContain('kueche@adler.de');
    expect(raw).toContain('Subject: =?UTF-8?');
    expect(raw).toContain(`List-Unsubscribe: <${link}>`);
    expect(raw).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    expect(raw).toMatch(/dass Sie da sind/);
  });

  it('cannot be talked into more receivers or headers', async () => {
    await smtp().send(mail({ subject: 'Hallo\r\nBcc: alle@firma.de' }), context);
    expect(received[0]).not.toMatch(/^Bcc:/im);
  });

  it.each([
    ['fort@kueche.de', true],
    ['voll@kueche.de', false],
  ])('tells a refusal of %s from an outage (final: %s)', async (to, isFinal) => {
    await expect(smtp().send(mail({ to }), context)).rejects.toMatchObject({
      name: 'MailRefused',
      isFinal,
    });
  });

  it('reports a closed way as something else', async () => {
    await expect(smtp(1).send(mail(), context)).rejects.not.toMatchObject({ name: 'MailRefused' });
  });
});
