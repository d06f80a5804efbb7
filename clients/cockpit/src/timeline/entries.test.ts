import { describe, expect, it } from 'vitest';
import type { TimelineEntryFragment } from '../graphql/graphql.ts';
import { mergeEntries } from './entries.ts';

const entry = (id: string, occurredAt: string, title = id): TimelineEntryFragment => ({
  __typename: 'TimelineEntry',
  id,
  category: 'system',
  kind: 'note_added',
  title,
  text: null,
  occurredAt,
  icon: '',
  colour: 'default',
  performedBy: null,
});

describe('the timeline', () => {
  it('shows an entry once, though it came live and by reading', () => {
    const a = entry('a', '2026-11-20T10:00:00.000Z');
    expect(mergeEntries([a], [a])).toEqual([a]);
  });

  it('is newest first, wherever an entry came from', () => {
    const old = entry('a', '2026-11-18T10:00:00.000Z');
    const late = entry('b', '2026-11-20T10:00:00.000Z');
    const middle = entry('c', '2026-11-19T10:00:00.000Z');
    expect(mergeEntries([old, late], [middle]).map(({ id }) => id)).toEqual(['b', 'c', 'a']);
  });

  it('keeps one order for entries of the same instant', () => {
    const at = '2026-11-20T10:00:00.000Z';
    const [a, b] = [entry('a', at), entry('b', at)];
    expect(mergeEntries([a, b])).toEqual(mergeEntries([b, a]));
  });
});
