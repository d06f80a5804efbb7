import { useMantineColorScheme } from '@mantine/core';
import { useColorScheme } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { setLanguage, useLocale, useTranslation } from '../i18n/index.ts';
import { useOwnName } from '../session/me.ts';
import { usePerson } from '../session/session-provider.tsx';
import { signOut } from '../session/session.ts';
import './header.css';
import { Icon } from './icon.tsx';
import { LiveIndicator } from './live-indicator.tsx';

export function Header(): ReactElement {
  const { t } = useTranslation();
  const { scopes } = usePerson();
  return (
    <header className="header">
      <p className="header__brand">
        <Icon name="leaf" />
        {t('app.name')}
        <span className="header__sub">{t('app.title')}</span>
      </p>
      <nav aria-label={t('app.navigation')} className="header__nav">
        {scopes.has('widget:read') && (
          <Link to="/" activeOptions={{ exact: true }}>
            {t('app.overview')}
          </Link>
        )}
        <Link to="/leads">{t('app.leads')}</Link>
      </nav>
      <div className="header__tools">
        <LiveIndicator />
        <LanguageSwitch />
        <SchemeSwitch />
        <PersonMark />
      </div>
    </header>
  );
}

function LanguageSwitch(): ReactElement {
  const { t } = useTranslation();
  const other = useLocale() === 'de' ? 'en' : 'de';
  return (
    <button
      type="button"
      className="header__button"
      lang={other}
      aria-label={`${other.toUpperCase()} – ${t('app.otherLanguage')}`}
      onClick={() => void setLanguage(other)}
    >
      <Icon name="globe" />
      {other.toUpperCase()}
    </button>
  );
}

function SchemeSwitch(): ReactElement {
  const { t } = useTranslation();
  const system = useColorScheme();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const shown = colorScheme === 'auto' ? system : colorScheme;
  const other = shown === 'dark' ? 'light' : 'dark';
  const label = other === 'dark' ? t('app.schemeDark') : t('app.schemeLight');
  return (
    <button
      type="button"
      className="header__button"
      aria-label={label}
      title={label}
      onClick={() => setColorScheme(other === system ? 'auto' : other)}
    >
      <Icon name={other === 'dark' ? 'moon' : 'sun'} />
    </button>
  );
}

function PersonMark(): ReactElement {
  const { t } = useTranslation();
  const { roles, territories } = usePerson();
  const name = useOwnName();
  return (
    <>
      <p className="header__person">
        <span className="hidden-visually">{t('app.signedInAs', { name: '' })}</span>
        <strong>{name}</strong>
        <span>
          {roles.map((role) => t(`role.${role as 'sales'}`)).join(', ')} · {territories.join(', ')}
        </span>
      </p>
      <button
        type="button"
        className="header__button"
        aria-label={t('app.logout')}
        title={t('app.logout')}
        onClick={() => void signOut()}
      >
        <Icon name="logout" />
      </button>
    </>
  );
}
