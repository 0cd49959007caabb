import { RE2JS } from 're2js';
import { timeBoxed } from '../../kernel/time-box.ts';
import { FhirpathCostError, FhirpathError } from '../model/env.ts';

/**
 * Regular expressions of clients. Those that are cheap whatever the text is run as they are; one that may backtrack
 * without end, such as `(a+)+$`, is matched in linear time by RE2, and what RE2 does not have (look-around, back
 * references) is stopped after a while.
 */

/** ms */
const LIMIT = 50;
/** Characters looked at, counting again when it goes back. */
const CHEAP = 1_000_000;
const MAX_CHOICES = 8;
/** V8 compiles 40 of them for 6 s, which nothing can stop. */
const MAX_OPTIONAL = 20;
const MAX_PATTERN = 2000;
const CACHE_LIMIT = 500;

interface Pattern {
  readonly regex: RegExp;
  readonly global: RegExp;
  /** The largest power of the text's length that matching may cost; Infinity for more than any. */
  readonly degree: number;
  /** Null: it is not in RE2. Undefined: nobody needed to know yet. */
  linear?: RE2JS | null;
}

const patterns = new Map<string, Pattern>();

/** @throws FhirpathError for a malformed pattern, FhirpathCostError when it takes too long */
export function matchesPattern(text: string, pattern: string): boolean {
  const known = patternOf(pattern);
  const { regex, degree } = known;
  if (isCheap(text, degree)) return regex.test(text);
  if (known.linear === undefined) known.linear = linearOf(pattern);
  return known.linear === null ? bounded(() => regex.test(text)) : known.linear.test(text);
}

/** `$1` in the replacement stands for the first group. @throws as {@link matchesPattern} */
export function replacePattern(text: string, pattern: string, replacement: string, maxLength: number): string {
  const { global, degree } = patternOf(pattern);
  const replace = (): string => {
    let length = text.length;
    return text.replace(global, (found: string, ...groups: unknown[]) => {
      const put = expanded(replacement, found, groups);
      length += put.length - found.length;
      if (length > maxLength) throw new FhirpathError(`A text may have ${maxLength} characters`);
      return put;
    });
  };
  return isCheap(text, degree) ? replace() : bounded(replace);
}

function expanded(replacement: string, found: string, groups: readonly unknown[]): string {
  return replacement.replace(/\$(\d)/g, (_all, digit: string) => {
    const group = digit === '0' ? found : groups[Number(digit) - 1];
    return typeof group === 'string' ? group : '';
  });
}

function isCheap(text: string, degree: number): boolean {
  // Up to two ways at every character.
  return degree === Infinity ? text.length < 16 : text.length ** degree < CHEAP;
}

function patternOf(pattern: string): Pattern {
  let known = patterns.get(pattern);
  if (known !== undefined) return known;
  if (pattern.length > MAX_PATTERN) throw new FhirpathError(`A pattern may have ${MAX_PATTERN} characters`);
  if (optionalParts(withoutClasses(pattern)) > MAX_OPTIONAL) {
    throw new FhirpathError(`A pattern may have ${MAX_OPTIONAL} optional parts`);
  }
  try {
    const regex = compile(pattern, 's');
    known = { regex, global: compile(pattern, 'gs'), degree: degreeOf(pattern) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : '';
    throw new FhirpathError(`${JSON.stringify(pattern.slice(0, 80))} is no regular expression: ${reason}`);
  }
  if (patterns.size >= CACHE_LIMIT) patterns.clear();
  patterns.set(pattern, known);
  return known;
}

/** With Unicode where the pattern allows it; published patterns escape what Unicode mode does not let escape. */
function compile(pattern: string, flags: string): RegExp {
  try {
    return new RegExp(pattern, `${flags}u`);
  } catch {
    return new RegExp(pattern, flags);
  }
}

function linearOf(pattern: string): RE2JS | null {
  try {
    return RE2JS.compile(pattern, RE2JS.DOTALL);
  } catch {
    return null;
  }
}

/** Each repetition may be tried from every place; repetitions that are repeated may be split in any way. */
function degreeOf(pattern: string): number {
  const plain = withoutClasses(pattern);
  const repeats = plain.match(/[*+]|\{\d+,\d*\}/g)?.length ?? 0;
  const repeatsGroup = /\)(?:[*+]|\{\d+(?:,\d*)?\})/.test(plain);
  const isSimple = !repeatsGroup || (repeats === 1 && !/[|?]/.test(plain));
  // Ways to go that multiply: `a?a?a?`, `(a|b)(a|b)(a|b)`.
  const optional = optionalParts(plain);
  const alternatives = plain.includes('|') ? (plain.match(/\(/g)?.length ?? 0) : 0;
  if (!isSimple || optional + alternatives > MAX_CHOICES) return Infinity;
  const startsOnce = plain.startsWith('^') && !plain.includes('|');
  return startsOnce ? Math.max(repeats, 1) : repeats + 1;
}

function withoutClasses(pattern: string): string {
  return pattern.replace(/\\[\s\S]/g, 'x').replace(/\[\^?\]?[^\]]*\]/g, 'x');
}

function optionalParts(plain: string): number {
  return plain.match(/[^*+?}(]\?/g)?.length ?? 0;
}

function bounded<T>(run: () => T): T {
  const done = timeBoxed(run, LIMIT);
  if (done !== undefined) return done.result;
  throw new FhirpathCostError('A regular expression takes too long; do not repeat what is itself repeated');
}
