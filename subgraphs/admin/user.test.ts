import { describe, expect, it } from 'vitest';
import { Refusal } from '#kernel/access';
import { disable, evolve, initialUser, register, setTerritories } from './user.ts';

const person = {
  userId: '7f1f9a52-54b0-4c43-9d2b-1f8f0a1f6a10',
  login: 'sales-de',
  name: 'Greta Genuss',
  email: 'greta@cookfresh.example',
  roles: ['sales'],
};
const registered = register(initialUser, { ...person, territories: ['DE'] }).reduce(
  evolve,
  initialUser,
);

describe('a user', () => {
  it('is registered once, with territories that count', () => {
    expect(registered).toEqual({ userId: person.userId, territories: ['DE'], isDisabled: false });
    expect(() => register(registered, { ...person, territories: [] })).toThrow(Refusal);
  });

  it('gets other territories, each once and in order', () => {
    const [changed] = setTerritories(registered, ['CH', 'AT', 'CH']);
    expect(changed?.data.territories).toEqual(['AT', 'CH']);
  });

  it('keeps its streams when the same territories are set again', () => {
    expect(setTerritories(registered, ['DE', 'DE'])).toEqual([]);
  });

  it('is disabled once', () => {
    const disabled = disable(registered).reduce(evolve, registered);
    expect(disabled.isDisabled).toBe(true);
    expect(disable(disabled)).toEqual([]);
  });

  it('that nobody registered is not found', () => {
    expect(() => setTerritories(initialUser, ['DE'])).toThrow('Nicht gefunden');
    expect(() => disable(initialUser)).toThrow(Refusal);
  });
});
