import { useEffect, useRef } from 'react';
import {
  useQuery,
  useSubscription,
  type AnyVariables,
  type TypedDocumentNode,
  type UseQueryArgs,
  type UseQueryResponse,
} from 'urql';
import { useLiveSnapshot } from './graph-provider.tsx';

const pollMs = 20_000;
const resubscribeMs = 2_000;

/** A query that is read again after a lost connection, and every 20 s while there is none. */
export function useLiveQuery<Data, Variables extends AnyVariables>(
  args: UseQueryArgs<Variables, Data>,
): UseQueryResponse<Data, Variables> {
  const response = useQuery<Data, Variables>(args);
  const { state, reconnects } = useLiveSnapshot();
  const refetch = useRef(response[1]);
  useEffect(() => {
    refetch.current = response[1];
  });
  const isPaused = args.pause ?? false;
  useEffect(() => {
    if (reconnects > 0 && !isPaused) refetch.current({ requestPolicy: 'network-only' });
  }, [reconnects, isPaused]);
  useEffect(() => {
    if (state === 'connected' || isPaused) return undefined;
    const polling = setInterval(() => refetch.current({ requestPolicy: 'network-only' }), pollMs);
    return () => clearInterval(polling);
  }, [state, isPaused]);
  return response;
}

interface Live<Data, Variables> {
  query: TypedDocumentNode<Data, Variables>;
  variables: Variables;
  pause?: boolean;
}

/** Calls back for every event; a stream that the server ends is opened again after two seconds. */
export function useLiveEvents<Data, Variables extends AnyVariables>(
  { query, variables, pause = false }: Live<Data, Variables>,
  onEvent?: (data: Data) => void,
): void {
  const handler = useRef(onEvent);
  useEffect(() => {
    handler.current = onEvent;
  });
  const [{ fetching }, resubscribe] = useSubscription<Data, null, Variables>(
    { query, variables, pause },
    (_previous, data) => {
      handler.current?.(data);
      return null;
    },
  );
  const reopen = useRef(resubscribe);
  useEffect(() => {
    reopen.current = resubscribe;
  });
  useEffect(() => {
    if (fetching || pause) return undefined;
    const waiting = setTimeout(() => reopen.current(), resubscribeMs);
    return () => clearTimeout(waiting);
  }, [fetching, pause]);
}
