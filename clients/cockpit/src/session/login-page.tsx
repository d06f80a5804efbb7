import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from '../i18n/index.ts';
import { Icon } from '../shell/icon.tsx';
import './login-page.css';
import { loginUrl, type DemoLogin } from './session.ts';

interface LoginPageProps {
  demoLogins: DemoLogin[];
  /** Given when the server could not be reached. */
  onRetry?: () => void;
}

export function LoginPage({ demoLogins, onRetry }: LoginPageProps): ReactElement {
  const { t } = useTranslation();
  return (
    <div className="login">
      <header className="login__brand">
        <p className="login__mark">
          <Icon name="leaf" />
          {t('app.name')}
        </p>
        <p className="login__claim">{t('login.claim')}</p>
      </header>
      <main className="login__main">
        <h1>{t('login.title')}</h1>
        {onRetry === undefined ? (
          <>
            <p className="muted">{t('login.intro')}</p>
            <Button component="a" href={loginUrl()} variant="filled" size="md">
              {t('login.submit')}
            </Button>
          </>
        ) : (
          <div role="alert" className="stack">
            <p>{t('login.unreachable')}</p>
            <Button onClick={onRetry}>{t('common.retry')}</Button>
          </div>
        )}
        {demoLogins.length > 0 && <DemoLogins logins={demoLogins} />}
      </main>
    </div>
  );
}

function DemoLogins({ logins }: { logins: DemoLogin[] }): ReactElement {
  const { t } = useTranslation();
  return (
    <section className="login__demo" aria-labelledby="demo-logins">
      <h2 id="demo-logins">{t('login.demoTitle')}</h2>
      <p className="muted small">{t('login.demoHint')}</p>
      <ul>
        {logins.map(({ login, name, roles }) => (
          <li key={login}>
            <a className="login__person" href={loginUrl(login)}>
              <Icon name="user" />
              <span>
                <strong>{name}</strong>
                <span className="muted small">
                  {roles.map((role) => t(`role.${role as 'sales'}`)).join(', ')} · {login}
                </span>
              </span>
              <Icon name="arrowRight" />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
