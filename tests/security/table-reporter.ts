import type { Reporter, TestModule } from 'vitest/node';
import { OPEN, ROWS } from './rows.ts';

type Outcome = 'passed' | 'failed' | 'skipped';

/** Ends a run with one line per attack: what its tests said, or why there is none. */
// oxlint-disable-next-line import/no-default-export -- the runner loads a reporter by its default export
export default class TableReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const outcomes = new Map<string, Outcome>();
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const id = /^A-\d\d/.exec(test.name)?.[0];
        if (id === undefined) continue;
        const { state } = test.result();
        outcomes.set(id, worse(outcomes.get(id), state === 'pending' ? 'skipped' : state));
      }
    }
    const lines = ROWS.map((id) => `${id}  ${lineOf(id, outcomes.get(id))}`);
    process.stdout.write(`\n${lines.join('\n')}\n`);
  }
}

function lineOf(id: string, outcome: Outcome | undefined): string {
  const reason = OPEN[id];
  if (reason === undefined) return outcome ?? 'not run';
  return outcome === undefined ? `open: ${reason}` : `${outcome}; open: ${reason}`;
}

/** One failed test fails its row, one skipped test leaves it unproven. */
function worse(known: Outcome | undefined, next: Outcome): Outcome {
  const order: Outcome[] = ['passed', 'skipped', 'failed'];
  return known === undefined || order.indexOf(next) > order.indexOf(known) ? next : known;
}
