import { describe, expect, it } from 'vitest';
import type { LeadDetailFragment } from '../graphql/graphql.ts';
import { meansTheSame } from './lead-commands.ts';

const seen = {
  version: 3,
  city: 'Ulm',
  status: 'ACTIVE',
  stage: 'REGISTRIERUNG',
  owner: { id: 'ben', name: 'Ben' },
  actions: ['QUALIFY', 'LOSE'],
} as unknown as LeadDetailFragment;

describe('a press on the version before', () => {
  it('means the same where only what it is not about has changed', () => {
    expect(meansTheSame('QUALIFY', seen, { ...seen, version: 5, city: 'Neu-Ulm' })).toBe(true);
  });

  it.each<[string, Partial<LeadDetailFragment>]>([
    ['the status', { status: 'GRACE_PERIOD' }],
    ['the stage', { stage: 'QUALIFIZIERT' }],
    ['the owner', { owner: { __typename: 'User', id: 'ada', name: 'Ada' } }],
    ['the owner, of whom there is none any more', { owner: null }],
    ['what may be done', { actions: ['LOSE'] }],
  ])('is asked for again where %s has changed', (_, change) => {
    expect(meansTheSame('QUALIFY', seen, { ...seen, version: 4, ...change })).toBe(false);
  });
});
