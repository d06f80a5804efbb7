import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Answered } from './exchange.ts';
import { createSharedAnswers, type Ask } from './shared-answers.ts';
import { TransportFault } from './transport.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A subgraph that answers when told to; each answer says the how-manieth sending it is of. */
function subgraph() {
  const sendings: (PromiseWithResolvers<Answered> & { readonly signal?: AbortSignal })[] = [];
  const ask: Ask = (signal) => {
    const sending = { ...Promise.withResolvers<Answered>(), ...(signal && { signal }) };
    signal?.addEventListener('abort', () =>
      sending.reject(new TransportFault('REQUEST_ABORTED', 'left')),
    );
    sendings.push(sending);
    return sending.promise;
  };
  const answer = async (index: number): Promise<void> => {
    const result = { data: { sending: index } };
    sendings[index]?.resolve({ result, text: JSON.stringify(result) });
    await vi.advanceTimersByTimeAsync(0);
  };
  const spared: number[] = [];
  const share = createSharedAnswers({ waitMs: 50, onSpared: (count) => spared.push(count) });
  return { sendings, ask, answer, spared, share };
}

const of = (index: number) => ({ data: { sending: index } });

it('nobody is given what was read before he asked', async () => {
  const { share, ask, answer, sendings, spared } = subgraph();
  const first = share('q', undefined, ask);
  const second = share('q', undefined, ask);
  const third = share('q', undefined, ask);
  expect(sendings).toHaveLength(1);
  await answer(0);
  expect(await first).toEqual(of(0));
  expect(sendings).toHaveLength(2);
  const fourth = share('q', undefined, ask);
  await answer(1);
  expect([await second, await third]).toEqual([of(1), of(1)]);
  await answer(2);
  expect(await fourth).toEqual(of(2));
  expect(spared).toEqual([1, 0]);
});

it('each owns his answer', async () => {
  const { share, ask, answer } = subgraph();
  void share('q', undefined, ask);
  const [one, other] = [share('q', undefined, ask), share('q', undefined, ask)];
  await answer(0);
  await answer(1);
  expect(await one).toEqual(await other);
  expect((await one).data).not.toBe((await other).data);
});

it('other questions go by themselves, and nothing is kept of an answered one', async () => {
  const { share, ask, answer, sendings } = subgraph();
  void share('q', undefined, ask);
  void share('other', undefined, ask);
  expect(sendings).toHaveLength(2);
  await answer(0);
  void share('q', undefined, ask);
  expect(sendings).toHaveLength(3);
});

it('a slow one is waited for no longer than 50 ms', async () => {
  const { share, ask, answer, sendings } = subgraph();
  const slow = share('q', undefined, ask);
  const next = share('q', undefined, ask);
  await vi.advanceTimersByTimeAsync(49);
  expect(sendings).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(sendings).toHaveLength(2);
  const later = share('q', undefined, ask);
  await answer(1);
  expect(await next).toEqual(of(1));
  expect(sendings).toHaveLength(3);
  await answer(0);
  await answer(2);
  expect([await slow, await later]).toEqual([of(0), of(2)]);
});

it('who leaves leaves the others their answer', async () => {
  const { share, ask, answer, sendings } = subgraph();
  void share('q', undefined, ask);
  const leaving = new AbortController();
  const gone = share('q', leaving.signal, ask);
  const staying = share('q', new AbortController().signal, ask);
  await answer(0);
  leaving.abort();
  await expect(gone).rejects.toMatchObject({ code: 'REQUEST_ABORTED' });
  expect(sendings[1]?.signal?.aborted).toBe(false);
  await answer(1);
  expect(await staying).toEqual(of(1));
});

it('a sending that nobody waits for any more is ended', async () => {
  const { share, ask, answer, sendings } = subgraph();
  void share('q', undefined, ask);
  const leaving = new AbortController();
  const gone = [share('q', leaving.signal, ask), share('q', leaving.signal, ask)];
  await answer(0);
  leaving.abort();
  await Promise.allSettled(gone);
  expect(sendings[1]?.signal?.aborted).toBe(true);
  void share('q', undefined, ask);
  expect(sendings).toHaveLength(3);
});

it('one that nobody is left for before it starts is not sent', async () => {
  const { share, ask, answer, sendings } = subgraph();
  void share('q', undefined, ask);
  const leaving = new AbortController();
  const gone = share('q', leaving.signal, ask);
  leaving.abort();
  await expect(gone).rejects.toMatchObject({ code: 'REQUEST_ABORTED' });
  await expect(share('q', leaving.signal, ask)).rejects.toMatchObject({ code: 'REQUEST_ABORTED' });
  await answer(0);
  await vi.advanceTimersByTimeAsync(100);
  expect(sendings).toHaveLength(1);
});

it('a fault is told to all who waited, and the next is asked anew', async () => {
  const { share, ask, answer, sendings } = subgraph();
  const first = share('q', undefined, ask);
  const waiting = [share('q', undefined, ask), share('q', undefined, ask)];
  const broken = new TransportFault('SUBGRAPH_UNAVAILABLE', 'broken');
  sendings[0]?.reject(broken);
  await expect(first).rejects.toBe(broken);
  sendings[1]?.reject(broken);
  expect(await Promise.allSettled(waiting)).toMatchObject([{ reason: broken }, { reason: broken }]);
  const again = share('q', undefined, ask);
  await answer(2);
  expect(await again).toEqual(of(2));
});
