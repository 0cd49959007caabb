/** What was spent under one key in the minute that began with its first point. */
interface Window {
  spent: number;
  readonly ends: number;
}

export interface WindowState {
  readonly spent: number;
  /** Milliseconds until the minute is over. */
  readonly rest: number;
}

const MINUTE = 60_000;

/** Points spent a minute, by key, in this process; answers at once, as every request is counted three times. */
export class MemoryCounter {
  private readonly windows = new Map<string, Window>();
  private nextSweep = 0;

  spend(key: string, points: number, now: number): WindowState {
    let window = this.windows.get(key);
    if (window === undefined || now >= window.ends) {
      this.sweep(now);
      window = { spent: 0, ends: now + MINUTE };
      this.windows.set(key, window);
    }
    window.spent += points;
    return { spent: window.spent, rest: window.ends - now };
  }

  /** Once a minute, so that there are never more keys than came in two. */
  private sweep(now: number): void {
    if (now < this.nextSweep) return;
    this.nextSweep = now + MINUTE;
    for (const [key, { ends }] of this.windows) if (ends <= now) this.windows.delete(key);
  }
}
