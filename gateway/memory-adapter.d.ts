/** The provider's own store in memory, without its warning: this issuer is for demonstrations only. */
declare module 'oidc-provider/lib/adapters/memory_adapter.js' {
  import type { AdapterConstructor } from 'oidc-provider';

  /** @param clockTolerance seconds */
  export function createMemoryAdapter(clockTolerance: number): AdapterConstructor;
}
