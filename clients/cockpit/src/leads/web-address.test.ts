import { describe, expect, it } from 'vitest';
import { webAddress } from './web-address.ts';

describe('a website somebody typed', () => {
  it('becomes a link when it is plain http or https', () => {
    expect(webAddress('gasthof.example')).toBe('https://gasthof.example/');
    expect(webAddress('http://gasthof.example/a')).toBe('http://gasthof.example/a');
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', ' JavaScript:alert(1)', '', 'a b c'])(
    'is no link: %s',
    (text) => {
      expect(webAddress(text)).toBeUndefined();
    },
  );
});
