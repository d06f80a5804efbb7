import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { ReactElement } from 'react';
import { useTranslation } from '../i18n/index.ts';
import { AnnouncerProvider } from './announcer.tsx';
import { Header } from './header.tsx';

export function Shell(): ReactElement {
  const { t } = useTranslation();
  const main = useRef<HTMLElement>(null);
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const shownPath = useRef(path);
  useEffect(() => {
    // After a change of page the keyboard starts at its content, not at the old link.
    if (shownPath.current !== undefined && shownPath.current !== path) main.current?.focus();
    shownPath.current = path;
  }, [path]);
  return (
    <AnnouncerProvider>
      <a className="skip" href="#content">
        {t('app.skip')}
      </a>
      <Header />
      <main id="content" ref={main} tabIndex={-1} className="page">
        <Outlet />
      </main>
    </AnnouncerProvider>
  );
}
