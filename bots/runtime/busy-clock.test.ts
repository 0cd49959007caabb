import { busyClock, newClockMemory } from './busy-clock.ts';

function compute(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** The thread gives its processor away. */
function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test('what is computed counts, from the inside and from the outside, while it lasts and afterwards', () => {
  const memory = newClockMemory();
  const [inside, outside] = [busyClock(memory), busyClock(memory)];
  inside.start();
  compute(400);
  expect([inside.isOver(20), outside.isOver(20)]).toEqual([true, true]);
  inside.stop();
  expect(outside.used()).toBeGreaterThan(20);
  expect(outside.isOver(5000)).toBe(false);
});

test('time between two stretches does not count', () => {
  const clock = busyClock(newClockMemory());
  clock.start();
  clock.stop();
  sleep(100);
  expect(clock.used()).toBeLessThan(50);
});

// Only Linux tells the time that a thread has computed; elsewhere the clock on the wall counts.
const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('a thread that waits for a processor is not charged for it', () => {
  const clock = busyClock(newClockMemory());
  clock.start();
  sleep(300);
  expect(clock.isOver(200)).toBe(false);
  expect(clock.used()).toBeLessThan(200);
});
