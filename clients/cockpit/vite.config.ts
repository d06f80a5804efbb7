import react from '@vitejs/plugin-react';
import { join } from 'node:path';
import { defineConfig } from 'vite';

/** Where the gateway listens while the cockpit is served by Vite. */
const gateway = 'http://127.0.0.1:4000';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    target: 'es2024',
    outDir: 'dist',
    /** A data: URL would need a weaker content security policy. */
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    /** Monaco alone is larger than Vite's default warning; it is loaded by graphiql.html only. */
    chunkSizeWarningLimit: 4000,
    rolldownOptions: {
      input: {
        cockpit: join(import.meta.dirname, 'index.html'),
        graphiql: join(import.meta.dirname, 'graphiql.html'),
      },
    },
  },
  worker: { format: 'es' },
  server: {
    port: 4001,
    proxy: { '/graphql': { target: gateway, ws: true }, '/auth': gateway },
  },
});
