export {
  createTimers,
  defineTimer,
  type Timer,
  type TimerContext,
  type TimerOptions,
} from './timer.ts';
export { createWorkers, type Worker, type WorkerOptions } from './worker.ts';
