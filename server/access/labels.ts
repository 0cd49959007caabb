import type { Definitions } from '../definitions/definitions.ts';
import { isObject, type JsonObject } from '../kernel/json.ts';
import type { SearchRegistry } from '../search/registry-types.ts';
import type { TokenTest } from '../search/tree.ts';
import type { Allowed } from './access.ts';
import type { CriteriaContext } from './criteria.ts';
import { isPublished } from './type-groups.ts';

const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';

/** Confidentiality above the normal: restricted, very restricted. */
const ABOVE_NORMAL = ['R', 'V'];
/**
 * Not even an emergency opens them: very restricted, psychotherapy notes, what a patient is to hear from a person first.
 * https://www.ecfr.gov/current/title-45/section-164.508 (psychotherapy notes)
 */
const ABSOLUTE: ReadonlySet<string> = new Set(['V', 'PSYTHPN', 'TBOO']);

/** Codes of security labels for which clearance is needed. https://hl7.org/fhir/R4/security-labels.html */
function sensitiveCodes(definitions: Definitions): readonly string[] {
  let codes = known.get(definitions);
  if (codes === undefined) {
    const sensitivities = definitions.descendants(ACT_CODE, '_InformationSensitivityPolicy') ?? [];
    codes = [...ABOVE_NORMAL, ...sensitivities.filter((code) => !code.startsWith('_'))];
    known.set(definitions, codes);
  }
  return codes;
}

const known = new WeakMap<Definitions, readonly string[]>();

/** Sensitive codes that a clearance covers: with what is below it, but for absolute ones, which must be named; `*` is all. Undefined: there is no such code. */
export function clearedCodes(definitions: Definitions, clearance: string): readonly string[] | undefined {
  const sensitive = sensitiveCodes(definitions);
  if (clearance === '*') return sensitive;
  const below = definitions.descendants(ACT_CODE, clearance) ?? [clearance];
  const cleared = sensitive.filter((code) => code === clearance || (below.includes(code) && !ABSOLUTE.has(code)));
  return cleared.length === 0 ? undefined : cleared;
}

/** Whether an emergency opens a resource, as far as its labels are concerned. */
export function isOpenable({ meta }: JsonObject): boolean {
  const labels = isObject(meta) && Array.isArray(meta.security) ? meta.security : [];
  return !labels.some((label) => isObject(label) && typeof label.code === 'string' && ABSOLUTE.has(label.code));
}

/**
 * Resources of a type with labels that are not cleared.
 * @param which those that an emergency lifts, those that it does not, or both
 */
export function labelDenies(
  { definitions, registry }: CriteriaContext,
  type: string,
  cleared: ReadonlySet<string>,
  which: 'ordinary' | 'absolute' | 'both',
): Allowed {
  // Definitions and products are about nobody, and what is built on them reads all of them.
  if (isPublished(type)) return 'none';
  const codes = sensitiveCodes(definitions).filter(
    (code) => !cleared.has(code) && (which === 'both' || ABSOLUTE.has(code) === (which === 'absolute')),
  );
  if (codes.length === 0) return 'none';
  const tests = codes.map((code): TokenTest => {
    return { is: 'token', system: ABOVE_NORMAL.includes(code) ? CONFIDENTIALITY : ACT_CODE, code };
  });
  return hasLabel(registry, type, tests);
}

export function hasLabel(registry: SearchRegistry, type: string, tests: readonly TokenTest[]): Allowed {
  const param = registry.param(type, '_security');
  // Without the parameter nobody could tell: then everything counts as labelled.
  if (param?.status !== 'active') return 'all';
  return { kind: 'param', param, tests, negated: false, isRare: true };
}
