import { useEffect, useState } from 'react';
import type { ReactElement } from 'react';
import { loginUrl, readSession, type Session } from '../session/session.ts';

/** Who asks: demo people in development, otherwise a link to the sign-in. */
export function LoginSwitch(): ReactElement | null {
  const [session, setSession] = useState<Session | undefined>();
  useEffect(() => {
    readSession().then(setSession, () => setSession({ user: null, logins: [] }));
  }, []);
  if (session === undefined) return null;
  const { user, logins } = session;
  return (
    <div className="explorer__login">
      <span>
        {user === null
          ? 'Not signed in'
          : `Signed in: ${user.roles.join(', ')} (${user.territories.join(', ') || 'no territory'})`}
      </span>
      {logins.length === 0 ? (
        <a href={loginUrl()}>Sign in</a>
      ) : (
        <label>
          Ask as{' '}
          <select
            value=""
            onChange={(event) => location.assign(loginUrl(event.currentTarget.value))}
          >
            <option value="" disabled>
              choose …
            </option>
            {logins.map(({ login, name, roles }) => (
              <option key={login} value={login}>
                {name} ({roles.join(', ')}, {login})
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}
