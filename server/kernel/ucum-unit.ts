import { createRequire } from 'node:module';
import { numericText } from './decimal.ts';
import { detached } from './detached.ts';

/**
 * How a UCUM unit turns into base units: canonical = (value + offset) × numerator / denominator, in exact decimals.
 * `unit` is the base-unit vector as text; units of one text are comparable.
 */
export interface CanonicalUnit {
  readonly unit: string;
  readonly offset: string;
  readonly numerator: string;
  readonly denominator: string;
}

interface UcumUnit {
  readonly magnitude_: number;
  readonly dim_: { readonly dimVec_: readonly number[] | null } | null;
  readonly cnv_: string | null;
  readonly cnvPfx_: number;
  readonly csCode_: string | number;
  readonly name_: string | number | null;
  readonly printSymbol_: string | null;
  readonly isSpecial_: boolean;
  readonly isArbitrary_: boolean;
  readonly moleExp_: number;
}

interface Ucum {
  readonly UcumLhcUtils: {
    getInstance(): {
      getSpecifiedUnit(
        code: string,
        valConv: 'validate',
      ): { readonly unit: UcumUnit | null; readonly origString?: string };
    };
  };
}

const BASE_UNITS = ['m', 's', 'g', 'rad', 'K', 'C', 'cd'];
/** Denominators of the factors that end in no decimal: minutes to centuries (487 is in the year), Fahrenheit, weeks. */
const DENOMINATORS = [1, 3, 9, 27, 81, 7, 63, 189, 11, 33, 13_149, 39_447, 118_341];
const AVOGADRO = 6.0221367e23;
/** Codes come from clients: a bound on what is remembered. */
const CACHE_LIMIT = 10_000;
const MAX_CODE_LENGTH = 200;

const cache = new Map<string, CanonicalUnit | undefined>();
let ucum: Ucum | undefined;

/** Undefined when UCUM does not know the unit. https://ucum.org/ucum */
export function canonicalUnit(code: string): CanonicalUnit | undefined {
  if (cache.has(code)) return cache.get(code);
  const unit = resolveUnit(code);
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(detached(code), unit);
  return unit;
}

/** What people call the unit and write for it, such as `degree Celsius` and `°C`; empty when there are no words for it. */
export function unitNames(code: string): readonly string[] {
  const unit = specifiedUnit(code);
  // Names of composed units are put together from brackets, symbols hold HTML.
  return [unit?.name_, unit?.printSymbol_].filter(
    (name): name is string => typeof name === 'string' && /^[^<>[\]{}]+$/.test(name),
  );
}

function resolveUnit(code: string): CanonicalUnit | undefined {
  const unit = specifiedUnit(code);
  if (unit === undefined) return undefined;
  if (unit.isSpecial_) return specialUnit(unit, code);
  return { unit: unitText(unit, code), offset: '0', ...ratio(unit.magnitude_ / AVOGADRO ** unit.moleExp_) };
}

function specifiedUnit(code: string): UcumUnit | undefined {
  if (code === '' || code.length > MAX_CODE_LENGTH) return undefined;
  // Parsing the unit tables costs 12 ms and 7 MB, which a server without quantities need not pay.
  ucum ??= createRequire(import.meta.url)('@lhncbc/ucum-lhc') as Ucum;
  const { unit, origString } = ucum.UcumLhcUtils.getInstance().getSpecifiedUnit(code, 'validate');
  // The library guesses at misspelt units; a guess must not make two values comparable.
  return unit === null || (origString !== undefined && origString !== code) ? undefined : unit;
}

function unitText(unit: UcumUnit, code: string): string {
  const vector = unit.dim_?.dimVec_ ?? [];
  const parts = BASE_UNITS.flatMap((base, index) => power(base, vector[index] ?? 0));
  parts.push(...power('mol', unit.moleExp_));
  // Arbitrary units ([iU], [arb'U], …) compare only with themselves: https://ucum.org/ucum#para-45
  if (unit.isArbitrary_) parts.push(...(code.match(/\[[^\]]*\]/g) ?? []).map((atom) => atom.toLowerCase()).sort());
  return parts.length === 0 ? '1' : parts.join('.');
}

function power(base: string, exponent: number): string[] {
  return exponent === 0 ? [] : exponent === 1 ? [base] : [`${base}${exponent}`];
}

/** Temperatures have an offset; logarithmic units (pH, dB, …) compare only with themselves. */
function specialUnit(unit: UcumUnit, code: string): CanonicalUnit {
  if (unit.cnvPfx_ === 1 && unit.csCode_ === 'Cel')
    return { unit: 'K', offset: '273.15', numerator: '1', denominator: '1' };
  if (unit.cnvPfx_ === 1 && unit.csCode_ === '[degF]')
    return { unit: 'K', offset: '459.67', numerator: '5', denominator: '9' };
  return { unit: code, offset: '0', numerator: '1', denominator: '1' };
}

/**
 * The library's factors are binary floats (`/min` is 0.016666666666666666, `[in_i]` 0.025400000000000002). The exact
 * factor behind one is a short decimal, or a short decimal over one of few denominators.
 */
function ratio(factor: number): { readonly numerator: string; readonly denominator: string } {
  for (const denominator of DENOMINATORS) {
    const numerator = numericText((factor * denominator).toPrecision(14));
    const digits = numerator.replace(/[-.]/g, '').replace(/^0+|0+$/g, '').length;
    if (digits <= 9) return { numerator, denominator: String(denominator) };
  }
  return { numerator: numericText(factor.toPrecision(15)), denominator: '1' };
}
