import type { SearchParam } from '../registry-types.ts';
import { MIN_DATE } from '../index/date-range.ts';
import type { DateTest } from '../tree.ts';
import type { Condition, NaturalBounds } from './condition.ts';
import { RANK } from './rank.ts';
import type { Scope } from './scope.ts';
import { either, equals } from './sql.ts';

const DAY = 86_400_000;
/** Rows longer than a day have a partial index (server/docs/decisions/0001); this is its predicate. */
const isLong = (alias: string): string => `${alias}.high - ${alias}.low > ${DAY}`;
/** How many long rows a natural bound reads before it gives up and lets the walk go to the end. */
const MAX_LONG_ROWS = 1000;

/** A range of search against the ranges of resources; SQL over columns. */
interface RangeTest {
  where(low: string, high: string): string;
  /** low >= from and low < to for all rows of at most a day that match; undefined: no limit. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** Long rows match when they end later than this. */
  readonly endsAfter: number | undefined;
  /** Enough to match, by low alone. */
  sufficient(low: string): string;
  /** Nothing else matches either: a row with low in [from, to) matches, whatever its end. */
  readonly byLowAlone?: true;
}

/**
 * Any of the dates. A resource's value [l, h) and the searched [a, b), both as wide as their precision:
 *
 * | prefix | matches when | reading of https://hl7.org/fhir/R4/search.html#prefix |
 * |---|---|---|
 * | eq | l >= a and h <= b | the searched range contains the value |
 * | ne | not eq | |
 * | gt | h > b | the range above the searched one meets the value |
 * | lt | l < a | the range below meets it |
 * | ge | h > b or l >= a | gt or eq |
 * | le | l < a or h <= b | lt or eq |
 * | sa | l >= b | the value lies above, without a shared moment |
 * | eb | h <= a | the value lies below |
 * | ap | l < b + d and h > a - d | they overlap when widened by d, a tenth of the gap between now and [a, b) |
 */
export function dateConditions(scope: Scope, param: SearchParam, tests: readonly DateTest[]): Condition[] {
  const keys = param.slots.map(({ slot }) => scope.hasher.slotKey(slot.id));
  return dateRows(scope, keys, tests, param.naturalSort);
}

export function dateRows(
  scope: Scope,
  keys: readonly string[],
  tests: readonly DateTest[],
  isNatural: boolean,
): Condition[] {
  const { sql } = scope;
  const ranges = tests.map((test) => rangeTest(scope, test));
  const [only = ''] = keys;
  const isKey = (alias: string): string => equals(sql, `${alias}.key`, keys);
  const anyRange = (alias: string): string =>
    either(ranges.map((range) => range.where(`${alias}.low`, `${alias}.high`)));
  const where = (alias: string): string => `${isKey(alias)} and ${anyRange(alias)}`;
  const limited = ranges.every(({ from, to }) => from !== undefined || to !== undefined);
  const access = limited ? ranges.flatMap((range) => rangeAccess(scope, isKey, range)) : [];
  const isNarrow = ranges.every(({ from, to }) => from !== undefined && to !== undefined && to - from <= 40 * DAY);
  return [
    {
      kind: 'rows',
      table: 'ix_date',
      where,
      access,
      natural: isNatural && keys.length === 1 ? naturalBounds(scope, only, ranges) : undefined,
      rank: isNarrow ? RANK.narrowDate : RANK.date,
    },
  ];
}

