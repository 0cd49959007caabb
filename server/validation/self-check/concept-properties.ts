import { isObject, type JsonObject } from '../../kernel/json.ts';
import { addIssueAt, isFull, shown, type Walk } from '../walk.ts';
import { conceptPath, type PlacedConcept } from './concepts.ts';

/** Those that FHIR defines for all code systems. https://hl7.org/fhir/R4/codesystem-concept-properties.html */
const STANDARD: Readonly<Record<string, string>> = {
  inactive: 'boolean',
  deprecated: 'dateTime',
  notSelectable: 'boolean',
  parent: 'code',
  child: 'code',
};
const HIERARCHY = ['http://hl7.org/fhir/concept-properties#parent', 'http://hl7.org/fhir/concept-properties#child'];

interface Declared {
  /** `code`, `Coding`, `string`, … */
  readonly type: string;
  /** Its values are codes of the same system. */
  readonly namesConcepts: boolean;
}

/** Properties of concepts are declared, and have the type that was declared. */
export function checkConceptProperties(codeSystem: JsonObject, concepts: readonly PlacedConcept[], walk: Walk): void {
  const declared = declaredProperties(codeSystem);
  // Only a complete system says which codes there are.
  const codes = codeSystem.content === 'complete' ? new Set(concepts.map(({ code }) => code)) : undefined;
  for (const concept of concepts) {
    if (isFull(walk)) return;
    const { property: list } = concept.concept;
    if (!Array.isArray(list)) continue;
    list.forEach((property, index) => {
      if (!isObject(property)) return;
      const problem = problemOf(property, declared, codes);
      if (problem === undefined) return;
      const [step, text] = problem;
      addIssueAt(walk, [...conceptPath(concept), 'property', index, step], 'value', text);
    });
  }
}

function declaredProperties({ property: list }: JsonObject): ReadonlyMap<string, Declared> {
  const declared = new Map<string, Declared>();
  for (const [code, type] of Object.entries(STANDARD)) declared.set(code, { type, namesConcepts: type === 'code' });
  for (const property of Array.isArray(list) ? list : []) {
    if (!isObject(property)) continue;
    const { code, type, uri } = property;
    declared.set(String(code), { type: String(type), namesConcepts: HIERARCHY.includes(String(uri)) });
  }
  return declared;
}

function problemOf(
  property: JsonObject,
  declared: ReadonlyMap<string, Declared>,
  codes: ReadonlySet<string> | undefined,
): readonly [step: 'code' | 'value', text: string] | undefined {
  const code = String(property.code);
  const declaration = declared.get(code);
  if (declaration === undefined) {
    const known = [...declared.keys()].slice(0, 10).join(', ');
    return [
      'code',
      `The system declares no property "${shown(code)}". Expected is one of CodeSystem.property, or: ${known}.`,
    ];
  }
  const { type, namesConcepts } = declaration;
  const expected = `value${type.charAt(0).toUpperCase()}${type.slice(1)}`;
  const found = Object.keys(property).find((key) => key.startsWith('value'));
  if (found !== undefined && found !== expected) {
    return ['value', `The property "${shown(code)}" is declared as ${type}. Expected is ${expected}, found: ${found}.`];
  }
  const value = property[expected];
  if (!namesConcepts || codes === undefined || typeof value !== 'string' || codes.has(value)) return undefined;
  return ['value', `"${shown(value)}" is no code of this system. Expected is the code of the ${code}.`];
}
