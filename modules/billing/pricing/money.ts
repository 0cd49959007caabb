import { addDecimals, compareDecimals, multiplyDecimals, setDecimal, type ResourceOf } from '#sdk';

type Money = NonNullable<ResourceOf<'Invoice'>['totalNet']>;

/** An amount of money: decimal text, and a code of ISO 4217. */
export interface Amount {
  readonly value: string;
  readonly currency: string;
}

/** What amounts, factors and quantities look like that are computed with: no exponents, no sizes that nobody pays. */
const REASONABLE = /^\d{1,12}(?:\.\d{1,8})?$/;

/** Whether a decimal, as it was written, is not negative and of a size that can be a price or a quantity. */
export function isReasonable(text: string | undefined): text is string {
  return text !== undefined && REASONABLE.test(text);
}

/** Digits of the minor unit: 2 for EUR, 0 for JPY, 3 for KWD. https://tc39.es/ecma402/#sec-currencydigits */
function minorDigits(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/** To whole minor units of the currency, half away from zero, with all digits of the minor unit: `0.125` EUR is `0.13`. */
export function rounded({ value, currency }: Amount): Amount {
  const digits = minorDigits(currency);
  const isNegative = compareDecimals(value, '0') < 0;
  const size = isNegative ? multiplyDecimals(value, '-1') : value;
  const [whole = '0', fraction = ''] = addDecimals(size, `0.${'0'.repeat(digits)}5`).split('.');
  const text = digits === 0 ? whole : `${whole}.${fraction.padEnd(digits, '0').slice(0, digits)}`;
  return { value: isNegative && compareDecimals(text, '0') > 0 ? `-${text}` : text, currency };
}

export function moneyOf({ value, currency }: Amount): Money {
  return setDecimal<Money>({ value: 0, currency: currency as NonNullable<Money['currency']> }, 'value', value);
}
