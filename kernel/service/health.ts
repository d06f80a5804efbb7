export interface HealthReport {
  status: 'UP' | 'DOWN';
  /** Only UP or DOWN per check: health pages are public. */
  checks: { name: string; status: 'UP' | 'DOWN' }[];
}

export interface Health {
  /** Registers a check; one that throws or takes longer than the timeout counts as DOWN. */
  check(
    name: string,
    probe: () => boolean | Promise<boolean>,
    /** False: somebody has to look, but requests are served all the same. */
    options?: { isReadiness: boolean },
  ): void;
  /** All checks, or those alone that decide whether requests are served. */
  report(scope?: 'all' | 'readiness'): Promise<HealthReport>;
}

export function createHealth(timeoutMs = 2_000): Health {
  const probes = new Map<
    string,
    { probe: () => boolean | Promise<boolean>; isReadiness: boolean }
  >();
  return {
    check: (name, probe, { isReadiness } = { isReadiness: true }) =>
      void probes.set(name, { probe, isReadiness }),
    async report(scope = 'all') {
      const asked = [...probes].filter(([, each]) => scope === 'all' || each.isReadiness);
      const checks = await Promise.all(
        asked.map(async ([name, { probe }]) => {
          const up = await answersInTime(probe, timeoutMs);
          return { name, status: up ? ('UP' as const) : ('DOWN' as const) };
        }),
      );
      const up = checks.every((check) => check.status === 'UP');
      return { status: up ? 'UP' : 'DOWN', checks };
    },
  };
}

async function answersInTime(
  probe: () => boolean | Promise<boolean>,
  timeoutMs: number,
): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  try {
    return await Promise.race([Promise.resolve().then(probe), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
