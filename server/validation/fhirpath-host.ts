import type { FhirpathHost } from '../fhirpath/model/env.ts';
import { isObject, type JsonValue } from '../kernel/json.ts';
import type { CodedValue } from './code-checker.ts';
import { resolveIn } from './references/resolve.ts';
import { isXhtml } from './primitives/xhtml.ts';
import type { Walk } from './walk.ts';

/** What FHIRPath in a constraint can ask of the validation around it. https://hl7.org/fhir/R4/fhirpath.html#functions */
export function fhirpathHost(walk: Walk): FhirpathHost {
  const { codes, conformsTo } = walk.env;
  return {
    resolve: (reference) => resolveIn(walk, reference),
    memberOf: (value, type, valueSet) => {
      const codings = codingsOf(value);
      return codes.known({ valueSet, codings, impliesSystem: type === 'code' })?.isMember;
    },
    conformsTo: (value, type, profile) => (isObject(value) ? conformsTo?.(value, type, profile, walk) : undefined),
    htmlChecks: isXhtml,
  };
}

function codingsOf(value: JsonValue): readonly CodedValue[] {
  if (typeof value === 'string') return [{ code: value }];
  if (!isObject(value)) return [];
  return Array.isArray(value.coding) ? (value.coding as readonly CodedValue[]) : [value as CodedValue];
}
