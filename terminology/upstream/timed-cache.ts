/** Answers of another server, each for a while. */
export interface TimedCache<T> {
  /** What is kept under the key, or what `make` makes; several that ask at once share one making. */
  get(key: string, make: () => Promise<T>): Promise<T>;
}

const MOST = 20_000;
/** Milliseconds. */
const LIFETIME = 600_000;

export function timedCache<T>(now: () => number): TimedCache<T> {
  const kept = new Map<string, { readonly value: Promise<T>; readonly until: number }>();
  return {
    get(key, make) {
      const known = kept.get(key);
      if (known !== undefined && known.until > now()) return known.value;
      if (kept.size >= MOST) kept.clear();
      const entry = { value: make(), until: now() + LIFETIME };
      kept.set(key, entry);
      // A failure is not an answer.
      entry.value.catch(() => kept.get(key) === entry && kept.delete(key));
      return entry.value;
    },
  };
}
