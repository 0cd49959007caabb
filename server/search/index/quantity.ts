import { addDecimals, divideDecimals, isDecimal, multiplyDecimals, numericText } from '../../kernel/decimal.ts';
import { canonicalUnit } from '../../kernel/ucum-unit.ts';

export const UCUM = 'http://unitsofmeasure.org';

export interface CanonicalQuantity {
  /** Decimal as PostgreSQL's `numeric` takes it. */
  readonly value: string;
  /** The base units, e.g. `m-3.g`; values of one unit text are comparable. */
  readonly unit: string;
}

/**
 * A UCUM quantity in base units (`5.4 mg/dL` → 54 g/m³), exact where the factor is; undefined when the system is not
 * UCUM, when UCUM does not know the code, or when the value is no decimal.
 * https://hl7.org/fhir/R4/search.html#quantity
 */
export function canonicalQuantity(
  value: string,
  system: string | undefined,
  code: string | undefined,
): CanonicalQuantity | undefined {
  if (system !== UCUM || code === undefined || !isDecimal(value)) return undefined;
  const unit = canonicalUnit(code);
  if (unit === undefined) return undefined;
  const shifted = unit.offset === '0' ? value : addDecimals(value, unit.offset);
  const scaled = unit.numerator === '1' ? numericText(shifted) : multiplyDecimals(shifted, unit.numerator);
  return { value: unit.denominator === '1' ? scaled : divideDecimals(scaled, unit.denominator), unit: unit.unit };
}
