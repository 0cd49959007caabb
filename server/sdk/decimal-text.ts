import { EXACT, keepNumberText, numberText, type JsonObject } from '../kernel/json.ts';

/**
 * A decimal as it was written, digit for digit; undefined when there is none.
 * @param parent the element that holds it: `decimalText(quantity, 'value')`
 */
export function decimalText<T extends object>(parent: T | undefined, name: keyof T & string): string | undefined {
  return parent === undefined ? undefined : numberText(parent as JsonObject, name);
}

/** A copy of the element with a decimal, digit for digit. @param text as FHIR writes decimals: `1.50` */
export function setDecimal<T extends object>(parent: T, name: keyof T & string, text: string): T {
  const exact = (parent as JsonObject)[EXACT];
  const copy = {
    ...(parent as JsonObject),
    [name]: Number(text),
    ...(exact === undefined ? {} : { [EXACT]: { ...exact } }),
  };
  keepNumberText(copy, name, text);
  return copy as unknown as T;
}
