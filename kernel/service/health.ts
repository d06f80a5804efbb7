export interface HealthReport {
  status: 'UP' | 'DOWN';
  /** Only UP or DOWN per check: health pages are public. */
  checks: { name: string; status: 'UP' | 'DOWN' }[];
}

export interface Health {
  /** Registers a check; one that throws or takes longer than the timeout counts as DOWN. */
  check(name: string, probe: () => boolean | Promise<boolean>): void;
  report(): Promise<HealthReport>;
}

export function createHealth(timeoutMs = 2_000): Health {
  const probes = new Map<string, () => boolean | Promise<boolean>>();
  return {
    check: (name, probe) => void probes.set(name, probe),
    async report() {
      const checks = await Promise.all(
        [...probes].map(async ([name, probe]) => {
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
