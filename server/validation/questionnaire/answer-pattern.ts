import { matchesPattern } from '../../fhirpath/functions/bounded-pattern.ts';
import { FhirpathCostError } from '../../fhirpath/model/env.ts';

/** What many slow patterns of one questionnaire may cost together, in patterns that were stopped. */
const MAX_STOPPED = 3;
const stopped = new WeakMap<object, number>();

/**
 * Whether a text matches a pattern whole; undefined when the pattern is no regular expression, or takes too long for
 * `owner`, e.g. one validation.
 */
export function answerPattern(pattern: string): (text: string, owner: object) => boolean | undefined {
  const whole = `^(?:${pattern})$`;
  return (text, owner) => {
    const count = stopped.get(owner) ?? 0;
    if (count >= MAX_STOPPED) return undefined;
    try {
      return matchesPattern(text, whole);
    } catch (error) {
      if (error instanceof FhirpathCostError) stopped.set(owner, count + 1);
      return undefined;
    }
  };
}
