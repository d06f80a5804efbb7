import { once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { lasting } from './lasting.ts';

const untilAborted = async (signal: AbortSignal): Promise<void> => {
  if (!signal.aborted) await once(signal, 'abort');
};

describe('lasting work', () => {
  it('goes on after a fault, which is told, and after it ended', async () => {
    const fault = new Error('once');
    const onFault = vi.fn();
    const runs = vi.fn(untilAborted);
    runs.mockRejectedValueOnce(fault).mockResolvedValueOnce();
    const service = lasting('work', [{ run: runs, onFault }]);
    await service.start?.();
    await expect.poll(() => runs.mock.calls.length).toBe(3);
    await service.stop?.();
    expect(onFault.mock.calls).toEqual([[fault]]);
  });

  it('is all over when the stop settles, and begins no more', async () => {
    let open = 0;
    const run = async (signal: AbortSignal): Promise<void> => {
      open += 1;
      await untilAborted(signal);
      open -= 1;
    };
    const failing = vi.fn().mockRejectedValue(new Error('always'));
    const service = lasting('work', [
      { run, onFault: () => {} },
      { run: failing, onFault: () => {} },
    ]);
    await service.start?.();
    expect(open).toBe(1);
    await service.stop?.();
    expect(open).toBe(0);
    const begun = failing.mock.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(failing.mock.calls.length).toBe(begun);
  });
});
