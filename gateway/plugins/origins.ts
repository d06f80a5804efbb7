/** Which pages may speak to the gateway through somebody's browser. */
import type { IncomingMessage } from 'node:http';

export type AllowsOrigin = (request: IncomingMessage) => boolean;

/** Same origin or a listed one; a request without the header comes from no browser page. */
export function createOriginCheck(allowed: readonly string[]): AllowsOrigin {
  const listed = new Set(allowed);
  return ({ headers }) => {
    const { origin, host } = headers;
    if (origin === undefined) return headers['sec-fetch-site'] !== 'cross-site';
    if (listed.has(origin)) return true;
    return URL.canParse(origin) && host !== undefined && new URL(origin).host === host;
  };
}
