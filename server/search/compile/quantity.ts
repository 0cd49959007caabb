import type { SearchParam } from '../registry-types.ts';
import { canonicalQuantity, UCUM } from '../index/quantity.ts';
import type { NumberTest, QuantityTest } from '../tree.ts';
import type { Condition } from './condition.ts';
import { numberRange, type NumberRange } from './number-range.ts';
import { RANK } from './rank.ts';
import type { Scope } from './scope.ts';
import { either, equals } from './sql.ts';

/** One test of a value: SQL over the alias of an ix_quantity row, without the key. */
interface QuantityMatch {
  where(alias: string): string;
  /** `undefined`: the index of canonical values does not help. */
  readonly access: ((alias: string) => string)[] | undefined;
}

/**
 * Any of the numbers or quantities. With a UCUM unit values are compared in base units, whatever unit they were recorded
 * in; with another system or a unit's text only values of that unit match; without a unit the bare numbers are compared.
 * https://hl7.org/fhir/R4/search.html#quantity
 */
export function quantityConditions(
  scope: Scope,
  param: SearchParam,
  tests: readonly (NumberTest | QuantityTest)[],
): Condition[] {
  const keys = param.slots.map(({ slot }) => scope.hasher.slotKey(slot.id));
  return quantityRows(scope, keys, tests);
}

export function quantityRows(
  scope: Scope,
  keys: readonly string[],
  tests: readonly (NumberTest | QuantityTest)[],
): Condition[] {
  const { sql } = scope;
  const isKey = (alias: string): string => equals(sql, `${alias}.key`, keys);
  const matches = tests.map((test) => quantityMatch(scope, test));
  const access = matches.map((match) => match.access);
  const isIndexed = access.every((ways) => ways !== undefined);
  return [
    {
      kind: 'rows',
      table: 'ix_quantity',
      where: (alias) => `${isKey(alias)} and ${either(matches.map((match) => match.where(alias)))}`,
      // Ways into the index must reach what any of the tests matches.
      access: isIndexed ? access.flat().map((way) => (alias) => `${isKey(alias)} and ${way(alias)}`) : [],
      natural: undefined,
      rank: isIndexed ? RANK.quantity : RANK.anyUnit,
    },
  ];
}

function quantityMatch(scope: Scope, test: NumberTest | QuantityTest): QuantityMatch {
  if (test.is === 'number' || test.code === undefined) return plainNumber(scope, test);
  const { system, code, value } = test;
  const canonical = canonicalQuantity(value, system, code);
  if (canonical === undefined) return otherUnit(scope, test, system, code);
  const { sql, hasher } = scope;
  const convert = (number: string): string => canonicalQuantity(number, UCUM, code)?.value ?? number;
  const unit = (): string => sql.bind(hasher.hash32(canonical.unit), 'integer');
  return canonicalMatch(numberRange(sql, test.prefix, value, convert), unit, nothing);
}

/** Numbers stand in rows without a unit; a quantity searched without one meets every unit. */
function plainNumber({ sql }: Scope, { is, prefix, value }: NumberTest | QuantityTest): QuantityMatch {
  const range = numberRange(sql, prefix, value, (number) => number);
  if (is === 'number') return canonicalMatch(range, noUnit, nothing);
  return {
    where: (alias) => range.where({ low: `${alias}.low`, high: `${alias}.high` }),
    access: undefined,
  };
}

/** Values under another system, or under a code or unit text of any system. */
function otherUnit(
  { sql, hasher }: Scope,
  test: QuantityTest,
  system: string | undefined,
  code: string,
): QuantityMatch {
  const range = numberRange(sql, test.prefix, test.value, (number) => number);
  const name = (): string => sql.bind(hasher.hash32(code), 'integer');
  if (system === undefined) {
    return {
      where: (alias) =>
        `(${alias}.code = ${name()} or ${alias}.unit = ${name()}) and ${range.where({ low: `${alias}.low`, high: `${alias}.high` })}`,
      access: undefined,
    };
  }
  const inSystem = (alias: string): string =>
    ` and ${alias}.system = ${sql.bind(hasher.hash32(system), 'integer')} and ${alias}.code = ${name()}`;
  return canonicalMatch(range, noUnit, inSystem);
}

const nothing = (): string => '';
/** Rows whose unit is not UCUM's, or that have none. */
const noUnit = (): string => '0';

/** @param rest further conditions on the row: `and …`, or nothing */
function canonicalMatch(range: NumberRange, unit: () => string, rest: (alias: string) => string): QuantityMatch {
  const { access } = range;
  const inUnit = (alias: string): string => `${alias}.canonical_unit = ${unit()}`;
  const where = (alias: string): string => {
    const columns = { low: `${alias}.canonical_low`, high: `${alias}.canonical_high` };
    return `${inUnit(alias)}${rest(alias)} and ${range.where(columns)}`;
  };
  if (access === undefined) return { where, access: undefined };
  const byLow = (alias: string): string => `${inUnit(alias)} and ${access(`${alias}.canonical_low`)}`;
  // Rows that span a range have a partial index; this is its predicate.
  const bySpan = (alias: string): string => `${alias}.low is distinct from ${alias}.high`;
  return { where, access: range.matchesRanges ? [byLow, bySpan] : [byLow] };
}
