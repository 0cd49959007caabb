import { isObject, type JsonObject } from '../../kernel/json.ts';
import type { Walk } from '../walk.ts';
import { checkExpansion } from './expansion.ts';
import { checkInclude } from './include.ts';
import { checkInclusion } from './inclusion-cycle.ts';

/**
 * What a ValueSet draws on: systems and value sets that can be found, codes and filters that those systems have, and
 * not itself. https://hl7.org/fhir/R4/valueset.html
 */
export function checkValueSet(valueSet: JsonObject, walk: Walk): void {
  const { compose } = valueSet;
  if (isObject(compose)) {
    for (const part of ['include', 'exclude']) {
      const list = compose[part];
      (Array.isArray(list) ? list : []).forEach((include, index) => {
        if (!isObject(include)) return;
        const { length } = walk.path;
        walk.path.push('compose', part, index);
        checkInclude(include, walk);
        walk.path.length = length;
      });
    }
    checkInclusion(valueSet, walk);
  }
  checkExpansion(valueSet, walk);
}
