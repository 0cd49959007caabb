import type { Prefix, QuantityTest } from '../tree.ts';
import { isNumber } from './number.ts';
import { prefixOf, PREFIX_LIST } from './prefix.ts';
import { badValue } from './search-faults.ts';
import { splitAt, unescape } from './split-value.ts';

/** `5.4`, `gt5.4|http://unitsofmeasure.org|mg`, `5.4||mg`. https://hl7.org/fhir/R4/search.html#quantity */
export function quantityTest(label: string, value: string): QuantityTest {
  const prefix = prefixOf(value);
  return prefixedQuantity(label, prefix ?? 'eq', prefix === undefined ? value : value.slice(2));
}

export function prefixedQuantity(label: string, prefix: Prefix, text: string): QuantityTest {
  const [number = '', system = '', code = '', ...rest] = splitAt(text, '|');
  const bars = splitAt(text, '|').length - 1;
  const isComplete = bars === 0 || (bars === 2 && (system === '' || code !== ''));
  if (!isNumber(number) || !isComplete || rest.length > 0) {
    throw badValue(
      label,
      text,
      'Give number, number|system|code or number||unit, ' +
        `with one of the prefixes ${PREFIX_LIST} or none, for example gt5.4|http://unitsofmeasure.org|mg.`,
    );
  }
  return {
    is: 'quantity',
    prefix,
    value: number,
    system: system === '' ? undefined : unescape(system),
    code: code === '' ? undefined : unescape(code),
  };
}
