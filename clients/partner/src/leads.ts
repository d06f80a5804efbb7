import type { PartnerClient } from './client.ts';
import { LeadsDocument, type LeadsQuery, type LeadsQueryVariables } from './graphql/graphql.ts';

/** A lead as the firm that sent it in may see it. */
export type PartnerLead = NonNullable<LeadsQuery['leads']['edges'][number]['node']>;

const PAGE = 100;

/**
 * Every lead of the own firm, newest registration first, page by page as it is read.
 *
 * @throws RequestFailed when a page cannot be read
 */
export async function* leadsOf(
  client: PartnerClient,
  filter: LeadsQueryVariables['filter'] = {},
): AsyncGenerator<PartnerLead, void> {
  let after: string | null | undefined;
  do {
    const { leads } = await client.run(LeadsDocument, { first: PAGE, after, filter });
    for (const { node } of leads.edges) {
      // It stopped existing for us between page and answer.
      if (node !== null && node !== undefined) yield node;
    }
    after = leads.pageInfo.hasNextPage ? leads.pageInfo.endCursor : undefined;
  } while (after !== undefined && after !== null);
}
