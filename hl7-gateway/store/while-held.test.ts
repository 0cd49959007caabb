import { setTimeout as pause } from 'node:timers/promises';
import { createLog } from '../../server/kernel/log.ts';
import { whileHeld } from './while-held.ts';

describe('whileHeld', () => {
  const log = createLog('silent', 'test');
  const lease = { duration: 30 };

  test.each([
    ['renews', (): Promise<void> => Promise.resolve()],
    ['works on where it cannot be renewed', (): Promise<void> => Promise.reject(new Error('no connection'))],
  ])('%s, and no more once the work is done', async (_, answer) => {
    let renewals = 0;
    const renew = (): Promise<void> => {
      renewals += 1;
      return answer();
    };
    const done = await whileHeld(lease, { log, renew }, async () => {
      while (renewals < 3) await pause(5);
      return 'done';
    });
    const then = renewals;
    await pause(lease.duration);
    expect({ done, renewals }).toEqual({ done: 'done', renewals: then });
  });

  test('no more where the work fails', async () => {
    let renewals = 0;
    const renew = (): Promise<number> => Promise.resolve((renewals += 1));
    await expect(whileHeld(lease, { log, renew }, () => Promise.reject(new Error('refused')))).rejects.toThrow(
      'refused',
    );
    const then = renewals;
    await pause(lease.duration);
    expect(renewals).toBe(then);
  });
});
