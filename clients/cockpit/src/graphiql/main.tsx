import { createGraphiQLFetcher } from '@graphiql/toolkit';
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import { GraphiQL } from 'graphiql';
import { createClient } from 'graphql-ws';
import { createRoot } from 'react-dom/client';
import { examples } from './examples.ts';
import './graphiql.css';
import { LoginSwitch } from './login-switch.tsx';

const fetcher = createGraphiQLFetcher({
  url: '/graphql',
  wsClient: createClient({
    url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`,
  }),
});

const container = document.getElementById('root');
if (container === null) throw new Error('graphiql.html has no #root');

createRoot(container).render(
  <div className="explorer">
    <header className="explorer__head">
      <h1>FreshPlan Graph</h1>
      <LoginSwitch />
    </header>
    <main className="explorer__main">
      <GraphiQL
        fetcher={fetcher}
        defaultTabs={examples}
        isHeadersEditorEnabled={false}
        showPersistHeadersSettings={false}
      >
        <GraphiQL.Logo>FreshPlan</GraphiQL.Logo>
      </GraphiQL>
    </main>
  </div>,
);
