import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import type { Redis } from '../redis/redis.ts';

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
  spend(key: string, points: number): Promise<Tally>;
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
  const own = new RateLimiterMemory({ points: share, duration: MINUTE });
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
  return {
    async spend(key, points) {
      const counted = tallyOf(name, share, await spent(own, key, points));
      if (shared === undefined || now() < awayUntil) return counted;
      try {
        return tallyOf(name, quota, await spent(shared, key, points));
      } catch {
        // What is wrong with Redis is told where its connection is opened.
        awayUntil = now() + PAUSE;
        return counted;
      }
    },
  };
}

interface Spent {
  readonly result: RateLimiterRes;
  readonly isOver: boolean;
}

/** @throws whatever the store fails with */
async function spent(limiter: RateLimiterAbstract, key: string, points: number): Promise<Spent> {
  try {
    return { result: await limiter.consume(key, points), isOver: false };
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return { result: refusal, isOver: true };
    throw refusal;
  }
}

function tallyOf(name: string, quota: number, { result, isOver }: Spent): Tally {
  return { name, quota, left: result.remainingPoints, isOver, reset: Math.ceil(result.msBeforeNext / 1000) };
}
