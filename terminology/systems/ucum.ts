import { canonicalUnit, unitNames } from '../../server/kernel/ucum-unit.ts';
import type { Concept } from '../code-system.ts';
import type { ComputedContent, ComputedSystem } from './computed-system.ts';
import { codeProperty, concept } from './concept.ts';
import { listedDisplays } from './listed-displays.ts';

const COMMON_UNITS = 'http://hl7.org/fhir/ValueSet/ucum-common';

/** Units of measure such as `mg/dL`. https://hl7.org/fhir/R4/ucum.html */
export const units: ComputedSystem = {
  url: 'http://unitsofmeasure.org',
  name: 'UCUM',
  title: 'Unified Code for Units of Measure (UCUM)',
  description: 'A grammar: every unit that can be built. Listed are the common units that FHIR names.',
  isCaseSensitive: true,
  hasFreeDisplays: true,
  load,
};

function load(): ComputedContent {
  const common = listedDisplays(COMMON_UNITS);
  const conceptOf = (code: string): Concept | undefined => unitConcept(code, common.get(code));
  return {
    // The package does not say which edition it follows.
    version: undefined,
    concepts: [],
    usual: () => [...common.keys()].flatMap((code) => conceptOf(code) ?? []),
    isOpen: true,
    parse: conceptOf,
    equals: { canonical: hasSameDimension },
  };
}

/** UCUM has no displays: the code is what is shown. Names are designations, so that they are found and accepted. */
function unitConcept(code: string, common: string | undefined): Concept | undefined {
  const canonical = canonicalUnit(code);
  if (canonical === undefined) return undefined;
  const names = new Set([...(common === undefined ? [] : [common]), ...unitNames(code)]);
  names.delete(code);
  const designations = [...names].map((value) => ({ language: 'en', value }));
  return concept(code, code, [codeProperty('canonical', canonical.unit)], designations);
}

/** `canonical = g`: https://hl7.org/fhir/R4/ucum.html#4.3.2.2 */
function hasSameDimension(code: string, value: string): boolean {
  const wanted = canonicalUnit(value)?.unit;
  return wanted !== undefined && canonicalUnit(code)?.unit === wanted;
}
