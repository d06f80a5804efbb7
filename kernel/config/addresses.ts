const WITHIN_MACHINE = ['localhost', '127.0.0.1', '[::1]'];

/** Whether what goes to the host of a URL never leaves this machine. */
export const isWithinMachine = (hostname: string): boolean => WITHIN_MACHINE.includes(hostname);

/** Addresses of production that tokens and cookies would reach in clear. */
export function addressFaults(config: {
  readonly OIDC_ISSUER?: string | undefined;
  readonly PUBLIC_URL?: string | undefined;
}): { key: string; message: string }[] {
  return (['OIDC_ISSUER', 'PUBLIC_URL'] as const).flatMap((key) => {
    const value = config[key];
    if (value === undefined) return [];
    const { protocol, hostname } = new URL(value);
    if (protocol === 'https:' || isWithinMachine(hostname)) return [];
    return [{ key, message: 'is not https: tokens and cookies would travel in clear' }];
  });
}
