import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { leadInput, type Answer, type Caller } from './process.ts';

/** A numbered command as it was sent, and what is known of it. */
export interface Command {
  readonly number: number;
  readonly login: string;
  readonly kind: 'register' | 'update' | 'qualify' | 'log';
  readonly input: Readonly<Record<string, unknown>>;
  /** Unknown: no answer came, so that it may have happened or not. */
  state: 'sent' | 'acknowledged' | 'refused' | 'unknown';
  /** Id of the lead or activity that the acknowledgement named. */
  id?: string | undefined;
  /** Code of the refusal. */
  code?: string | undefined;
}

/** The history kept outside of the system, and those who make it. */
export interface Workload {
  readonly commands: readonly Command[];
  /** Everybody goes on until the signal, then what he has begun comes to its end. */
  run(signal: AbortSignal): Promise<void>;
  /** Sends it again with its key, and takes down the answer if it is the first. */
  repeat(command: Command): Promise<{ id: string | undefined; code: string | undefined }>;
}

const SELECTIONS = {
  register: ['leadRegister', 'LeadRegisterInput', 'lead'],
  update: ['leadUpdate', 'LeadUpdateInput', 'lead'],
  qualify: ['leadQualify', 'LeadQualifyInput', 'lead'],
  log: ['activityLog', 'ActivityLogInput', 'activity'],
} as const;

/** Within the limits of a person, however many rounds there are. */
const ABSENT_MS = 1_000;
const PAUSE_MS = 80;
const LOGGED_BEFORE_MS = 48 * 60 * 60_000;

export function createWorkload(caller: Caller, logins: readonly string[]): Workload {
  const commands: Command[] = [];
  let numbers = 0;
  const leads = new Map<string, string[]>(logins.map((login) => [login, []]));
  const begin = Date.now() - LOGGED_BEFORE_MS;

  const attempt = async (command: Command) => {
    const [field, type, entity] = SELECTIONS[command.kind];
    const text = `mutation Do($input: ${type}!) {
      ${field}(input: $input) { ${entity} { id } userErrors { code } } }`;
    const { data, errors }: Answer<Record<string, Payload | null>> = await caller.ask(
      command.login,
      text,
      { input: command.input },
    );
    const payload = data?.[field];
    const code = errors?.[0]?.extensions?.code ?? payload?.userErrors[0]?.code;
    return { id: payload?.lead?.id ?? payload?.activity?.id, code };
  };

  const settle = async (command: Command) => {
    const answer = await attempt(command);
    // The answer of a process that is going down says nothing about what it had begun.
    if (answer.code !== undefined && UNDECIDED.has(answer.code)) throw new Error(answer.code);
    if (command.state === 'acknowledged' || command.state === 'refused') return answer;
    command.state = answer.code === undefined ? 'acknowledged' : 'refused';
    Object.assign(command, answer);
    if (command.kind === 'register' && answer.id !== undefined) {
      leads.get(command.login)?.push(answer.id);
    }
    return answer;
  };

  const versionOf = async (login: string, leadId: string): Promise<number | undefined> => {
    const { data } = await caller.ask<{ lead: { version: number } | null }>(
      login,
      'query Version($id: ID!) { lead(id: $id) { version } }',
      { id: leadId },
    );
    return data?.lead?.version;
  };

  const next = async (login: string, number: number): Promise<Pick<Command, 'kind' | 'input'>> => {
    const idempotencyKey = randomUUID();
    const own = leads.get(login) ?? [];
    const leadId = own.at(Math.floor(Math.random() * own.length));
    const dice = Math.random();
    if (leadId === undefined || dice < 0.12) {
      return { kind: 'register', input: { ...leadInput({ employeeCount: number }), ...countryOf(login), idempotencyKey } }; // prettier-ignore
    }
    if (dice < 0.5) {
      const at = new Date(begin + number).toISOString();
      return { kind: 'log', input: { leadId, kind: 'CALL', at, idempotencyKey } };
    }
    const version = await versionOf(login, leadId);
    if (version === undefined) throw new Error('The lead cannot be read');
    if (dice < 0.6) return { kind: 'qualify', input: { leadId, version, idempotencyKey } };
    return { kind: 'update', input: { leadId, version, employeeCount: number, idempotencyKey } };
  };

  const live = async (login: string, signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const number = (numbers += 1);
      try {
        const command: Command = { number, login, state: 'sent', ...(await next(login, number)) };
        commands.push(command);
        await settle(command);
      } catch {
        // Nobody there, or gone before he answered.
        const last = commands.find((each) => each.number === number);
        if (last?.state === 'sent') last.state = 'unknown';
        await wait(ABSENT_MS);
      }
      await wait(PAUSE_MS);
    }
  };

  return {
    commands,
    run: async (signal) => void (await Promise.all(logins.map((login) => live(login, signal)))),
    repeat: settle,
  };
}

const UNDECIDED = new Set([
  'INTERNAL_SERVER_ERROR',
  'OVERLOADED',
  'RATE_LIMITED',
  'SHUTTING_DOWN',
  'SUBGRAPH_TIMEOUT',
  'SUBGRAPH_UNAVAILABLE',
  'TIMEOUT',
  'UNAVAILABLE',
]);

interface Payload {
  lead?: { id: string } | null;
  activity?: { id: string } | null;
  userErrors: { code: string }[];
}

function countryOf(login: string): { countryCode: string } {
  return { countryCode: (login.split('-')[1] ?? 'de').toUpperCase() };
}
