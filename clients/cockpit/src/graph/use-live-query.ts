import { useEffect, useRef, useState } from 'react';
import {
  useQuery,
  useSubscription,
  type AnyVariables,
  type CombinedError,
  type TypedDocumentNode,
  type UseQueryArgs,
  type UseQueryExecute,
} from 'urql';
import { useLiveSnapshot, useLiveStore } from './graph-provider.tsx';

const pollMs = 20_000;
/** Soon after the socket is lost it should be known whether requests still arrive. */
const firstPollMs = 3_000;
const resubscribeMs = 2_000;

interface LiveQuery<Data> {
  data: Data | undefined;
  error: CombinedError | undefined;
}

/**
 * A query that is read again after a lost connection, and every 20 s while there is none. What was
 * last read stays on the screen when reading again fails.
 */
export function useLiveQuery<Data, Variables extends AnyVariables>(
  args: UseQueryArgs<Variables, Data>,
): [LiveQuery<Data>, UseQueryExecute] {
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
  const isConnected = state === 'connected';
  useEffect(() => {
    if (isConnected || isPaused) return undefined;
    const read = (): void => refetch.current({ requestPolicy: 'network-only' });
    const first = setTimeout(read, firstPollMs);
    const polling = setInterval(read, pollMs);
    return () => {
      clearTimeout(first);
      clearInterval(polling);
    };
  }, [isConnected, isPaused]);
  const { data, error } = response[0];
  const asked = JSON.stringify(args.variables ?? null);
  const [known, setKnown] = useState<{ asked: string; data: Data } | undefined>();
  // urql's types leave out that a failed root field makes all data null.
  if (data != null && (known?.asked !== asked || known.data !== data)) setKnown({ asked, data });
  const shown = data ?? (known?.asked === asked ? known.data : undefined);
  return [{ data: shown, error }, response[1]];
}

interface Live<Data, Variables> {
  query: TypedDocumentNode<Data, Variables>;
  variables: Variables;
  pause?: boolean;
}

/**
 * Calls back for every event. A stream that the server ends is opened again after two seconds; where
 * it ended because something is missing in it, what is on the screen is read anew.
 */
export function useLiveEvents<Data, Variables extends AnyVariables>(
  { query, variables, pause = false }: Live<Data, Variables>,
  onEvent?: (data: Data) => void,
): void {
  const handler = useRef(onEvent);
  useEffect(() => {
    handler.current = onEvent;
  });
  const live = useLiveStore();
  const [{ fetching, error }, resubscribe] = useSubscription<Data, null, Variables>(
    { query, variables, pause },
    (_previous, data) => {
      handler.current?.(data);
      return null;
    },
  );
  const hasGap = error?.graphQLErrors.some(isGap) ?? false;
  const reopen = useRef(resubscribe);
  useEffect(() => {
    reopen.current = resubscribe;
  });
  useEffect(() => {
    if (fetching || pause) return undefined;
    const waiting = setTimeout(() => {
      reopen.current();
      if (hasGap) live.reopened();
    }, resubscribeMs);
    return () => clearTimeout(waiting);
  }, [fetching, pause, hasGap, live]);
}

function isGap({ extensions }: { extensions: Record<string, unknown> }): boolean {
  return extensions['code'] === 'RESUME_GAP';
}
