/** What one drill has shown. */
export interface Report {
  readonly isPassed: boolean;
  readonly steps: readonly { readonly name: string; readonly ms: number }[];
  readonly checks: readonly Check[];
  /** `recoveryPointMs`: from the begin of the backup to the loss. `recoveryTimeMs`: from the loss to ready. */
  readonly measures: Readonly<Record<string, number>>;
}

interface Check {
  readonly name: string;
  readonly isGreen: boolean;
  /** Shown where it is not green. */
  readonly detail?: string | undefined;
}

export interface Drill {
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  check(name: string, isGreen: boolean, detail: unknown): void;
  measure(name: string, value: number): void;
  /** The clock of the recovery time starts, and ends. */
  lost(): void;
  recovered(): void;
  readonly onStep: ((line: string) => void) | undefined;
  report(): Report;
}

const DETAIL_MAX = 2_000;

export function createReport(onStep?: (line: string) => void): Drill {
  const steps: { name: string; ms: number }[] = [];
  const checks: Check[] = [];
  const measures: Record<string, number> = {};
  let lostAt = 0;
  return {
    onStep,
    async step(name, work) {
      const begun = performance.now();
      const result = await work();
      const ms = Math.round(performance.now() - begun);
      steps.push({ name, ms });
      onStep?.(`${String(ms).padStart(7)} ms  ${name}`);
      return result;
    },
    check(name, isGreen, detail) {
      const shown = JSON.stringify(detail)?.slice(0, DETAIL_MAX);
      checks.push({ name, isGreen, ...(isGreen ? {} : { detail: shown }) });
      onStep?.(`${isGreen ? '      green' : '        RED'}  ${name}`);
    },
    measure: (name, value) => void (measures[name] = Math.round(value)),
    lost: () => void (lostAt = performance.now()),
    recovered: () => void (measures['recoveryTimeMs'] = Math.round(performance.now() - lostAt)),
    report: () => ({
      isPassed: checks.length > 0 && checks.every(({ isGreen }) => isGreen),
      steps,
      checks,
      measures,
    }),
  };
}
