import { setTimeout as wait } from 'node:timers/promises';
import { CallFailed, type Node } from './process.ts';
import type { Call } from './protocol.ts';
import type { Random } from './random.ts';

/** A value that must nowhere stand in clear. */
export const CANARY = 'Kanarivermerk 4711';
export const TERRITORIES = ['AT', 'CH', 'DE'] as const;

/** A numbered command as it was sent, and what is known of it. */
export interface Command {
  readonly number: number;
  readonly call: Extract<Call, { do: 'command' }>;
  readonly facts: number;
  /** Unknown: no answer came, so that it may have happened or not. */
  state: 'sent' | 'acknowledged' | 'refused' | 'unknown';
  code?: string;
  /** Every answer that came, as text: one key has one answer. */
  readonly answers: string[];
}

/** What is known outside of the system about what it was told. */
export interface History {
  readonly commands: readonly Command[];
  /** Territory of each counter that a command has named. */
  readonly territories: ReadonlyMap<string, string>;
  /** Everybody goes on until the signal. */
  run(signal: AbortSignal): Promise<void>;
  /** Sends one command and takes down what is known of it then. */
  send(command: Command, node?: Node): Promise<void>;
  /** A command that is not sent yet. */
  draft(fields?: Partial<Command['call']>): Command;
  /** Repeats what is unknown until nothing is. @throws Error when the time is up */
  settle(timeoutMs: number): Promise<void>;
}

export interface HistoryOptions {
  readonly random: Random;
  readonly writers: number;
  /** Milliseconds between two commands of one writer. */
  readonly pauseMs: number;
  nodes(): readonly Node[];
}

export function createHistory({ random, writers, pauseMs, nodes }: HistoryOptions): History {
  const commands: Command[] = [];
  const territories = new Map<string, string>();
  /** Version of a counter as the last answer told it. */
  const versions = new Map<string, number>();
  const known: string[] = [];
  let numbers = 0;

  const draft: History['draft'] = (fields = {}) => {
    const number = (numbers += 1);
    const isNew = known.length === 0 || random.next() < 0.15;
    const counterId = fields.counterId ?? (isNew ? random.uuid() : random.pick(known));
    const territory = territories.get(counterId) ?? fields.territory ?? random.pick(TERRITORIES);
    territories.set(counterId, territory);
    const dice = random.next();
    const isFirst = !versions.has(counterId);
    const call: Command['call'] = {
      do: 'command',
      number,
      key: `key-${number}-${random.uuid()}`,
      userId: random.uuid(),
      counterId,
      territory,
      amounts: Array.from({ length: random.between(1, 3) }, () => random.between(1, 9)),
      // Facts of a counter begin with its opening; later on every third writer looks first.
      expectedVersion: isFirst ? 0 : dice < 0.33 ? (versions.get(counterId) ?? 0) : null,
      ...(dice > 0.9 ? { person: { id: random.uuid(), note: CANARY } } : {}),
      ...(dice > 0.6 && dice < 0.64 && !isFirst
        ? { asTerritory: TERRITORIES.find((each) => each !== territory) }
        : {}),
      ...fields,
    };
    const facts =
      call.amounts.length +
      (call.expectedVersion === 0 ? 1 : 0) +
      (call.person === undefined ? 0 : 1);
    const command: Command = { number, call, facts, state: 'sent', answers: [] };
    commands.push(command);
    return command;
  };

  const send: History['send'] = async (command, node) => {
    const alive = nodes().filter((each) => each.isAlive());
    const to = node ?? (alive.length === 0 ? undefined : random.pick(alive));
    try {
      if (to === undefined) throw new CallFailed('Nobody is there');
      const reply = await to.call(command.call);
      command.answers.push(JSON.stringify(reply.ok ?? reply.refused));
      command.state = reply.refused === undefined ? 'acknowledged' : 'refused';
      if (reply.refused !== undefined) command.code = reply.refused;
      const { counterId } = command.call;
      const last = (reply.ok as { version: number }[] | undefined)?.at(-1)?.version ?? 0;
      if (last > 0 && !versions.has(counterId)) known.push(counterId);
      if (last > (versions.get(counterId) ?? 0)) versions.set(counterId, last);
    } catch (error) {
      if (!(error instanceof CallFailed)) throw error;
      if (command.state === 'sent') command.state = 'unknown';
    }
  };

  const isOpen = ({ state }: Command): boolean => state === 'sent' || state === 'unknown';

  const live = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const command = draft();
      await send(command);
      for (let tries = 0; isOpen(command) && tries < 3 && !signal.aborted; tries += 1) {
        await wait(100);
        await send(command);
      }
      // Now and then somebody presses the button twice.
      if (random.next() < 0.05 && command.state === 'acknowledged') await send(command);
      await wait(pauseMs);
    }
  };

  return {
    commands,
    territories,
    draft,
    send,
    run: async (signal) =>
      void (await Promise.all(Array.from({ length: writers }, () => live(signal)))),
    async settle(timeoutMs) {
      const deadline = performance.now() + timeoutMs;
      for (;;) {
        const open = commands.filter(isOpen);
        if (open.length === 0) return;
        if (performance.now() > deadline) {
          throw new Error(`${open.length} commands stay unknown, first ${open[0]?.number}`);
        }
        for (const command of open) await send(command);
      }
    },
  };
}
