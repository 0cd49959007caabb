import { useRef, useState } from 'react';

/** Something that a user does, once at a time. */
export interface Deed<T> {
  readonly isRunning: boolean;
  readonly error: unknown;
  readonly result: T | undefined;
  /** Forgets how the last one ended. */
  reset(): void;
  /** @param work gets a key under which the server does it once, also when the answer was lost and it is tried again */
  start(work: (key: string) => Promise<T>): void;
}

export function useDeed<T>(): Deed<T> {
  const [state, setState] = useState<Pick<Deed<T>, 'isRunning' | 'error' | 'result'>>(AT_REST);
  const key = useRef<string>(undefined);
  const isRunning = useRef(false);
  return {
    ...state,
    reset() {
      key.current = undefined;
      setState(AT_REST);
    },
    start(work) {
      // A second click before the button is known to be disabled.
      if (isRunning.current) return;
      isRunning.current = true;
      key.current ??= crypto.randomUUID();
      setState({ isRunning: true, error: undefined, result: undefined });
      work(key.current)
        .then(
          (result) => {
            key.current = undefined;
            setState({ isRunning: false, error: undefined, result });
          },
          (error: unknown) => {
            // What was refused was not done: the next try is another deed. What got no answer may have been.
            if (!(error instanceof TypeError)) key.current = undefined;
            setState({ isRunning: false, error, result: undefined });
          },
        )
        .finally(() => (isRunning.current = false));
    },
  };
}

const AT_REST = { isRunning: false, error: undefined, result: undefined };
