import { createRequire } from 'node:module';
import { UCUM } from '../data/resource.ts';
import { field, text } from './json.ts';
import { compare, type Interval } from './number.ts';
import { plain, prefixed, split } from './split.ts';
import type { Value } from './values.ts';

interface Ucum {
  readonly UcumLhcUtils: {
    getInstance(): {
      convertUnitTo(
        from: string,
        value: number,
        to: string,
      ): { readonly status: string; readonly toVal: number | null };
    };
  };
}

const ucum = (createRequire(import.meta.url)('@lhncbc/ucum-lhc') as Ucum).UcumLhcUtils.getInstance();

/** https://hl7.org/fhir/R4/search.html#quantity */
export function quantityMatches({ type, data }: Value, wanted: string): boolean {
  const value = field(data, 'value');
  if (typeof value !== 'number') return false;
  const [prefix, rest] = prefixed(wanted);
  const [number = '', system = '', code = ''] = split(rest, '|').map(plain);
  const own =
    type === 'Money'
      ? { system: 'urn:iso:std:iso:4217', code: text(data, 'currency'), unit: undefined }
      : { system: text(data, 'system'), code: text(data, 'code'), unit: text(data, 'unit') };
  const factor = unitFactor(system, code, own);
  return factor !== undefined && compare(prefix, number, factor, intervalOf(value, text(data, 'comparator')));
}

interface Unit {
  readonly system: string | undefined;
  readonly code: string | undefined;
  readonly unit: string | undefined;
}

/** Undefined when the units cannot be compared. */
function unitFactor(system: string, code: string, own: Unit): number | undefined {
  if (code === '') return 1;
  if (system === '') return own.code === code || own.unit === code ? 1 : undefined;
  if (system !== own.system || own.code === undefined) return undefined;
  if (own.code === code) return 1;
  if (system !== UCUM) return undefined;
  const { status, toVal } = ucum.convertUnitTo(code, 1, own.code);
  return status === 'succeeded' && toVal !== null ? toVal : undefined;
}

/** `<5` lies anywhere up to 5: https://hl7.org/fhir/R4/valueset-quantity-comparator.html */
function intervalOf(value: number, comparator = ''): Interval {
  return { low: comparator.startsWith('<') ? -Infinity : value, high: comparator.startsWith('>') ? Infinity : value };
}
