import { describe, expect, it } from 'vitest';
import type { LeadDetailFragment } from '../graphql/graphql.ts';
import { updateInput, updateValues } from './lead-update.ts';

const lead = {
  companyName: 'Linde',
  city: 'Leipzig',
  territory: 'DE',
  email: null,
  estimatedVolume: '1250.50 EUR',
  pains: ['FOOD_WASTE'],
  budget: 'YES',
} as unknown as LeadDetailFragment;

describe('editing a lead', () => {
  it('sends nothing that was not changed', () => {
    const opened = updateValues(lead);
    expect(updateInput(opened, lead, opened)).toEqual({});
  });

  it('does not overwrite what somebody else changed while the form was open', () => {
    const opened = updateValues(lead);
    const newer = { ...lead, companyName: 'Zur Linde' } as LeadDetailFragment;
    expect(updateInput({ ...opened, city: 'Halle' }, newer, opened)).toEqual({ city: 'Halle' });
  });

  it('sends null for what was emptied', () => {
    const opened = updateValues(lead);
    expect(updateInput({ ...opened, estimatedVolume: '' }, lead, opened)).toEqual({
      estimatedVolume: null,
    });
  });
});
