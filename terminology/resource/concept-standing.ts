import type { JsonObject } from '../../server/kernel/json.ts';
import type { ConceptProperty } from '../code-system.ts';
import { extensionsOf, objectsAt, textAt } from './elements.ts';

const PROPERTIES = 'http://hl7.org/fhir/concept-properties#';
export const STANDARDS_STATUS = 'http://hl7.org/fhir/StructureDefinition/structuredefinition-standards-status';
const INACTIVE_STATUSES: ReadonlySet<string> = new Set(['inactive', 'retired', 'withdrawn', 'entered-in-error']);

/** By which names a code system calls the properties that FHIR gives a meaning. */
export interface KnownProperties {
  readonly status: ReadonlySet<string>;
  readonly inactive: ReadonlySet<string>;
  readonly deprecated: ReadonlySet<string>;
  readonly notSelectable: ReadonlySet<string>;
  readonly parent: ReadonlySet<string>;
  readonly child: ReadonlySet<string>;
}

/** The defined code itself, and whatever property of the system has its uri. https://hl7.org/fhir/R4/codesystem-concept-properties.html */
export function knownProperties(codeSystem: JsonObject): KnownProperties {
  const named = (code: string): ReadonlySet<string> => {
    const names = new Set([code]);
    for (const property of objectsAt(codeSystem, 'property')) {
      const own = textAt(property, 'code');
      if (own !== undefined && property.uri === `${PROPERTIES}${code}`) names.add(own);
    }
    return names;
  };
  return {
    status: named('status'),
    inactive: named('inactive'),
    deprecated: named('deprecated'),
    notSelectable: named('notSelectable'),
    parent: named('parent'),
    child: named('child'),
  };
}

interface ConceptStanding {
  readonly isInactive: boolean;
  readonly isAbstract: boolean;
  readonly status?: string;
}

export function conceptStanding(
  concept: JsonObject,
  properties: readonly ConceptProperty[],
  known: KnownProperties,
): ConceptStanding {
  let status: string | undefined;
  let isInactive = false;
  let isAbstract = false;
  for (const { code, value } of properties) {
    if (known.status.has(code) && typeof value === 'string') status = value.toLowerCase();
    else if (known.inactive.has(code)) isInactive ||= isTrue(value);
    else if (known.notSelectable.has(code)) isAbstract ||= isTrue(value);
    else if (known.deprecated.has(code) && value !== false) status ??= 'deprecated';
  }
  status ??= textAt(extensionsOf(concept, STANDARDS_STATUS)[0], 'valueCode');
  if (status === 'active') status = undefined;
  isInactive ||= status !== undefined && INACTIVE_STATUSES.has(status);
  if (isInactive) status ??= 'inactive';
  return { isInactive, isAbstract, ...(status === undefined ? {} : { status }) };
}

function isTrue(value: ConceptProperty['value']): boolean {
  return value === true || value === 'true';
}
