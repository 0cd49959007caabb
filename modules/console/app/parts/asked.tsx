import type { ReactNode } from 'react';
import { textsOf } from '../fhir/refusal.ts';
import type { Loaded } from '../shell/loaded.ts';
import { Problem } from './problem.tsx';
import { Waiting } from './waiting.tsx';

export interface AskedProps<T> {
  readonly answer: Loaded<T>;
  /** What is shown when it is there. */
  readonly children: (value: T) => ReactNode;
}

/** Something of the server: it is awaited, or there, or was refused, and then the server says why. */
export function Asked<T>({ answer, children }: AskedProps<T>) {
  if (answer.state === 'loading') return <Waiting>One moment …</Waiting>;
  return answer.state === 'failed' ? <Problem texts={textsOf(answer.error)} /> : children(answer.value);
}
