/** Whether the FHIR server answers. While it does not, nothing is worked on, and everything keeps its place. */
export interface ServerGate {
  readonly isDown: boolean;
  /** Milliseconds until it is worth another try; 0 while it answers. */
  pause(): number;
  /** @returns whether this is news */
  failed(): boolean;
  /** @returns whether this is news */
  answered(): boolean;
}

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 3000;

export function openServerGate(): ServerGate {
  let failures = 0;
  let until = 0;
  return {
    get isDown() {
      return failures > 0;
    },
    pause: () => (failures === 0 ? 0 : Math.max(0, until - performance.now())),
    failed() {
      // Of calls that were under way together only one counts.
      if (failures > 0 && performance.now() < until) return false;
      failures += 1;
      until = performance.now() + Math.min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE);
      return failures === 1;
    },
    answered() {
      const isNews = failures > 0;
      failures = 0;
      return isNews;
    },
  };
}
