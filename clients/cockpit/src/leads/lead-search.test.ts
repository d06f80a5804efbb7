import { describe, expect, it } from 'vitest';
import { isFiltered, parseLeadSearch, toLeadFilter } from './lead-search.ts';

describe('the filter in the address', () => {
  it('keeps known values and becomes the filter of the graph', () => {
    const search = parseLeadSearch({ status: 'ACTIVE', search: 'linde', followUp: 'true' });
    expect(toLeadFilter(search)).toEqual({
      status: ['ACTIVE'],
      search: 'linde',
      followUpPending: true,
    });
  });

  it('drops what nobody knows instead of sending it to the server', () => {
    const search = parseLeadSearch({ status: 'constructor', territory: 'FR', protection: 7, x: 1 });
    expect(search).toEqual({});
    expect(isFiltered(search)).toBe(false);
  });

  it('bounds the text that is searched for', () => {
    expect(parseLeadSearch({ search: 'x'.repeat(500) }).search).toHaveLength(100);
  });
});
