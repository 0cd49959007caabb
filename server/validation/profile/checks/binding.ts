import type { BindingJson, ElementJson } from '../../../definitions/snapshot/element-json.ts';
import type { IssueSeverity } from '../../../kernel/fault.ts';
import { isObject, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import type { CodedValue } from '../../code-checker.ts';
import { askCodes, shown } from '../../walk.ts';
import { codedValues } from '../coded-values.ts';
import type { Item } from '../item.ts';
import { report } from '../report.ts';
import type { ItemCheck, Visit } from '../rule.ts';

interface Membership {
  readonly valueSet: string;
  /** When no code of the value is in the value set. */
  readonly severity: IssueSeverity;
  readonly isPreferred: boolean;
}

const MAX_VALUE_SET = 'http://hl7.org/fhir/StructureDefinition/elementdefinition-maxValueSet';
const ADDITIONAL = 'http://hl7.org/fhir/tools/StructureDefinition/additional-binding';
const SEVERITIES: ReadonlyMap<string, IssueSeverity> = new Map([
  ['required', 'error'],
  ['maximum', 'error'],
  ['extensible', 'warning'],
  ['preferred', 'information'],
]);
const CODED = new Set(['code', 'Coding', 'CodeableConcept', 'Quantity', 'Age', 'Count', 'Distance', 'Duration']);
const CODED_TEXT = new Set(['string', 'uri', 'url', 'canonical', 'oid', 'uuid', 'id']);

/**
 * The value set of an element, its maximum value set and additional bindings.
 * https://hl7.org/fhir/R4/terminologies.html#binding
 */
export function bindingChecks(
  definition: ElementJson,
  label: string,
  type: string,
  isChoice: boolean,
): readonly ItemCheck[] {
  const { binding } = definition;
  // A text among other types of a choice is the way to say what is in no value set.
  if (binding === undefined || !(CODED.has(type) || (CODED_TEXT.has(type) && !isChoice))) return [];
  return membershipsOf(binding).map((membership) => (item, visit) => check(item, label, membership, visit));
}

function membershipsOf(binding: BindingJson): readonly Membership[] {
  const { strength, valueSet, extension } = binding;
  const others = (Array.isArray(extension) ? extension : []).flatMap(membershipOfExtension);
  const severity = SEVERITIES.get(strength);
  if (valueSet === undefined || severity === undefined) return others;
  return [{ valueSet, severity, isPreferred: strength === 'preferred' }, ...others];
}

function membershipOfExtension(extension: JsonValue): readonly Membership[] {
  if (!isObject(extension)) return [];
  if (extension.url === MAX_VALUE_SET) {
    const { valueCanonical } = extension;
    return typeof valueCanonical === 'string'
      ? [{ valueSet: valueCanonical, severity: 'error', isPreferred: false }]
      : [];
  }
  if (extension.url !== ADDITIONAL || !Array.isArray(extension.extension)) return [];
  const parts = extension.extension.filter(isObject);
  // An additional binding for some uses only is not known to hold for this one.
  if (parts.some(({ url }) => url === 'usage')) return [];
  const purpose = part(parts, 'purpose')?.valueCode;
  const valueSet = part(parts, 'valueSet')?.valueCanonical;
  const severity = typeof purpose === 'string' ? SEVERITIES.get(purpose) : undefined;
  if (typeof valueSet !== 'string' || severity === undefined) return [];
  return [{ valueSet, severity, isPreferred: purpose === 'preferred' }];
}

function part(parts: readonly JsonObject[], url: string): JsonObject | undefined {
  return parts.find((candidate) => candidate.url === url);
}

function check(item: Item, label: string, { valueSet, severity, isPreferred }: Membership, visit: Visit): void {
  const { walk } = visit;
  if (item.value === undefined || (isPreferred && walk.options.preferredCodes !== true)) return;
  const { codings, impliesSystem } = codedValues(item);
  if (codings.length === 0) {
    if (severity === 'error' && item.type === 'CodeableConcept') {
      report(visit, 'code-invalid', `${label} needs a code from the value set ${valueSet}.`, severity);
    }
    return;
  }
  askCodes(walk, { valueSet, codings, impliesSystem }, ({ isMember, accepted }, at) => {
    if (isMember !== false) return;
    const expected = accepted === undefined ? '' : ` Expected is ${accepted}.`;
    const text = `${codesText(codings)} is not in the value set ${valueSet} of ${label}.${expected}`;
    report({ ...visit, walk: at }, 'code-invalid', text, severity);
  });
}

function codesText(codings: readonly CodedValue[]): string {
  return codings
    .map(({ system, code = '' }) => shown(system === undefined ? `"${code}"` : `${system}|${code}`))
    .join(', ');
}
