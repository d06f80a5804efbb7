export {
  createTimers,
  defineTimer,
  type Timer,
  type TimerContext,
  type TimerOptions,
} from './timer.ts';
