/** The provider's own store in memory, without its warning: this issuer is for demonstrations only. */
declare module 'oidc-provider/lib/adapters/memory_adapter.js' {
  import type { AdapterConstructor } from 'oidc-provider';

  const MemoryAdapter: AdapterConstructor;
  // oxlint-disable-next-line import/no-default-export -- what the module has
  export default MemoryAdapter;
}
