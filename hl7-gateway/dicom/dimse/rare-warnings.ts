import type { Log } from '../../../server/kernel/log.ts';

/** ms for which the same is not told again: who is refused may try it all day. */
const PAUSE = 60_000;
const MOST = 1000;

/** A warning of each kind and caller, once a minute. @returns a function like `log.warn` */
export function rareWarnings(log: Log): (facts: Readonly<Record<string, string>>, text: string) => void {
  const told = new Map<string, number>();
  return (facts, text) => {
    const key = JSON.stringify([text, ...Object.values(facts)]);
    const now = performance.now();
    if (now - (told.get(key) ?? -Infinity) < PAUSE) return;
    if (told.size >= MOST) told.clear();
    told.set(key, now);
    log.warn(facts, text);
  };
}
