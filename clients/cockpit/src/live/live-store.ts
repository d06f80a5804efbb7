import { useSyncExternalStore } from 'react';
import { liveState, type Connection, type LiveState } from './live-state.ts';

export interface LiveSnapshot {
  readonly state: LiveState;
  /** When the newest figures came from the server; null before the first. */
  readonly dataAt: string | null;
  /** Rises with every regained connection or stream: what was missed has to be read again. */
  readonly reconnects: number;
}

export interface LiveStore {
  opened(): void;
  closed(): void;
  /** A stream that ended with a gap runs again. */
  reopened(): void;
  heard(): void;
  answered(): void;
  failed(): void;
  /** Fresh data over any way, HTTP or socket. */
  received(): void;
  snapshot(): LiveSnapshot;
  subscribe(listener: () => void): () => void;
  close(): void;
}

const tickMs = 1_000;

export function createLiveStore(now: () => number = Date.now): LiveStore {
  const connection: Connection = {
    isOpen: false,
    closedSince: now(),
    heardAt: now(),
    lastRequest: null,
    isOnline: navigator.onLine,
  };
  const listeners = new Set<() => void>();
  let wasOpen = false;
  let current: LiveSnapshot = { state: 'reconnecting', dataAt: null, reconnects: 0 };

  const publish = (change: Partial<LiveSnapshot> = {}): void => {
    const next = { ...current, ...change, state: liveState(connection, now()) };
    if (isSame(next, current)) return;
    current = next;
    for (const listener of listeners) listener();
  };
  const change = (update: Partial<Connection>): void => {
    Object.assign(connection, update);
    publish();
  };
  const watchNetwork = (): void => change({ isOnline: navigator.onLine });
  window.addEventListener('online', watchNetwork);
  window.addEventListener('offline', watchNetwork);
  const ticking = setInterval(() => publish(), tickMs);

  return {
    opened: () => {
      Object.assign(connection, { isOpen: true, heardAt: now() });
      publish({ reconnects: current.reconnects + (wasOpen ? 1 : 0) });
      wasOpen = true;
    },
    reopened: () => publish({ reconnects: current.reconnects + 1 }),
    closed: () => {
      if (connection.isOpen) change({ isOpen: false, closedSince: now() });
    },
    heard: () => change({ heardAt: now() }),
    answered: () => change({ lastRequest: 'answered' }),
    failed: () => change({ lastRequest: 'failed' }),
    received: () => {
      Object.assign(connection, { heardAt: now() });
      publish({ dataAt: new Date(now()).toISOString() });
    },
    snapshot: () => current,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      clearInterval(ticking);
      window.removeEventListener('online', watchNetwork);
      window.removeEventListener('offline', watchNetwork);
    },
  };
}

export const useLive = (store: LiveStore): LiveSnapshot =>
  useSyncExternalStore(store.subscribe, store.snapshot);

const isSame = (a: LiveSnapshot, b: LiveSnapshot): boolean =>
  a.state === b.state && a.dataAt === b.dataAt && a.reconnects === b.reconnects;
