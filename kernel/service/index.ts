export { startServices, type RunOptions, type RunningServices, type Service } from './service.ts';
export { lasting, type Lasting } from './lasting.ts';
export { createHealth, type Health, type HealthReport } from './health.ts';
