/** A lead nobody has spoken to, and a colleague who has: what a manager finds among his tasks. */
import type { Actor } from '#kernel/access';
import type { Ask } from './demo-data.ts';

type ActorOf = (login: string) => Actor;

/** Registered and left at that. */
const UNCLAIMED = {
  companyName: 'Waldschänke Eichgrund',
  city: 'Marburg',
  postalCode: '35037',
  owner: 'sales-de',
} as const;

export async function registerUnclaimed(ask: Ask, actorOf: ActorOf): Promise<void> {
  const { owner, ...lead } = UNCLAIMED;
  await ask(
    actorOf(owner),
    'mutation Unclaimed($input: LeadRegisterInput!) { leadRegister(input: $input) { userErrors { code } } }',
    { input: { ...lead, source: 'WEB_FORMULAR', confirmSimilar: true } },
  );
}

export async function claim(ask: Ask, actorOf: ActorOf): Promise<void> {
  const { companyName, city } = UNCLAIMED;
  const reason = 'Mit der Küche bin ich seit dem Frühjahr im Gespräch';
  await ask(
    actorOf('sales-de-2'),
    'mutation Claim($input: LeadOwnershipChallengeInput!) { leadOwnershipChallenge(input: $input) { accepted } }',
    { input: { territory: 'DE', companyName, city, reason } },
  );
}
