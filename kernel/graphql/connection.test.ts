import { describe, expect, it } from 'vitest';
import { cursorKeys, pageLimit, toPage } from './index.ts';

const rows = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];

describe('connection', () => {
  it('asks for one row more than the page and says that more follow', () => {
    const page = toPage(rows, { first: 2 }, (row) => [row.id]);
    expect(pageLimit({ first: 2 })).toBe(3);
    expect(page.edges.map((edge) => edge.node.id)).toEqual(['a', 'b']);
    expect(page.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  });

  it('goes on behind its own cursor', () => {
    const { pageInfo } = toPage(rows, { first: 3 }, (row) => [row.id, 7, null]);
    expect(pageInfo.hasNextPage).toBe(false);
    expect(cursorKeys({ first: 1, after: pageInfo.endCursor }, 3)).toEqual(['c', 7, null]);
  });

  it('of nothing has no cursors', () => {
    expect(toPage([], { first: 5 }, () => []).pageInfo).toEqual({
      hasNextPage: false,
      hasPreviousPage: false,
      startCursor: null,
      endCursor: null,
    });
  });

  it.each(['x', 'e30', Buffer.from('[{}]').toString('base64url')])(
    'refuses the cursor %j',
    (after) => {
      expect(() => cursorKeys({ first: 1, after }, 1)).toThrow(/cursor/);
    },
  );

  it.each([0, 101, 1.5])('refuses a page of %d', (first) => {
    expect(() => pageLimit({ first })).toThrow(/1 to 100/);
  });
});
