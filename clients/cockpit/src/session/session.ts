export interface DemoLogin {
  login: string;
  name: string;
  roles: string[];
}

interface SignedIn {
  userId: string;
  roles: string[];
  scopes: string[];
  territories: string[];
  /** End of the session, ms since epoch. */
  expiresAt?: number;
}

export interface Session {
  /** Null when nobody is signed in. */
  user: SignedIn | null;
  /** Accounts of the demonstration; empty outside development. */
  logins: DemoLogin[];
}

/** Who the cookie says we are; the cookie itself is out of the script's reach. */
export async function readSession(): Promise<Session> {
  const response = await fetch('/auth/session', { headers: { accept: 'application/json' } });
  if (!response.ok && response.status !== 401) throw new Error(`session: ${response.status}`);
  const { user = null, logins = [] } = (await response.json()) as Partial<Session>;
  // Partners have programs of their own and may not run the cockpit's operations.
  const people = logins.filter(({ roles }) => roles.some((role) => role !== 'partner'));
  return { user, logins: people };
}

/** The sign-in runs on the server; the browser is only sent there and comes back to this page. */
export function loginUrl(login?: string): string {
  const next = location.pathname + location.search;
  const parameters = new URLSearchParams({ next });
  if (login !== undefined) parameters.set('as', login);
  return `/auth/login?${parameters}`;
}

export async function signOut(): Promise<void> {
  await fetch('/auth/logout', { method: 'POST' });
  location.assign('/');
}
