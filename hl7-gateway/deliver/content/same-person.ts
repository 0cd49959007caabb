import { isObject, type JsonObject } from '../../../server/kernel/json.ts';

/**
 * Whether name and birth date speak so strongly against two records being of one person that a common identifier is not
 * believed: another birth date (not a slip of one part, not day and month swapped) with another family name or another given
 * name; or a slightly different one with neither name alike. What one of the two does not say speaks against nothing.
 */
export function isAnotherPerson(stored: JsonObject, said: JsonObject): boolean {
  const birth = birthDifference(stored.birthDate, said.birthDate);
  if (birth === 'none') return false;
  const [family, given] = [
    differs(namesOf(stored, 'family'), namesOf(said, 'family')),
    differs(namesOf(stored, 'given'), namesOf(said, 'given')),
  ];
  return birth === 'strong' ? family || given : family && given;
}

function birthDifference(a: unknown, b: unknown): 'none' | 'slight' | 'strong' {
  const [one, other] = [partsOf(a), partsOf(b)];
  const known = Math.min(one.length, other.length);
  const differing = one.slice(0, known).filter((part, place) => part !== other[place]).length;
  if (differing === 0) return 'none';
  const isSwapped = known === 3 && one[0] === other[0] && one[1] === other[2] && one[2] === other[1];
  return isSwapped || (differing === 1 && known > 1) ? 'slight' : 'strong';
}

function partsOf(date: unknown): readonly string[] {
  return typeof date === 'string' ? date.slice(0, 10).split('-') : [];
}

/** Every word of such names, in lower case and without accents. */
function namesOf({ name }: JsonObject, part: 'family' | 'given'): readonly string[] {
  return (Array.isArray(name) ? name : [])
    .flatMap((each) => (isObject(each) ? [each[part]].flat() : []))
    .flatMap((text) => (typeof text === 'string' ? wordsOf(text.slice(0, LONGEST)) : []))
    .slice(0, MOST);
}

function wordsOf(text: string): readonly string[] {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** Whether both have names and none of one is like any of the other. */
function differs(a: readonly string[], b: readonly string[]): boolean {
  return a.length > 0 && b.length > 0 && !a.some((one) => b.some((other) => isAlike(one, other)));
}

/** The same, one the beginning of the other (initials, short forms), or two slips apart in a long one. */
function isAlike(a: string, b: string): boolean {
  if (a.startsWith(b) || b.startsWith(a)) return true;
  const slips = Math.max(a.length, b.length) > 4 ? 2 : 1;
  return Math.abs(a.length - b.length) <= slips && distance(a, b) <= slips;
}

/** Characters of a name, and words of all names, as far as they are compared. */
const LONGEST = 64;
const MOST = 20;

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, place) => place);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
