import { useEffect, useState } from 'react';

/** Something that is asked of the server. */
export type Loaded<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly error: unknown }
  | { readonly state: 'there'; readonly value: T };

const LOADING = { state: 'loading' } as const;

/**
 * Asks when the page is shown, and again whenever the question is another one.
 * @param question what is asked, as text: patient and turn
 */
export function useLoaded<T>(question: string, load: () => Promise<T>): Loaded<T> {
  const [answer, setAnswer] = useState<{ readonly question: string; readonly loaded: Loaded<T> }>();
  useEffect(() => {
    let isWanted = true;
    const take = (loaded: Loaded<T>): void => {
      if (isWanted) setAnswer({ question, loaded });
    };
    load().then(
      (value) => take({ state: 'there', value }),
      (error: unknown) => take({ state: 'failed', error }),
    );
    return () => {
      isWanted = false;
    };
    // `load` is made anew at each rendering; what it asks is in `question`.
  }, [question]);
  return answer?.question === question ? answer.loaded : LOADING;
}
