import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { programEnvironment } from '#kernel/testing';
import { loadDemoKeys, signDemoToken } from '../../gateway/demo-keys.ts';
import { DEMO_LOGINS, demoLogin } from '../../gateway/demo-logins.ts';

const ROOT = join(import.meta.dirname, '../..');

export interface ProcessOptions {
  /** Below the root of the project. */
  readonly program?: string;
  readonly args?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** A real process of the system, which may die at any moment. */
export interface SystemProcess {
  readonly child: ChildProcess;
  /** Everything printed so far. */
  readonly output: { stdout: string; stderr: string };
  /** Settles when it says that it is ready. @throws Error with what it printed when it ends before */
  readonly ready: Promise<void>;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Sends the signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Starts the system; nothing of this process's own environment reaches it but the path. */
export function startProcess(options: ProcessOptions): SystemProcess {
  const { program = 'gateway/main.ts', args = [], environment } = options;
  const child = spawn(process.execPath, [program, ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...programEnvironment(), ...environment },
  });
  const output = { stdout: '', stderr: '' };
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output.stdout += chunk.toString();
      if (/is ready/.test(output.stdout)) resolve();
    });
    child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
    void exited.then(() =>
      reject(new Error(`It ended before it was ready:\n${output.stdout}${output.stderr}`)),
    );
  });
  ready.catch(() => {});
  return {
    child,
    output,
    ready,
    exited,
    end(signal) {
      child.kill(signal);
      return exited;
    },
  };
}

export interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: { message: string; extensions?: { code?: string } }[];
}

/** Speaks GraphQL to a process as one of the demo's people. */
export interface Caller {
  /** @throws when no answer comes: whether anything happened is then unknown */
  ask<Data>(login: string, query: string, variables?: object): Promise<Answer<Data>>;
  tokenFor(login: string): Promise<string>;
}

const ANSWER_TIMEOUT_MS = 20_000;

export function callerOf(port: number, dataDirectory: string): Caller {
  const tokens = new Map<string, Promise<string>>();
  const sign = async (login: string): Promise<string> => {
    const person = demoLogin(login);
    if (person === undefined) throw new RangeError(`There is no demo login ${login}`);
    return signDemoToken(person, {
      keys: await loadDemoKeys(resolve(ROOT, dataDirectory)),
      issuer: `http://localhost:${port}/oidc`,
      audience: 'freshplan',
      clientId: 'cockpit',
    });
  };
  const tokenFor = (login: string): Promise<string> => {
    const token = tokens.get(login) ?? sign(login);
    tokens.set(login, token);
    return token;
  };
  return {
    tokenFor,
    async ask<Data>(login: string, query: string, variables: object = {}) {
      const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${await tokenFor(login)}`,
        },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
      });
      return (await response.json()) as Answer<Data>;
    },
  };
}

/** Lets the demo's people in, over the wire. */
export async function registerPeople({ ask }: Caller): Promise<void> {
  const mutation = `mutation Person($input: UserRegisterInput!) {
    userRegister(input: $input) { userErrors { code } } }`;
  for (const { userId, login, name, roles, territories } of DEMO_LOGINS) {
    const email = `${login}@cookfresh.example`;
    const input = { userId, login, name, roles, territories, email };
    const { errors } = await ask('admin', mutation, { input });
    if (errors) throw new Error(JSON.stringify(errors));
  }
}

/** What every lead of a test needs; no two look alike. */
export function leadInput(extra: object = {}): object {
  return {
    companyName: `Betrieb ${randomUUID().replaceAll('-', ' ')}`,
    city: randomUUID(),
    source: 'WEB_FORMULAR',
    confirmSimilar: true,
    ...extra,
  };
}
