import type { LeadFilter, LeadStatus, ProtectionState, Territory } from '../graphql/graphql.ts';
import { vocabularyDe } from '../i18n/vocabulary.de.ts';

/** The filter of the list as it stands in the address, so that it can be shared and gone back to. */
export interface LeadSearch {
  search?: string;
  status?: LeadStatus;
  territory?: Territory;
  protection?: ProtectionState;
  followUp?: true;
}

const searchLengthMax = 100;

/** Anything that is not a known value is dropped: addresses are typed by people. */
export function parseLeadSearch(raw: Record<string, unknown>): LeadSearch {
  const text = raw['search'];
  const status = known(vocabularyDe.status, raw['status']);
  const territory = known(vocabularyDe.territory, raw['territory']);
  const protection = known(vocabularyDe.protection, raw['protection']);
  return {
    ...(typeof text === 'string' && text !== '' && { search: text.slice(0, searchLengthMax) }),
    ...(status !== undefined && { status }),
    ...(territory !== undefined && { territory }),
    ...(protection !== undefined && { protection }),
    ...((raw['followUp'] === true || raw['followUp'] === 'true') && { followUp: true as const }),
  };
}

export function toLeadFilter(search: LeadSearch): LeadFilter {
  return {
    ...(search.search !== undefined && { search: search.search }),
    ...(search.status !== undefined && { status: [search.status] }),
    ...(search.territory !== undefined && { territory: [search.territory] }),
    ...(search.protection !== undefined && { protection: [search.protection] }),
    ...(search.followUp !== undefined && { followUpPending: true }),
  };
}

export const isFiltered = (search: LeadSearch): boolean => Object.keys(search).length > 0;

function known<Words extends object>(words: Words, value: unknown): keyof Words | undefined {
  return typeof value === 'string' && Object.hasOwn(words, value)
    ? (value as keyof Words)
    : undefined;
}
