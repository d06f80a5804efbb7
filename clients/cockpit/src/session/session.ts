export interface DemoLogin {
  login: string;
  name: string;
  roles: string[];
  territories: string[];
}

export type Session =
  | { kind: 'anonymous'; demoLogins: DemoLogin[] }
  | {
      kind: 'person';
      user: { id: string; name: string; login: string };
      roles: string[];
      territories: string[];
      demoLogins: DemoLogin[];
    };

/** Who the cookie says we are; the cookie itself is out of the script's reach. */
export async function readSession(): Promise<Session> {
  const response = await fetch('/auth/session', { headers: { accept: 'application/json' } });
  const body = (await response.json().catch(() => ({}))) as Partial<
    Extract<Session, { kind: 'person' }>
  >;
  const demoLogins = body.demoLogins ?? [];
  if (response.status === 401) return { kind: 'anonymous', demoLogins };
  if (!response.ok || body.user === undefined) throw new Error(`session: ${response.status}`);
  const { user, roles = [], territories = [] } = body;
  return { kind: 'person', user, roles, territories, demoLogins };
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
