import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';
import { comparable } from './password-hasher.ts';

/** Characters. NIST SP 800-63B-4 §3.1.1.2: a password alone, and one with a second factor. */
export const LENGTH_ALONE = 15;
export const LENGTH_WITH_FACTOR = 8;
const LONGEST = 256;
/** What is estimated of a long one: the estimate takes time with the square of the length. */
const ESTIMATED = 64;
/** Of 0 to 4: withstands 10^8 guesses. */
const LEAST_SCORE = 3;

const COMMON = new Set(dictionary['passwords-common']);
let estimator: ZxcvbnFactory | undefined;

/**
 * Why a password is not acceptable, as a sentence for people; undefined when it is.
 * @param hasFactor whether the account is protected by a second factor too
 * @param personal words that others would try first: login, mail address, name
 */
export function passwordProblem(
  password: string,
  { hasFactor, personal }: { readonly hasFactor: boolean; readonly personal: readonly string[] },
): string | undefined {
  const text = comparable(password);
  const least = hasFactor ? LENGTH_WITH_FACTOR : LENGTH_ALONE;
  const length = [...text].length;
  if (length < least) return `The password must have at least ${least} characters.`;
  if (length > LONGEST) return `The password must have at most ${LONGEST} characters.`;
  if (COMMON.has(text.toLowerCase())) return 'This is one of the most common passwords; choose another one.';
  estimator ??= new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
  const words = personal.flatMap((word) => [word, ...word.split(/[^\p{L}\p{N}]+/u)]).filter((word) => word.length > 2);
  if (estimator.check(text.slice(0, ESTIMATED), words).score < LEAST_SCORE)
    return 'The password is too easy to guess; several unrelated words make a good one.';
  return undefined;
}

/** Whether it is enough only together with a second factor. */
export function isShort(password: string): boolean {
  return [...comparable(password)].length < LENGTH_ALONE;
}
