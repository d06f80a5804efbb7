import { describe, expect, it } from 'vitest';
import { createLogger, createMetrics, scrub } from './index.ts';

describe('scrubber', () => {
  it.each([
    ['max.muster+crm@firma.de ist da', '***@example.com ist da'],
    ['"email":"a@b.co"', '"email":"***@example.com"'],
    ['Tel +49 171 4711 4711 bitte', 'Tel ***11 bitte'],
    ['0043 1 5129 8877', '***77'],
    ['ruf 030/1234567 an', 'ruf ***67 an'],
    ['Bearer abcdefghijklmnop', 'Bearer [token]'],
    ['failed, password=hunter2, as app', 'failed, password=***, as app'],
    ['{"msg":"{\\"secret\\":\\"abc\\"}"}', '{"msg":"{\\"secret\\":\\"***\\"}"}'],
    ['postgresql://app:geheim@db:5432/x', 'postgresql://***@db:5432/x'],
  ])('cleans %j', (line, clean) => {
    expect(scrub(line)).toBe(clean);
  });

  it.each([
    '3f2b8c1e-0a4d-4f7a-9c55-6d1e2f3a4b5c',
    '2025-09-26T20:00:00.000Z',
    '"durationMs":0.123456789',
    'position 1000000042',
  ])('leaves %j alone', (line) => {
    expect(scrub(line)).toBe(line);
  });
});

describe('logger', () => {
  it('writes no e-mail address, wherever it came from', () => {
    const lines: string[] = [];
    const log = createLogger({ level: 'info', write: (line) => void lines.push(line) });
    log.info({ nested: { to: 'koch@gasthaus.de' } }, 'mail for chef@hotel.at');
    log.error(new Error('cannot reach einkauf@kantine.ch'));
    expect(lines).toHaveLength(2);
    expect(lines.join('')).not.toMatch(/gasthaus|hotel\.at|kantine/);
  });
});

it('an error is logged without what a driver hangs on it', () => {
  const lines: string[] = [];
  const log = createLogger({ level: 'info', write: (line) => void lines.push(line) });
  const error = Object.assign(new Error('lost', { cause: new Error('reset') }), {
    code: 'ECONNRESET',
    client: { secretKey: 4711, password: 'hunter2' },
  });
  log.warn({ err: error }, 'connection lost');
  log.warn({ err: 'plain' }, 'odd');
  expect(lines.join('')).toContain('"code":"ECONNRESET"');
  expect(lines.join('')).toContain('"cause":"reset"');
  expect(lines.join('')).not.toMatch(/secretKey|hunter2/);
});

describe('metrics', () => {
  it('returns the same metric for the same name', () => {
    const metrics = createMetrics();
    expect(metrics.counter('a_total', 'a')).toBe(metrics.counter('a_total', 'a'));
  });

  it('refuses more than three labels', () => {
    expect(() => createMetrics().counter('b_total', 'b', ['w', 'x', 'y', 'z'])).toThrow(/three/);
  });

  it('exposes what was counted', async () => {
    const metrics = createMetrics();
    metrics.counter('c_total', 'c', ['result']).inc({ result: 'success' }, 2);
    metrics.histogram('d_ms', 'd').observe(7);
    metrics.gauge('e', 'e').set(3);
    const { body } = await metrics.expose();
    expect(body).toContain('c_total{result="success"} 2');
    expect(body).toContain('d_ms_bucket{le="10"} 1');
  });
});
