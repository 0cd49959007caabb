import { decimalText } from '#sdk';

/** What drugs are measured in; longer numbers and exponents are slips or attacks, and take long to calculate with. */
const PLAIN = /^-?\d{1,15}(?:\.\d{1,15})?$/;

/** A decimal as it was written; undefined when there is none, or none that a dose, a weight or a time can have. */
export function plainDecimal<T extends object>(parent: T | undefined, name: keyof T & string): string | undefined {
  const text = decimalText(parent, name);
  return text === undefined || !PLAIN.test(text) ? undefined : text;
}
