import type { BusyClock } from './busy-clock.ts';
import { createPace } from './pace.ts';

/** A thread in a time of its own, ms. */
function openThread(): { compute(ms: number): void; idle(ms: number): void; slept(): number; charged(): number } {
  let time = 0;
  let slept = 0;
  let charged = 0;
  let isCharged = false;
  const pass = (ms: number): void => {
    time += ms;
    if (isCharged) charged += ms;
  };
  const clock: Pick<BusyClock, 'start' | 'stop'> = {
    start: () => void (isCharged = true),
    stop: () => void (isCharged = false),
  };
  const pace = createPace({
    now: () => time,
    sleep(ms) {
      pass(ms);
      slept += ms;
    },
  });
  return {
    compute(ms) {
      clock.start();
      pace.start();
      for (let done = 0; done < ms; done += 0.25) {
        pass(0.25);
        pace.check(clock);
      }
      pace.stop();
      clock.stop();
    },
    idle: pass,
    slept: () => slept,
    charged: () => charged,
  };
}

test.each([
  { name: 'a short run does not pause', runs: [3], idle: 0, pauses: 0 },
  { name: 'a long one pauses three times as long as it computes', runs: [110], idle: 0, pauses: 303 },
  { name: 'short ones in a row have the credit of one', runs: [5, 5, 5, 5], idle: 0, pauses: 33 },
  { name: 'short ones with time between them do not pause', runs: [5, 5, 5, 5], idle: 15, pauses: 0 },
])('$name', ({ runs, idle, pauses }) => {
  const thread = openThread();
  for (const ms of runs) {
    thread.compute(ms);
    thread.idle(idle);
  }
  expect(thread.slept()).toBe(pauses);
  expect(thread.charged()).toBe(runs.reduce((sum, ms) => sum + ms, 0));
});
