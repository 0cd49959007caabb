/**
 * Collects what is asked for in one turn and loads it together, each key once for as long as the loader lives.
 * @param load the values of keys, in the order of the keys
 */
export function createBatch<V>(load: (keys: readonly string[]) => Promise<readonly V[]>): (key: string) => Promise<V> {
  const known = new Map<string, Promise<V>>();
  let waiting: { readonly key: string; resolve(value: V): void; reject(error: unknown): void }[] = [];

  function run(): void {
    const batch = waiting;
    waiting = [];
    load(batch.map(({ key }) => key)).then(
      (values) => {
        batch.forEach(({ resolve }, index) => {
          // As many values as keys, by contract.
          resolve(values[index] as V);
        });
      },
      (error: unknown) => {
        for (const { reject } of batch) reject(error);
      },
    );
  }

  return (key) => {
    let value = known.get(key);
    if (value === undefined) {
      value = new Promise<V>((resolve, reject) => {
        waiting.push({ key, resolve, reject });
        // Behind the promises that are settling now: their continuations ask for keys of the same level.
        if (waiting.length === 1) void Promise.resolve().then(() => process.nextTick(run));
      });
      known.set(key, value);
    }
    return value;
  };
}
