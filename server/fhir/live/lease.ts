/** How often a process looks whether what it holds has changed, at most; ms. */
const CHECK = 1000;
/** A request never runs with what was looked at longer ago; ms. */
const LEASE = 2000;
/** What this process changed itself is looked at that much later, when several changes may have come together; ms. */
const SOON = 50;

export interface LeaseOptions {
  now(): number;
  /** Looks whether the database has something newer than what is held, and loads it then. */
  check(): Promise<void>;
  onError(error: unknown): void;
}

/** Keeps what a process holds of the database as new as requests may expect. */
export interface Lease {
  /** To be awaited before each request; undefined (the usual case) when what is held is fresh. */
  fresh(): Promise<void> | undefined;
  /** What is held is known to be old: the next request waits for a look. */
  expire(): void;
  /** Ends what is under way. */
  close(): Promise<void>;
}

/** A lease that begins now, when everything was just loaded. */
export function createLease({ now, check, onError }: LeaseOptions): Lease {
  let checkedAt = now();
  let checking: Promise<void> | undefined;
  let expiries = 0;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    for (;;) {
      const started = now();
      const before = expiries;
      await check();
      if (before === expiries) {
        checkedAt = started;
        return;
      }
      // What changed meanwhile may have been missed.
    }
  }

  function lookOnce(): Promise<void> {
    checking ??= look().finally(() => (checking = undefined));
    return checking;
  }

  function lookBehind(): void {
    timer = undefined;
    lookOnce().catch(onError);
  }

  return {
    fresh() {
      const age = now() - checkedAt;
      if (age < CHECK) return undefined;
      const done = lookOnce();
      if (age >= LEASE) return done;
      done.catch(onError);
      return undefined;
    },
    expire() {
      expiries += 1;
      checkedAt = -Infinity;
      // It must not keep a process alive that has nothing else to do.
      timer ??= setTimeout(lookBehind, SOON).unref();
    },
    async close() {
      clearTimeout(timer);
      await checking?.catch(() => undefined);
    },
  };
}
