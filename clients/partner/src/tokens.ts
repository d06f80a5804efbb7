import * as oauth from 'oauth4webapi';
import { isOwnMachine, secureUrl } from './addresses.ts';
import { RequestFailed } from './errors.ts';

/** Bearer token of the moment; a fresh one when the last was refused. */
export type TokenSource = (isRefused: boolean) => Promise<string>;

export interface ClientCredentials {
  /** Issuer that the operator named, as in its discovery document. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Milliseconds for each request to the issuer. Default: 10,000. */
  readonly timeoutMs?: number;
}

/** Renewed this long before its end, in milliseconds. */
const AHEAD_MS = 30_000;
const LIFE_SECONDS = 300;
const TIMEOUT_MS = 10_000;

/**
 * Tokens for a program, by its own name and secret (RFC 6749, 4.4). Kept until shortly before their
 * end; requests at the same moment share one.
 *
 * @throws TypeError for an issuer without TLS that is not on this machine
 */
export function clientCredentials(options: ClientCredentials): TokenSource {
  const issuer = secureUrl(options.issuer);
  let server: Promise<oauth.AuthorizationServer> | undefined;
  let token: { readonly text: string; readonly endsAt: number } | undefined;
  let asking: Promise<string> | undefined;

  const settings = () => ({
    [oauth.allowInsecureRequests]: isOwnMachine(issuer),
    signal: AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS),
  });
  const discover = async (): Promise<oauth.AuthorizationServer> =>
    oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, settings()));

  const ask = async (): Promise<string> => {
    try {
      server ??= discover();
      const known = await server;
      const client = { client_id: options.clientId };
      const response = await oauth.clientCredentialsGrantRequest(
        known,
        client,
        oauth.ClientSecretPost(options.clientSecret),
        new URLSearchParams(),
        settings(),
      );
      const answer = await oauth.processClientCredentialsResponse(known, client, response);
      const lifeMs = (answer.expires_in ?? LIFE_SECONDS) * 1_000;
      token = { text: answer.access_token, endsAt: Date.now() + lifeMs };
      return token.text;
    } catch (error) {
      server = undefined;
      throw failureOf(error);
    } finally {
      asking = undefined;
    }
  };

  return async (isRefused) => {
    if (isRefused) token = undefined;
    if (token !== undefined && token.endsAt - Date.now() > AHEAD_MS) return token.text;
    asking ??= ask();
    return asking;
  };
}

function failureOf(cause: unknown): RequestFailed {
  if (cause instanceof oauth.ResponseBodyError) {
    return new RequestFailed('UNAUTHENTICATED', `The issuer refused: ${cause.error}`, {
      status: cause.status,
      cause,
    });
  }
  return new RequestFailed('UNREACHABLE', 'The issuer gave no token', { isPassing: true, cause });
}
