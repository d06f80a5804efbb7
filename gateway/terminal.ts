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

/** Where everything is, and who may come in. */
export function showReady(ready: { url: string; startedInMs: number; config: Config }): void {
  const { url, config } = ready;
  const lines = [
    `FreshPlan Graph is ready (${(ready.startedInMs / 1_000).toFixed(1)} s)`,
    '',
    `Cockpit   ${url}/`,
    `GraphiQL  ${url}/graphiql`,
    `GraphQL   ${url}/graphql`,
    `Health    ${url}/health/ready`,
    `Metrics   ${url}/metrics`,
  ];
  if (config.OIDC_ISSUER === undefined) {
    const logins = DEMO_LOGINS.map((each) => each.login);
    lines.push('', `Logins (password "${DEMO_PASSWORD}")`);
    for (let index = 0; index < logins.length; index += 4) {
      lines.push(`  ${logins.slice(index, index + 4).join('  ')}`);
    }
    lines.push('', 'Token     npm run token -- --user sales-de');
  }
  lines.push('', 'Ctrl-C stops · npm run reset starts fresh');
  const width = Math.max(...lines.map((each) => each.length)) + 2;
  const framed = lines.map((each) => `│ ${each.padEnd(width - 1)}│`);
  process.stdout.write(`\n┌${'─'.repeat(width)}┐\n${framed.join('\n')}\n└${'─'.repeat(width)}┘\n`);
}
