import { describe, expect, it } from 'vitest';
import { createHealth, startServices, type Service } from './index.ts';

const recorder = () => {
  const calls: string[] = [];
  const service = (name: string, overrides: Partial<Service> = {}): Service => ({
    name,
    start: async () => void calls.push(`start ${name}`),
    stop: async () => void calls.push(`stop ${name}`),
    ...overrides,
  });
  return { calls, service };
};

describe('services', () => {
  it('start in order and stop in reverse order, once', async () => {
    const { calls, service } = recorder();
    const running = await startServices([service('a'), service('b')], { stopTimeoutMs: 100 });
    await Promise.all([running.stop(), running.stop()]);
    expect(calls).toEqual(['start a', 'start b', 'stop b', 'stop a']);
  });

  it('that started are stopped when a later one fails', async () => {
    const { calls, service } = recorder();
    const broken = service('b', { start: () => Promise.reject(new Error('port taken')) });
    await expect(startServices([service('a'), broken], { stopTimeoutMs: 100 })).rejects.toThrow(
      'port taken',
    );
    expect(calls).toEqual(['start a', 'stop b', 'stop a']);
  });

  it('that hang do not keep the others from stopping', async () => {
    const { calls, service } = recorder();
    const failed: string[] = [];
    const hanging = service('b', { stop: () => new Promise(() => undefined) });
    const running = await startServices([service('a'), hanging], {
      stopTimeoutMs: 20,
      onStopFailed: (name) => void failed.push(name),
    });
    await running.stop();
    expect(failed).toEqual(['b']);
    expect(calls).toContain('stop a');
  });
});

describe('health', () => {
  it('is down when one check fails, throws or never answers', async () => {
    const health = createHealth(20);
    health.check('fine', () => true);
    expect((await health.report()).status).toBe('UP');
    health.check('throws', () => Promise.reject(new Error('x')));
    health.check('hangs', () => new Promise(() => undefined));
    expect(await health.report()).toEqual({
      status: 'DOWN',
      checks: [
        { name: 'fine', status: 'UP' },
        { name: 'throws', status: 'DOWN' },
        { name: 'hangs', status: 'DOWN' },
      ],
    });
  });
});
