import { useDocumentVisibility } from '@mantine/hooks';
import { createContext, use, useCallback, useEffect, useState } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { LoginPage } from './login-page.tsx';
import { readSession, type Session } from './session.ts';

export interface Person extends Extract<Session, { kind: 'person' }> {
  /** Reads the session again; shows the sign-in when it has ended. */
  check: () => void;
}

const PersonContext = createContext<Person | null>(null);

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

  if (session === 'unknown') return null;
  if (session === 'unreachable') return <LoginPage demoLogins={[]} onRetry={check} />;
  if (session.kind === 'anonymous') return <LoginPage demoLogins={session.demoLogins} />;
  return <PersonContext value={{ ...session, check }}>{children}</PersonContext>;
}

export function usePerson(): Person {
  const person = use(PersonContext);
  if (person === null) throw new Error('usePerson needs a SessionProvider above it');
  return person;
}
