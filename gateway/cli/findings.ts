import { Listr } from 'listr2';
import { CommandFailure, EXIT } from './failure.ts';
import type { Output } from './output.ts';

export interface Finding {
  readonly check: string;
  /** `warning`: it works, and somebody should look. */
  readonly state: 'ok' | 'warning' | 'fault';
  readonly message: string;
}

export type Found = Pick<Finding, 'state' | 'message'>;

/** What throws is a fault. */
export type Check = readonly [name: string, look: () => Promise<Found>];

export const ok = (message: string): Found => ({ state: 'ok', message });
export const warning = (message: string): Found => ({ state: 'warning', message });
export const fault = (message: string): Found => ({ state: 'fault', message });

/** One after the other, told as a list of steps or as JSON. @throws CommandFailure when there is a fault */
export async function lookOver(checks: readonly Check[], output: Output): Promise<void> {
  const findings: Finding[] = [];
  const tasks = checks.map(([name, look]) => ({
    title: name,
    task: async (_: unknown, task: { title: string }) => {
      const found = await look().catch((error: unknown) => fault(textOf(error)));
      findings.push({ check: name, ...found });
      task.title = `${name}: ${found.state === 'warning' ? 'warning: ' : ''}${found.message}`;
      if (found.state === 'fault') throw new Error(`${name}: ${found.message}`);
    },
  }));
  await new Listr(tasks, {
    exitOnError: false,
    renderer: output.isJson ? 'silent' : 'default',
    fallbackRenderer: 'simple',
  }).run();
  if (output.isJson) output.out(`${JSON.stringify(findings)}\n`);
  const faults = findings.filter(({ state }) => state === 'fault');
  if (faults.length > 0) {
    const names = faults.map(({ check }) => check).join(', ');
    throw new CommandFailure(EXIT.fault, 'UNHEALTHY', `Not in order: ${names}`);
  }
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
