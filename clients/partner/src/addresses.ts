const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Tokens travel over TLS alone; on the own machine without. @throws TypeError for anything else */
export function secureUrl(text: string): URL {
  const url = new URL(text);
  if (url.protocol === 'https:' || isOwnMachine(url)) return url;
  throw new TypeError(`${url.origin} is not secure: use https`);
}

export function isOwnMachine(url: URL): boolean {
  return url.protocol === 'http:' && LOOPBACK.has(url.hostname);
}
