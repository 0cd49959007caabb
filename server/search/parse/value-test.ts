import type { SearchParam } from '../registry-types.ts';
import type { ValueTest } from '../tree.ts';
import { dateTest } from './date.ts';
import { nearTest } from './near.ts';
import { numberTest } from './number.ts';
import { quantityTest } from './quantity.ts';
import { referenceTest } from './reference.ts';
import type { Scope } from './search-input.ts';
import { stringTest } from './string.ts';
import { tokenTest } from './token.ts';
import { uriTest } from './uri.ts';

/** One value of a parameter without a modifier, by the parameter's type; composites are read in composite.ts. */
export function plainTest(scope: Scope, param: SearchParam, label: string, value: string): ValueTest | undefined {
  switch (param.type) {
    case 'token':
      return tokenTest(label, value);
    case 'reference':
      return referenceTest(scope, param.targets, label, value);
    case 'date':
      return dateTest(label, value);
    case 'string':
      return stringTest(label, 'starts', value);
    case 'quantity':
      return quantityTest(label, value);
    case 'number':
      return numberTest(label, value);
    case 'uri':
      return uriTest('', value);
    case 'special':
      return nearTest(label, value);
    case 'composite':
      return undefined;
  }
}
