import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { canonical } from './canonical.ts';
import { isGenuine, sealKeyFrom, signSeal } from './chain.ts';

test('one value has one text, after the example of RFC 8785', () => {
  const example = {
    numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '\u20ac$\u000F\nA\'B"\\\\"/',
    literals: [null, true, false],
  };
  expect(canonical(example)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

test('members are ordered by UTF-16 code units', () => {
  const members = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6 };
  expect(Object.values(JSON.parse(canonical(members)) as object)).toHaveLength(6);
  expect([...canonical(members).matchAll(/:(\d)/g)].map(([, n]) => n).join('')).toBe('246153');
});

test('what JSON does not know is refused', () => {
  expect(() => canonical(Number.NaN)).toThrow(TypeError);
  expect(() => canonical([1n])).toThrow(TypeError);
});

test('a seal is genuine for its module, its content and its key only', () => {
  const key = sealKeyFrom(Buffer.alloc(32, 1));
  const other = sealKeyFrom(Buffer.alloc(32, 2));
  const hash = createHash('sha256').update('h').digest();
  const seal = signSeal(key, 'things', {
    toPosition: 7,
    n: 7,
    hash,
    previous: hash,
    marks: Buffer.alloc(8),
  });
  const { id, publicKey } = key;
  expect(isGenuine([other, { id, publicKey }], 'things', seal)).toBe(true);
  expect(isGenuine([key], 'others', seal)).toBe(false);
  expect(isGenuine([other], 'things', seal)).toBe(false);
  expect(isGenuine([key], 'things', { ...seal, n: 8 })).toBe(false);
  expect(isGenuine([key], 'things', { ...seal, marks: Buffer.alloc(8, 1) })).toBe(false);
  expect(() => signSeal({ id, publicKey }, 'things', seal)).toThrow('verifies only');
});
