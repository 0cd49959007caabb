/** A device that nobody touched for so long may have been left by its user; ms. */
const IDLE = 15 * 60_000;
const EVENTS = ['keydown', 'pointerdown', 'wheel'] as const;

/** Calls once, when there was no key, click or turn of the wheel for a quarter of an hour. */
export function whenIdle(onIdle: () => void): void {
  const end = (): void => {
    for (const name of EVENTS) removeEventListener(name, touched);
    onIdle();
  };
  let timer = setTimeout(end, IDLE);
  function touched(): void {
    clearTimeout(timer);
    timer = setTimeout(end, IDLE);
  }
  for (const name of EVENTS) addEventListener(name, touched, { passive: true });
}
