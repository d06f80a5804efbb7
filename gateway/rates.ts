/** How much one caller may ask for: per minute, in cost units, and at the same time. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Limits } from './limits.ts';
import { refused } from './refusals.ts';

export interface Demand {
  /** User id, or the address of somebody without one. */
  readonly key: string;
  readonly isWrite: boolean;
  readonly isSearch: boolean;
  readonly isRegistration: boolean;
  readonly cost: number;
}

export interface ThrottleStatus {
  readonly maximumAvailable: number;
  readonly currentlyAvailable: number;
  readonly restoreRate: number;
}

export interface RateLimiter {
  /** @throws `RATE_LIMITED` with the seconds after which to try again. */
  admit(demand: Demand): Promise<void>;
  throttleStatus(key: string): ThrottleStatus;
  /** Call the result when done. @throws `OVERLOADED` when too much runs already. */
  enter(key: string): () => void;
}

const bucketsMax = 10_000;

export function createRateLimiter(limits: Limits, now: () => number): RateLimiter {
  const { rates } = limits;
  const perMinute = (keyPrefix: string, points: number): RateLimiterMemory =>
    new RateLimiterMemory({ keyPrefix, points, duration: 60 });
  const all = perMinute('all', rates.all);
  const reads = perMinute('reads', rates.reads);
  const writes = perMinute('writes', rates.writes);
  const searches = perMinute('searches', rates.searches);
  const registrations = perMinute('registrations', rates.registrations);
  const bucket = createBucket(limits, now);
  return {
    async admit({ key, isWrite, isSearch, isRegistration, cost }) {
      await consume(all, key);
      await consume(isWrite ? writes : reads, key);
      if (isSearch) await consume(searches, key);
      if (isRegistration) await consume(registrations, key);
      bucket.take(key, cost);
    },
    throttleStatus: bucket.status,
    enter: createGate(limits),
  };
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    throw tooMany(error.msBeforeNext / 1_000);
  }
}

function createBucket({ rates }: Limits, now: () => number) {
  const buckets = new Map<string, { units: number; at: number }>();
  const refill = (key: string): { units: number; at: number } => {
    const at = now();
    const bucket = buckets.get(key) ?? { units: rates.bucketUnits, at };
    const gained = ((at - bucket.at) / 1_000) * rates.bucketRefillPerSecond;
    bucket.units = Math.min(rates.bucketUnits, bucket.units + gained);
    bucket.at = at;
    return bucket;
  };
  return {
    take(key: string, cost: number): void {
      const bucket = refill(key);
      if (bucket.units < cost) {
        throw tooMany((cost - bucket.units) / rates.bucketRefillPerSecond);
      }
      bucket.units -= cost;
      // Set anew, so that the map stays in the order of use and the idle leave first.
      buckets.delete(key);
      buckets.set(key, bucket);
      if (buckets.size > bucketsMax) buckets.delete(buckets.keys().next().value as string);
    },
    status: (key: string): ThrottleStatus => ({
      maximumAvailable: rates.bucketUnits,
      currentlyAvailable: Math.floor(refill(key).units),
      restoreRate: rates.bucketRefillPerSecond,
    }),
  };
}

function createGate({ inFlightMax, inFlightPerUserMax }: Limits) {
  const running = new Map<string, number>();
  let total = 0;
  return (key: string): (() => void) => {
    const own = running.get(key) ?? 0;
    if (total >= inFlightMax || own >= inFlightPerUserMax) {
      throw refused('OVERLOADED', 'Too much is under way at the moment.', { retryAfterSeconds: 1 });
    }
    total += 1;
    running.set(key, own + 1);
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      total -= 1;
      const left = (running.get(key) ?? 1) - 1;
      if (left === 0) running.delete(key);
      else running.set(key, left);
    };
  };
}

function tooMany(seconds: number): Error {
  return refused('RATE_LIMITED', 'Zu viele Anfragen. Bitte warten Sie einen Moment.', {
    retryAfterSeconds: Math.max(1, Math.ceil(seconds)),
  });
}
