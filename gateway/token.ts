/** `npm run token -- --user sales-de` prints a bearer token of the demo issuer. */
import { loadConfig } from '#kernel/config';
import { parseArgs } from 'node:util';
import { demoPublicUrl } from './demo-issuer.ts';
import { loadDemoKeys, signDemoToken } from './demo-keys.ts';
import { DEMO_LOGINS, demoLogin } from './demo-logins.ts';

const HELP = `Prints a bearer token of the demo issuer, valid for one hour.

  npm run --silent token -- --user sales-de

Users: ${DEMO_LOGINS.map(({ login }) => login).join(', ')}
`;

export interface Output {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

/** Prints to `output` and returns the exit code: 0, or 2 for a call that cannot work. */
export async function printToken(
  parameters: readonly string[],
  output: Output,
  environment?: Record<string, string | undefined>,
): Promise<number> {
  let values: { user?: string | undefined; help?: boolean | undefined };
  try {
    ({ values } = parseArgs({
      args: [...parameters],
      options: { user: { type: 'string' }, help: { type: 'boolean' } },
    }));
  } catch (error) {
    output.error(`${(error as Error).message}\n\n${HELP}`);
    return 2;
  }
  if (values.help === true) {
    output.out(HELP);
    return 0;
  }
  const login = demoLogin(values.user ?? '');
  if (login === undefined) {
    const what = values.user === undefined ? '--user is missing.' : `Unknown user ${values.user}.`;
    output.error(`${what}\n\n${HELP}`);
    return 2;
  }
  const config = loadConfig(environment);
  if (config.production || config.OIDC_ISSUER !== undefined) {
    output.error('Tokens come from OIDC_ISSUER here; there is no demo issuer.\n');
    return 2;
  }
  const token = await signDemoToken(login, {
    keys: await loadDemoKeys(config.DATA_DIR),
    issuer: `${demoPublicUrl(config)}/oidc`,
    audience: config.OIDC_AUDIENCE,
    clientId: config.OIDC_CLIENT_ID,
  });
  output.out(`${token}\n`);
  return 0;
}

if (import.meta.main) {
  process.exitCode = await printToken(process.argv.slice(2), {
    out: (text) => void process.stdout.write(text),
    error: (text) => void process.stderr.write(text),
  });
}
