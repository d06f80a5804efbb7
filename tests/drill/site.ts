import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadConfig } from '#kernel/config';
import { programEnvironment } from '#kernel/testing';
import { openSession } from '../../gateway/cli/session.ts';
import { callerOf, startProcess, type Caller, type SystemProcess } from '../chaos/process.ts';
import { freePort } from '../stories/system.ts';
import { startOwnServer, type OwnServer } from './server.ts';

const HOUR_MS = 60 * 60_000;
const ROOT = resolve(import.meta.dirname, '../..');

/** A machine of its own: server, folder, and the system where it was started. */
export interface Site {
  readonly server: OwnServer;
  /** DATA_DIR: seals, archive. */
  readonly files: string;
  readonly caller: Caller;
  /** Starts the system and waits until it is ready. @throws Error with what it printed */
  start(erasures?: string): Promise<SystemProcess>;
  /** Starts it where it has to refuse; answers what it printed. @throws Error when it got ready */
  refuses(erasures?: string): Promise<string>;
  /** The command of the operator, with `--json`. */
  freshplan(...parameters: string[]): Promise<{ code: number; out: string; error: string }>;
  /** Moves full segments of a log into files, however young they are; answers their names. */
  archive(module: string): Promise<string[]>;
  /** The value of a series, undefined while there is none. */
  metric(series: string): Promise<number | undefined>;
  /** Ends everything at once, as a fire does. */
  lose(): Promise<void>;
}

/** @param erasures folder of the journal, apart from the site */
export async function createSite(options: { isEmpty: boolean; erasures: string }): Promise<Site> {
  const server = await startOwnServer({ roles: !options.isEmpty });
  const port = await freePort();
  const files = join(tmpdir(), `freshplan-site-${randomUUID()}`);
  const running = new Set<SystemProcess>();
  const environmentOf = (erasures = options.erasures): Record<string, string> => ({
    PORT: String(port),
    DATA_DIR: files,
    LOG_LEVEL: 'error',
    DATABASE_URL: server.urlOf('operator'),
    ERASURE_DIRECTORY: erasures,
  });
  const launch = (erasures?: string): SystemProcess => {
    const system = startProcess({ args: ['--no-demo'], environment: environmentOf(erasures) });
    running.add(system);
    return system;
  };
  return {
    server,
    files,
    caller: callerOf(port, files),
    async start(erasures) {
      const system = launch(erasures);
      await system.ready;
      return system;
    },
    async refuses(erasures) {
      const system = launch(erasures);
      const isReady = await system.ready.then(
        () => true,
        () => false,
      );
      if (isReady) throw new Error('It got ready where it had to refuse');
      return system.output.stderr;
    },
    freshplan: (...parameters) => freshplan(parameters, environmentOf()),
    async archive(module) {
      const session = await openSession(loadConfig(environmentOf()));
      try {
        const { keeping } = session.runtime.backbone;
        const before = new Date(Date.now() + HOUR_MS);
        const segments = await keeping.archiveSegments(module, before);
        return segments.map(({ segment }) => segment);
      } finally {
        await session.close();
      }
    },
    async metric(series) {
      const response = await fetch(`http://127.0.0.1:${port}/q/metrics`);
      const line = (await response.text())
        .split('\n')
        .find((each) => each.startsWith(`${series} `));
      return line === undefined ? undefined : Number(line.split(' ').at(-1));
    },
    async lose() {
      for (const system of running) await system.end('SIGKILL');
      await server.stop();
      await rm(files, { recursive: true, force: true });
    },
  };
}

function freshplan(
  parameters: string[],
  environment: Record<string, string>,
): Promise<{ code: number; out: string; error: string }> {
  const program = ['gateway/freshplan.ts', '--as', 'admin', '--json', ...parameters];
  const env = { ...programEnvironment(), ...environment };
  return new Promise((done) => {
    const child = execFile(process.execPath, program, { cwd: ROOT, env }, (_, out, error) =>
      done({ code: child.exitCode ?? -1, out, error }),
    );
  });
}
