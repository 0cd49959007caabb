import type { ElementJson } from '../../../definitions/snapshot/element-json.ts';
import { isObject } from '../../../kernel/json.ts';
import { report } from '../report.ts';
import type { ItemCheck } from '../rule.ts';

const MUST_HAVE_VALUE = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-ElementDefinition.mustHaveValue';

/** mustHaveValue: an extension in place of a primitive's value will not do. https://hl7.org/fhir/R5/elementdefinition-definitions.html#ElementDefinition.mustHaveValue */
export function requiredValueChecks(definition: ElementJson, label: string): readonly ItemCheck[] {
  const { mustHaveValue, extension } = definition;
  const isAsked =
    mustHaveValue === true ||
    (Array.isArray(extension) &&
      extension.some((item) => isObject(item) && item.url === MUST_HAVE_VALUE && item.valueBoolean === true));
  if (!isAsked) return [];
  return [
    ({ value }, visit) => {
      if (value === undefined) report(visit, 'required', `${label} needs a value; extensions alone are not enough.`);
    },
  ];
}
