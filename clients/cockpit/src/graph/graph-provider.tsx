import { createContext, use, useEffect, useState } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { Provider } from 'urql';
import { createLiveStore, useLive, type LiveSnapshot, type LiveStore } from '../live/live-store.ts';
import { createGraph } from './client.ts';
import { createSocket } from './socket.ts';

interface GraphProviderProps {
  onSessionEnded: () => void;
  children: ReactNode;
}

const LiveContext = createContext<LiveStore | null>(null);

/** One cache and one socket per signed-in person: give it the person's id as `key`. */
export function GraphProvider({ onSessionEnded, children }: GraphProviderProps): ReactElement {
  const [{ live, socket, client }] = useState(() => {
    const store = createLiveStore();
    const connection = createSocket(store, onSessionEnded);
    const options = { live: store, socket: connection, onSessionEnded };
    return { live: store, socket: connection, client: createGraph(options) };
  });
  useEffect(
    () => () => {
      live.close();
      void socket.dispose();
    },
    [live, socket],
  );
  return (
    <LiveContext value={live}>
      <Provider value={client}>{children}</Provider>
    </LiveContext>
  );
}

export function useLiveStore(): LiveStore {
  const live = use(LiveContext);
  if (live === null) throw new Error('What is live needs a GraphProvider above it');
  return live;
}

export function useLiveSnapshot(): LiveSnapshot {
  return useLive(useLiveStore());
}
