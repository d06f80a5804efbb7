import { useQuery } from 'urql';
import { graphql } from '../graphql/index.ts';

const MeQuery = graphql(`
  query Me {
    me {
      user {
        id
        name
      }
      roles
      territories
      scopes
    }
  }
`);

/** What the server lets this person do; undefined until it has answered. */
export function useScopes(): ReadonlySet<string> | undefined {
  const [{ data }] = useQuery({ query: MeQuery, requestPolicy: 'cache-first' });
  return data && new Set(data.me.scopes);
}
