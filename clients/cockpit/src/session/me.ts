import { useQuery } from 'urql';
import { graphql } from '../graphql/index.ts';

const MeQuery = graphql(`
  query Me {
    me {
      user {
        id
        name
      }
    }
  }
`);

/** The signed-in person's name; undefined until it is known. */
export function useOwnName(): string | undefined {
  const [{ data }] = useQuery({ query: MeQuery, requestPolicy: 'cache-first' });
  return data?.me.user.name ?? undefined;
}
