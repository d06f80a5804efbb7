import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Link,
} from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useTranslation } from './i18n/index.ts';
import { parseLeadSearch } from './leads/lead-search.ts';
import { Shell } from './shell/shell.tsx';
import { Empty, Failure } from './shell/states.tsx';

const root = createRootRoute({
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: Crashed,
});

export const overviewRoute = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./overview/overview-page.tsx'), 'OverviewPage'),
});

export const leadsRoute = createRoute({
  getParentRoute: () => root,
  path: '/leads',
  validateSearch: parseLeadSearch,
  component: lazyRouteComponent(() => import('./leads/lead-list-page.tsx'), 'LeadListPage'),
});

export const leadRoute = createRoute({
  getParentRoute: () => root,
  path: '/leads/$leadId',
  component: lazyRouteComponent(() => import('./leads/lead-page.tsx'), 'LeadPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([overviewRoute, leadsRoute, leadRoute]),
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}

function NotFound(): ReactElement {
  const { t } = useTranslation();
  return (
    <Empty icon="search" title={t('app.notFound')}>
      <Link to="/">{t('app.toOverview')}</Link>
    </Empty>
  );
}

function Crashed(): ReactElement {
  const { t } = useTranslation();
  return <Failure title={t('app.crashed')} onRetry={() => location.reload()} />;
}
