import { compareDecimals, decimalText } from '#sdk';

type Json = Readonly<Record<string, unknown>>;

/**
 * Whether two elements say the same: decimals by their value, as many clients send 100 for the 100.00 that they were given;
 * members that are undefined as if they were not there.
 */
export function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => isSameMember(a as Json, b as Json, name));
}

function isSameMember(a: Json, b: Json, name: string): boolean {
  if (typeof a[name] !== 'number' || typeof b[name] !== 'number') return isSame(a[name], b[name]);
  const [left, right] = [decimalText(a, name), decimalText(b, name)];
  return left !== undefined && right !== undefined && compareDecimals(left, right) === 0;
}

/** Names of the elements that say something else than before. */
export function changedAmong<R extends object>(before: R, after: R, names: readonly (keyof R)[]): readonly (keyof R)[] {
  return names.filter((name) => !isSame(before[name], after[name]));
}

/** The resource with the digits of what was stored, where it says the same. */
export function withDigitsOf<R extends object>(before: R, after: R, names: readonly (keyof R)[]): R {
  const same = names.filter((name) => before[name] !== undefined && isSame(before[name], after[name]));
  return { ...after, ...Object.fromEntries(same.map((name) => [name, before[name]])) };
}
