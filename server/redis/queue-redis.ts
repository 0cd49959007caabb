import { Redis } from 'ioredis';

const LONGEST_PAUSE = 2000;

/**
 * A connection on which somebody waits for messages: a command may take as long as it takes, and is sent again when the
 * connection was lost meanwhile.
 * @param onError told once when the connection is lost, and when it cannot be made
 */
export function openWaitingRedis(url: string, onError: (error: unknown) => void): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    connectTimeout: 2000,
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
