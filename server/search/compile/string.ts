import type { SearchParam } from '../registry-types.ts';
import { foldText } from '../index/fold-text.ts';
import type { StringTest } from '../tree.ts';
import type { Condition } from './condition.ts';
import { RANK } from './rank.ts';
import type { Scope } from './scope.ts';
import { either, equals } from './sql.ts';

/** The index holds the first 64 characters of a value. */
const INDEXED = 64;

/** One test: SQL over the alias of an ix_string row, without the key. */
interface StringMatch {
  where(alias: string): string;
  readonly access: ((alias: string) => string) | undefined;
  readonly rank: number;
}

/**
 * Any of the texts, without regard to case, accents and white space; `:exact` with regard to them.
 * https://hl7.org/fhir/R4/search.html#string
 */
export function stringConditions(scope: Scope, param: SearchParam, tests: readonly StringTest[]): Condition[] {
  return stringRows(
    scope,
    param.slots.map(({ slot }) => scope.hasher.slotKey(slot.id)),
    tests,
  );
}

export function stringRows(scope: Scope, keys: readonly string[], tests: readonly StringTest[]): Condition[] {
  const { sql } = scope;
  const matches = tests.map((test) => stringMatch(scope, test)).filter((match) => match !== undefined);
  if (matches.length === 0 || keys.length === 0) return [];
  const isKey = (alias: string): string => equals(sql, `${alias}.key`, keys);
  const access = matches.map((match) => match.access).filter((way) => way !== undefined);
  return [
    {
      kind: 'rows',
      table: 'ix_string',
      where: (alias) => `${isKey(alias)} and ${either(matches.map((match) => match.where(alias)))}`,
      access: access.map((way) => (alias) => `${isKey(alias)} and ${way(alias)}`),
      natural: undefined,
      rank: Math.max(...matches.map((match) => match.rank)),
    },
  ];
}

function stringMatch({ sql, hasher }: Scope, { mode, value }: StringTest): StringMatch | undefined {
  const folded = foldText(value);
  if (folded === '') return undefined;
  const text = (): string => sql.bind(folded, 'text');
  switch (mode) {
    case 'starts':
      return prefixMatch(sql, folded);
    case 'exact': {
      const start = (): string => sql.bind(firstCharacters(folded), 'text');
      const where = (alias: string): string =>
        `left(${alias}.value, ${INDEXED}) = ${start()} and ${alias}.exact = ${sql.bind(hasher.hash32(value), 'integer')} and ${alias}.value = ${text()}`;
      return { where, access: where, rank: RANK.exactText };
    }
    case 'contains': {
      const pattern = (): string => sql.bind(`%${folded.replace(/[\\%_]/g, '\\$&')}%`, 'text');
      const where = (alias: string): string => `${alias}.value like ${pattern()}`;
      return { where, access: where, rank: RANK.containedText };
    }
    case 'text':
      return wordsMatch(sql, folded);
  }
}

/** `:text`: every word of the search begins a word of the value. */
function wordsMatch(sql: Scope['sql'], folded: string): StringMatch {
  const words = folded.split(' ');
  return {
    where: (alias) =>
      `(${words.map((word) => `strpos(' ' || ${alias}.value, ${sql.bind(` ${word}`, 'text')}) > 0`).join(' and ')})`,
    access: undefined,
    rank: RANK.containedText,
  };
}

function prefixMatch(sql: Scope['sql'], folded: string): StringMatch {
  const start = firstCharacters(folded);
  const end = after(start);
  const from = (): string => sql.bind(start, 'text');
  const range = (alias: string): string => {
    const value = `left(${alias}.value, ${INDEXED})`;
    return end === undefined
      ? `${value} >= ${from()}`
      : `${value} >= ${from()} and ${value} < ${sql.bind(end, 'text')}`;
  };
  const isWhole = start === folded;
  const where = isWhole
    ? range
    : (alias: string): string => `${range(alias)} and starts_with(${alias}.value, ${sql.bind(folded, 'text')})`;
  return { where, access: range, rank: RANK.startOfText };
}

function firstCharacters(text: string): string {
  return text.length <= INDEXED ? text : [...text].slice(0, INDEXED).join('');
}

/** The smallest text above all that start with `text`, in the order of code points; undefined: there is none. */
function after(text: string): string | undefined {
  const points = [...text];
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const point = last.codePointAt(0) ?? 0;
    if (point === 0x10ffff) continue;
    // No character has a number of the surrogates.
    return points.join('') + String.fromCodePoint(point === 0xd7ff ? 0xe000 : point + 1);
  }
  return undefined;
}
