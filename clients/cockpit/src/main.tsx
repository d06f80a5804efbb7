import '@fontsource/antonio/latin-700.css';
import '@fontsource/poppins/latin-400.css';
import '@fontsource/poppins/latin-500.css';
import { MantineProvider } from '@mantine/core';
import { RouterProvider } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { createRoot } from 'react-dom/client';
import { GraphProvider } from './graph/graph-provider.tsx';
import { startTranslation } from './i18n/index.ts';
import { router } from './router.tsx';
import { SessionProvider, usePerson } from './session/session-provider.tsx';
import './theme/mantine.css';
import './theme/tokens.css';
import './theme/base.css';
import { theme } from './theme/theme.ts';

function SignedIn(): ReactElement {
  const { id, check } = usePerson();
  return (
    <GraphProvider key={id} onSessionEnded={check}>
      <RouterProvider router={router} />
    </GraphProvider>
  );
}

const container = document.getElementById('root');
if (container === null) throw new Error('index.html has no #root');

await startTranslation();
createRoot(container).render(
  // Variables and classes come from theme/*.css: a <style> element would break the policy.
  <MantineProvider
    theme={theme}
    defaultColorScheme="auto"
    withCssVariables={false}
    withGlobalClasses={false}
  >
    <SessionProvider>
      <SignedIn />
    </SessionProvider>
  </MantineProvider>,
);
