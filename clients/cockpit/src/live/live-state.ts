/** How fresh the figures on the screen are, in the words of the indicator. */
export type LiveState = 'connected' | 'reconnecting' | 'delayed' | 'offline';

export interface Connection {
  /** The socket has been acknowledged and is open. */
  isOpen: boolean;
  /** When the socket was lost, or first asked for; ms since epoch. */
  closedSince: number;
  /** Last sign of life on an open socket; ms since epoch. */
  heardAt: number;
  /** Outcome of the latest request over HTTP; null before the first. */
  lastRequest: 'answered' | 'failed' | null;
  isOnline: boolean;
}

/** Without a sign of life for this long an open socket is no longer believed. */
export const silenceMs = 30_000;
/** A gap this short is a reconnect; after it people are told that figures come late. */
export const patienceMs = 10_000;

export function liveState(connection: Connection, now: number): LiveState {
  if (!connection.isOnline) return 'offline';
  if (connection.isOpen) return now - connection.heardAt > silenceMs ? 'delayed' : 'connected';
  if (connection.lastRequest === 'failed') return 'offline';
  return now - connection.closedSince < patienceMs ? 'reconnecting' : 'delayed';
}