function rangeTest(scope: Scope, test: DateTest): RangeTest {
  const { sql, now } = scope;
  const { prefix, low, high } = test;
  const a = (): string => sql.bind(low, 'bigint');
  const b = (): string => sql.bind(high, 'bigint');
  const never = (): string => 'false';
  switch (prefix) {
    case 'eq':
      return {
        where: (l, h) => `(${l} >= ${a()} and ${l} < ${b()} and ${h} <= ${b()})`,
        from: low,
        to: high,
        endsAfter: undefined,
        sufficient: never,
      };
    case 'ne':
      return {
        where: (l, h) => `(${l} < ${a()} or ${h} > ${b()})`,
        from: undefined,
        to: undefined,
        endsAfter: undefined,
        sufficient: (l) => `${l} < ${a()} or ${l} >= ${b()}`,
      };
    case 'gt':
      return {
        where: (_l, h) => `${h} > ${b()}`,
        from: high - DAY,
        to: undefined,
        endsAfter: high,
        sufficient: (l) => `${l} >= ${b()}`,
      };
    case 'lt':
      return {
        where: (l) => `${l} < ${a()}`,
        from: undefined,
        to: low,
        endsAfter: undefined,
        sufficient: (l) => `${l} < ${a()}`,
        byLowAlone: true,
      };
    case 'ge':
      return {
        where: (l, h) => `(${h} > ${b()} or ${l} >= ${a()})`,
        from: Math.min(low, high - DAY),
        to: undefined,
        endsAfter: high,
        sufficient: (l) => `${l} >= ${a()}`,
      };
    case 'le':
      return {
        where: (l, h) => `(${l} < ${a()} or ${h} <= ${b()})`,
        from: undefined,
        to: high,
        endsAfter: undefined,
        sufficient: (l) => `${l} < ${a()}`,
      };
    case 'sa':
      return {
        where: (l) => `${l} >= ${b()}`,
        from: high,
        to: undefined,
        endsAfter: undefined,
        sufficient: (l) => `${l} >= ${b()}`,
        byLowAlone: true,
      };
    case 'eb':
      return { where: (_l, h) => `${h} <= ${a()}`, from: undefined, to: low, endsAfter: undefined, sufficient: never };
    case 'ap': {
      const gap = Math.ceil(Math.max(0, low - now, now - high) / 10);
      const from = low - gap;
      const to = high + gap;
      const bound = (value: number): string => sql.bind(value, 'bigint');
      return {
        where: (l, h) => `(${l} < ${bound(to)} and ${h} > ${bound(from)})`,
        from: from - DAY,
        to,
        endsAfter: from,
        sufficient: (l) => `(${l} >= ${bound(from)} and ${l} < ${bound(to)})`,
      };
    }
  }
}

function rangeAccess(scope: Scope, isKey: (alias: string) => string, range: RangeTest): ((alias: string) => string)[] {
  const { sql } = scope;
  const { from, to, endsAfter } = range;
  const byLow = (alias: string): string =>
    [
      isKey(alias),
      ...(from === undefined ? [] : [`${alias}.low >= ${sql.bind(from, 'bigint')}`]),
      ...(to === undefined ? [] : [`${alias}.low < ${sql.bind(to, 'bigint')}`]),
    ].join(' and ');
  if (endsAfter === undefined) return [byLow];
  const byHigh = (alias: string): string =>
    `${isKey(alias)} and ${alias}.high > ${sql.bind(endsAfter, 'bigint')} and ${isLong(alias)}`;
  return [byLow, byHigh];
}

/** sort_at of a resource is the `low` of its one natural date. */
function naturalBounds(scope: Scope, key: string, ranges: readonly RangeTest[]): NaturalBounds {
  const { sql } = scope;
  const isOpen = ranges.some(({ to }) => to === undefined);
  const isOpenBelow = ranges.some(({ from }) => from === undefined);
  return {
    // Resources without the date have a sort_at below all dates.
    from: () => (isOpenBelow ? sql.bind(MIN_DATE, 'bigint') : least(ranges.map((range) => lowest(scope, key, range)))),
    to: isOpen ? undefined : () => sql.bind(Math.max(...ranges.map(({ to }) => to ?? 0)), 'bigint'),
    sufficient: (sortAt) =>
      ranges.length === 1 && ranges[0]?.byLowAlone === true
        ? 'true'
        : either(ranges.map((range) => range.sufficient(sortAt))),
  };
}

function least(values: readonly string[]): string {
  return values.length === 1 ? (values[0] ?? 'null') : `least(${values.join(', ')})`;
}

/** Long rows that reach into the range may begin far before it; mostly there are none or few. */
function lowest({ sql }: Scope, key: string, { from = MIN_DATE, endsAfter }: RangeTest): string {
  if (endsAfter === undefined) return sql.bind(from, 'bigint');
  const reaching = `x.key = ${sql.bind(key, 'bigint')} and x.high > ${sql.bind(endsAfter, 'bigint')} and ${isLong('x')}`;
  return (
    `(select case when count(*) = ${MAX_LONG_ROWS} then ${sql.bind(MIN_DATE, 'bigint')} else least(min(l.low), ${sql.bind(from, 'bigint')}) end ` +
    `from (select x.low from ix_date x where ${reaching} limit ${MAX_LONG_ROWS}) l)`
  );
}
