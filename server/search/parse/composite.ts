import type { SearchParam } from '../registry-types.ts';
import type { CompositeTest } from '../tree.ts';
import { badValue } from './search-faults.ts';
import type { Scope } from './search-input.ts';
import { splitAt } from './split-value.ts';
import { plainTest } from './value-test.ts';

/** `code-value-quantity=http://loinc.org|8480-6$gt100`. https://hl7.org/fhir/R4/search.html#composite */
export function compositeTest(scope: Scope, param: SearchParam, label: string, value: string): CompositeTest {
  const components = param.composite?.[0]?.parts ?? [];
  const texts = splitAt(value, '$');
  if (texts.length !== components.length || texts.includes('')) {
    const shape = components.map(({ code, type }) => `${code} (${type})`).join('$');
    throw badValue(label, value, `Give ${shape}; a "$" that is part of a value is written \\$.`);
  }
  const parts = components
    .map((component, index) => plainTest(scope, component, label, texts[index] ?? ''))
    .filter((test) => test !== undefined);
  return { is: 'composite', parts };
}
