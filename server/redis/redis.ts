import { Redis } from 'ioredis';

export type { Redis };

// A command that takes longer is worse than none: whoever asks has an answer of its own for a Redis that is away. ms.
const COMMAND_TIMEOUT = 500;
const LONGEST_PAUSE = 2000;

/**
 * A connection to Redis that comes back by itself. Commands fail at once while it is away.
 * @param onError told once when the connection is lost, and when it cannot be made
 */
export function openRedis(url: string, onError: (error: unknown) => void): Redis {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT,
    connectTimeout: 2000,
    disconnectTimeout: COMMAND_TIMEOUT,
    enableAutoPipelining: true,
    retryStrategy: (attempt) => Math.min(attempt * 100, LONGEST_PAUSE),
  });
  let isAway = false;
  redis.on('error', (error) => {
    if (!isAway) onError(error);
    isAway = true;
  });
  redis.on('ready', () => (isAway = false));
  return redis;
}
