export { createTimers, defineTimer, type Timer, type TimerOptions } from './timer.ts';
