import type { SearchParam } from '../registry-types.ts';
import type { MissingFilter } from '../tree.ts';
import { NEVER, type Condition } from './condition.ts';
import { either } from './sql.ts';

/** `:missing`: bits of resource.present. https://hl7.org/fhir/R4/search.html#modifiers */
export function missingCondition({ param, isMissing }: MissingFilter): Condition {
  const ways = presence(param);
  if (ways.length === 0) return isMissing ? { kind: 'and', conditions: [] } : NEVER;
  const condition: Condition = {
    kind: 'columns',
    access: 'none',
    where: (alias) => either(ways.map((bits) => bits.map((bit) => hasBit(alias, bit)).join(' and '))),
  };
  return isMissing ? { kind: 'not', condition } : condition;
}

/** Bits of resource.present that tell together that there is a value; any of the lists is enough. */
export function presence(param: SearchParam): readonly (readonly number[])[] {
  const own = param.slots.map((use) => [(use.presence ?? use.slot).ordinal]);
  const composite = (param.composite ?? []).flatMap((plan) =>
    plan.kind === 'rows' ? [[plan.slot.ordinal]] : plan.parts.map(presence).reduce(combine, [[]]),
  );
  return [...own, ...composite];
}

function combine(left: readonly (readonly number[])[], right: readonly (readonly number[])[]): (readonly number[])[] {
  return left.flatMap((some) => right.map((others) => [...some, ...others]));
}

/** A row that was written before its type got the slot may be too short for the bit. */
function hasBit(alias: string, bit: number): string {
  const byte = bit >> 3;
  return (
    `case when length(${alias}.present) > ${byte} ` +
    `then get_byte(${alias}.present, ${byte}) & ${1 << (bit & 7)} <> 0 else false end`
  );
}
