/** Where a weakness is reported: `/.well-known/security.txt` of RFC 9116. */
import type { Route } from './server.ts';

const VALID_DAYS = 180;
const DAY_MS = 24 * 60 * 60 * 1_000;

export function createSecurityText({
  contact,
  publicUrl,
  now = Date.now,
}: {
  /** `mailto:` or `https:`; without one there is no page. */
  readonly contact: string | undefined;
  readonly publicUrl: string;
  readonly now?: () => number;
}): Route {
  return (_request, response, path) => {
    if (contact === undefined || path !== '/.well-known/security.txt') return false;
    const expires = new Date(now() + VALID_DAYS * DAY_MS);
    expires.setUTCHours(0, 0, 0, 0);
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(
      [
        `Contact: ${contact}`,
        `Expires: ${expires.toISOString()}`,
        'Preferred-Languages: de, en',
        `Canonical: ${new URL(path, publicUrl).href}`,
        '',
      ].join('\n'),
    );
    return true;
  };
}
