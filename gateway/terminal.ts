import type { Config } from '#kernel/config';
import { DEMO_LOGINS, DEMO_PASSWORD } from './demo-logins.ts';
import type { Progress } from './progress.ts';

type Output = NodeJS.WriteStream;

/** A list of steps with ticks; on a terminal the running one shows how far it is. */
export function createTerminalProgress(output: Output): Progress {
  let running: { step: string; since: number } | undefined;
  const line = (text: string): void => {
    if (output.isTTY) output.write(`\r\x1b[2K${text}`);
  };
  return {
    begin(step) {
      running = { step, since: performance.now() };
      line(`  … ${step}`);
    },
    detail: (text) => line(`  … ${running?.step ?? ''}: ${text}`),
    done(step, detail = '') {
      const seconds = ((performance.now() - (running?.since ?? 0)) / 1_000).toFixed(1);
      if (output.isTTY) output.write('\r\x1b[2K');
      output.write(`  ✓ ${step.padEnd(12)} ${seconds.padStart(5)} s  ${detail}\n`);
    },
  };
}

export interface Ready {
  readonly url: string;
  readonly startedInMs: number;
  readonly config: Config;
  /** The gateway alone: there is no data here to begin anew with. */
  readonly isAlone?: boolean;
}

/** Where everything is, and who may come in. */
export function showReady({ url, startedInMs, config, isAlone = false }: Ready): void {
  const { production, MANAGEMENT_PORT } = config;
  const lines = [
    `${isAlone ? 'The gateway' : 'FreshPlan Graph'} is ready (${(startedInMs / 1_000).toFixed(1)} s)`,
    '',
    `Cockpit   ${url}/`,
    ...(production ? [] : [`GraphiQL  ${url}/graphiql`]),
    `GraphQL   ${url}/graphql`,
    `Health    ${url}/${isAlone ? 'q/health' : 'health/ready'}`,
    ...(production || MANAGEMENT_PORT > 0 ? [] : [`Metrics   ${url}/metrics`]),
  ];
  if (config.OIDC_ISSUER === undefined) {
    const logins = DEMO_LOGINS.map((each) => each.login);
    lines.push('', `Logins (password "${DEMO_PASSWORD}")`);
    for (let index = 0; index < logins.length; index += 4) {
      lines.push(`  ${logins.slice(index, index + 4).join('  ')}`);
    }
    lines.push('', 'Token     npm run token -- --user sales-de');
  }
  const isDemo = !isAlone && config.DATABASE_URL === undefined;
  lines.push('', isDemo ? 'Ctrl-C stops · npm run reset starts fresh' : 'Ctrl-C stops');
  const width = Math.max(...lines.map((each) => each.length)) + 2;
  const framed = lines.map((each) => `│ ${each.padEnd(width - 1)}│`);
  process.stdout.write(`\n┌${'─'.repeat(width)}┐\n${framed.join('\n')}\n└${'─'.repeat(width)}┘\n`);
}
