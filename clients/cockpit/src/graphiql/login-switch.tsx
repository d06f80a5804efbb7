import { useEffect, useState } from 'react';
import type { ReactElement } from 'react';
import { loginUrl, readSession, type Session } from '../session/session.ts';

/** Who asks: demo people in development, otherwise a link to the sign-in. */
export function LoginSwitch(): ReactElement | null {
  const [session, setSession] = useState<Session | undefined>();
  useEffect(() => {
    readSession().then(setSession, () => setSession({ kind: 'anonymous', demoLogins: [] }));
  }, []);
  if (session === undefined) return null;
  const current = session.kind === 'person' ? session.user.login : '';
  return (
    <div className="explorer__login">
      <span>
        {session.kind === 'person' ? `Signed in as ${session.user.name}` : 'Not signed in'}
      </span>
      {session.demoLogins.length === 0 ? (
        <a href={loginUrl()}>Sign in</a>
      ) : (
        <label>
          Ask as{' '}
          <select
            value={current}
            onChange={(event) => location.assign(loginUrl(event.currentTarget.value))}
          >
            {current === '' && <option value="">–</option>}
            {session.demoLogins.map(({ login, name, roles, territories }) => (
              <option key={login} value={login}>
                {name} ({roles.join(', ')}; {territories.join(', ') || 'no territory'})
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}
