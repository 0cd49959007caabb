import type { Test } from './place.ts';

/** Three-valued logic. https://hl7.org/fhirpath/N1/#boolean-logic */
export const LOGIC: Readonly<Record<'and' | 'or' | 'xor' | 'implies', (a: Test, b: Test) => Test>> = {
  and: (a, b) => (value, place) => {
    const x = a(value, place);
    if (x === false) return false;
    const y = b(value, place);
    return y === false ? false : x === undefined ? undefined : y;
  },
  or: (a, b) => (value, place) => {
    const x = a(value, place);
    if (x === true) return true;
    const y = b(value, place);
    return y === true ? true : x === undefined ? undefined : y;
  },
  xor: (a, b) => (value, place) => {
    const x = a(value, place);
    const y = b(value, place);
    return x === undefined || y === undefined ? undefined : x !== y;
  },
  implies: (a, b) => (value, place) => {
    const x = a(value, place);
    if (x === false) return true;
    const y = b(value, place);
    return y === true ? true : x === undefined ? undefined : y;
  },
};
