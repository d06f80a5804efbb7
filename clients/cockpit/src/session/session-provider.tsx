import { useDocumentVisibility } from '@mantine/hooks';
import { createContext, use, useCallback, useEffect, useMemo, useState } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { LoginPage } from './login-page.tsx';
import { readSession, type Session } from './session.ts';

export interface Person {
  id: string;
  roles: readonly string[];
  territories: readonly string[];
  /** What the server lets this person do. */
  scopes: ReadonlySet<string>;
  /** Reads the session again; shows the sign-in when it has ended. */
  check: () => void;
}

const PersonContext = createContext<Person | null>(null);
/** The longest time a browser's timer can wait. */
const timerMsMax = 2_147_483_647;

/** Shows the sign-in until somebody is signed in; everything below may rely on a person. */
export function SessionProvider({ children }: { children: ReactNode }): ReactElement | null {
  const [session, setSession] = useState<Session | 'unknown' | 'unreachable'>('unknown');
  const visibility = useDocumentVisibility();
  const check = useCallback(() => {
    readSession().then(setSession, () => {
      setSession((known) => (typeof known === 'string' ? 'unreachable' : known));
    });
  }, []);
  useEffect(() => {
    if (visibility === 'visible') check();
  }, [check, visibility]);

  const user = typeof session === 'string' ? null : session.user;
  const expiresAt = user?.expiresAt;
  useEffect(() => {
    if (expiresAt === undefined) return undefined;
    const leftMs = Math.max(0, expiresAt - Date.now());
    const waiting = setTimeout(check, Math.min(leftMs + 1_000, timerMsMax));
    return () => clearTimeout(waiting);
  }, [check, expiresAt]);
  const person = useMemo(() => user && toPerson(user, check), [user, check]);

  if (session === 'unknown') return null;
  if (session === 'unreachable') return <LoginPage demoLogins={[]} onRetry={check} />;
  if (person === null) return <LoginPage demoLogins={session.logins} />;
  return <PersonContext value={person}>{children}</PersonContext>;
}

export function usePerson(): Person {
  const person = use(PersonContext);
  if (person === null) throw new Error('usePerson needs a SessionProvider above it');
  return person;
}

const toPerson = (user: NonNullable<Session['user']>, check: () => void): Person => ({
  id: user.userId,
  roles: user.roles,
  territories: user.territories,
  scopes: new Set(user.scopes),
  check,
});
