import { useState } from 'react';
import type { Loaded } from '../shell/loaded.ts';

/** What was there stays while it is asked for again: with it what its user had opened, and what was said of what they did. */
export function useLastLoaded<T>(answer: Loaded<T>): Loaded<T> {
  const [last, setLast] = useState(answer);
  if (answer.state === 'loading') return last;
  if (answer !== last) setLast(answer);
  return answer;
}
