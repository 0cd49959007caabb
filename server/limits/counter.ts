import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Redis } from '../redis/redis.ts';
import { MemoryCounter } from './memory-counter.ts';

/** What was spent under one key in the current minute. */
export interface Tally {
  readonly name: string;
  /** Points a minute. */
  readonly quota: number;
  /** Points that are left; 0 also when more was asked for than was left. */
  readonly left: number;
  readonly isOver: boolean;
  /** Seconds until the minute is over. */
  readonly reset: number;
}

/** Points spent a minute, by key. */
export interface Counter {
  /** At once, unless Redis has to be asked. */
  spend(key: string, points: number): Tally | Promise<Tally>;
}

export interface CounterOptions {
  /** Processes that serve requests. */
  readonly workers: number;
  /** Shares counts between workers and servers; without it each worker has its part of the quota. */
  readonly redis?: Redis;
  now(): number;
}

const MINUTE = 60;
/** Milliseconds in which a Redis that failed is not asked again. */
const PAUSE = 1000;

/**
 * Counts in memory, and in Redis where there is one. Redis has the word while it answers; memory counts all the same, so
 * that nothing is gained by making Redis fail.
 * @param quota points a minute
 */
export function createCounter(name: string, quota: number, { workers, redis, now }: CounterOptions): Counter {
  const share = Math.ceil(quota / workers);
  const own = new MemoryCounter();
  const shared =
    redis === undefined
      ? undefined
      : new RateLimiterRedis({
          storeClient: redis,
          keyPrefix: `athanor:${name}`,
          points: quota,
          duration: MINUTE,
          rejectIfRedisNotReady: true,
          inMemoryBlockOnConsumed: quota + 1,
        });
  let awayUntil = 0;

  async function ask(limiter: RateLimiterRedis, key: string, points: number, counted: Tally): Promise<Tally> {
    try {
      return await sharedTally(name, quota, limiter, key, points);
    } catch {
      // What is wrong with Redis is told where its connection is opened.
      awayUntil = now() + PAUSE;
      return counted;
    }
  }

  return {
    spend(key, points) {
      const { spent, rest } = own.spend(key, points, now());
      const left = Math.max(share - spent, 0);
      const counted = { name, quota: share, left, isOver: spent > share, reset: Math.ceil(rest / 1000) };
      return shared === undefined || now() < awayUntil ? counted : ask(shared, key, points, counted);
    },
  };
}

/** @throws whatever the store fails with */
async function sharedTally(
  name: string,
  quota: number,
  limiter: RateLimiterRedis,
  key: string,
  points: number,
): Promise<Tally> {
  const of = ({ remainingPoints, msBeforeNext }: RateLimiterRes, isOver: boolean): Tally => {
    return { name, quota, left: remainingPoints, isOver, reset: Math.ceil(msBeforeNext / 1000) };
  };
  try {
    return of(await limiter.consume(key, points), false);
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return of(refusal, true);
    throw refusal;
  }
}
