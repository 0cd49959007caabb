import { Cron } from 'croner';

/**
 * The first time after `after` (ms) that a cron expression of five fields stands for in a time zone. A time that the clock
 * skips is moved to the end of the gap; one that it shows twice counts once, unless the hour is open (`*`).
 * @throws Error that says what is wrong with the expression or the zone
 */
export function nextTime(cron: string, zone: string, after: number): number {
  if (!/^\S+(?: \S+){4}$/.test(cron) || cron.length > MAX_LENGTH) {
    throw new Error('A schedule has five fields with single spaces between them, such as "30 2 * * 1-5".');
  }
  let next: Date | null;
  try {
    next = new Cron(cron, { timezone: zone, mode: '5-part' }).nextRun(new Date(after));
  } catch (cause) {
    throw new Error('The schedule or its time zone cannot be read; it takes five cron fields and an IANA zone.', {
      cause,
    });
  }
  if (next === null) throw new Error('The schedule stands for no time at all.');
  return next.getTime();
}

const MAX_LENGTH = 200;
