import { describe, expect, it } from 'vitest';
import { liveState, patienceMs, silenceMs, type Connection } from './live-state.ts';

const at = 1_000_000;
const open: Connection = {
  isOpen: true,
  closedSince: 0,
  heardAt: at,
  lastRequest: 'answered',
  isOnline: true,
};
const closed: Connection = { ...open, isOpen: false, closedSince: at };

describe('the live indicator', () => {
  it('is connected while the socket shows signs of life', () => {
    expect(liveState(open, at + silenceMs)).toBe('connected');
  });

  it('is delayed once an open socket has been silent for too long', () => {
    expect(liveState(open, at + silenceMs + 1)).toBe('delayed');
  });

  it('reconnects for a while and is delayed after that, as polling goes on', () => {
    expect(liveState(closed, at + patienceMs - 1)).toBe('reconnecting');
    expect(liveState(closed, at + patienceMs)).toBe('delayed');
  });

  it('is offline when requests fail too', () => {
    expect(liveState({ ...closed, lastRequest: 'failed' }, at)).toBe('offline');
  });

  it('trusts an open socket more than one failed request', () => {
    expect(liveState({ ...open, lastRequest: 'failed' }, at)).toBe('connected');
  });

  it('is offline without a network, whatever the socket believes', () => {
    expect(liveState({ ...open, isOnline: false }, at)).toBe('offline');
  });
});
