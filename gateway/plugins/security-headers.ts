/** Said on every answer, whatever it is. */
import type { ServerResponse } from 'node:http';

export interface PagePolicy {
  /** Of `style` and `script` elements the page itself carries. */
  readonly nonce?: string;
  /** The editor of GraphiQL writes style elements and starts workers from blobs. */
  readonly isEditor?: boolean;
}

export function setSecurityHeaders(response: ServerResponse, isSecure: boolean): void {
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('content-security-policy', contentPolicy({}));
  if (isSecure) {
    response.setHeader('strict-transport-security', 'max-age=31536000; includeSubDomains');
  }
}

export function contentPolicy({ nonce, isEditor = false }: PagePolicy): string {
  const own = nonce === undefined ? '' : ` 'nonce-${nonce}'`;
  return [
    `default-src 'self'`,
    `script-src 'self'${own}`,
    isEditor ? `style-src 'self' 'unsafe-inline'` : `style-src 'self'${own}`,
    `img-src 'self' data:`,
    `font-src 'self' data:`,
    `connect-src 'self'`,
    `worker-src 'self'${isEditor ? ' blob:' : ''}`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
  ].join('; ');
}
