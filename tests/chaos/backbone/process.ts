import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { programEnvironment } from '#kernel/testing';
import type { Call, NodeSettings, RecordLine, Reply } from './protocol.ts';

/** A living process of the backbone. */
export interface Node {
  readonly name: string;
  readonly child: ChildProcess;
  /** Everything it printed that is no answer. */
  readonly output: () => string;
  readonly ready: Promise<void>;
  /** Settles when it is gone; whether anybody meant it to be. */
  readonly gone: Promise<void>;
  isAlive(): boolean;
  /** @throws CallFailed when no answer comes: whether it happened is unknown */
  call(call: Call, timeoutMs?: number): Promise<Reply>;
  signal(signal: NodeJS.Signals): void;
}

/** No answer, or one that says nothing. */
export class CallFailed extends Error {}

const PROGRAM = join(import.meta.dirname, 'node.ts');
const CALL_TIMEOUT_MS = 8_000;

/** Starts a process; what subscribers in it receive is handed on. */
export function startNode(settings: NodeSettings, onRecord: (line: RecordLine) => void): Node {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify(settings)], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: programEnvironment(),
  });
  let output = '';
  let calls = 0;
  const waiting = new Map<number, (reply: Reply | undefined) => void>();
  const ready = Promise.withResolvers<void>();
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  // What a dead process is told does not arrive.
  child.stdin.on('error', () => {});
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said = parsed(line);
    if (said === undefined) return void (output += `${line}\n`);
    if ('isReady' in said) return ready.resolve();
    if ('record' in said) return onRecord(said as unknown as RecordLine);
    waiting.get(Number(said['id']))?.(said as unknown as Reply);
  });
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => {
      for (const answer of waiting.values()) answer(undefined);
      ready.reject(new Error(`${settings.name} ended before it was ready\n${output}`));
      resolve();
    });
  });
  ready.promise.catch(() => {});
  return {
    name: settings.name,
    child,
    output: () => output,
    ready: ready.promise,
    gone,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    signal: (signal) => void child.kill(signal),
    async call(call, timeoutMs = CALL_TIMEOUT_MS) {
      if (child.exitCode !== null || child.signalCode !== null) throw new CallFailed('It is gone');
      const id = (calls += 1);
      const reply = await new Promise<Reply | undefined>((resolve) => {
        const timer = setTimeout(() => resolve(undefined), timeoutMs);
        waiting.set(id, (answer) => {
          clearTimeout(timer);
          resolve(answer);
        });
        child.stdin.write(`${JSON.stringify({ id, ...call })}\n`);
      });
      waiting.delete(id);
      if (reply === undefined) throw new CallFailed(`${settings.name} did not answer ${call.do}`);
      if (reply.failed !== undefined) throw new CallFailed(reply.failed);
      return reply;
    },
  };
}

/** A line that a kill has cut off is no answer. */
function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
