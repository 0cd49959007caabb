import type { ElementJson } from '../../definitions/snapshot/element-json.ts';
import { stringifyJson } from '../../kernel/json.ts';
import { addIssueAt, shown, type Walk } from '../walk.ts';
import { checkDiscriminators } from './discriminators.ts';
import { checkElementConstraints } from './element-constraints.ts';
import { checkElementTypes } from './element-types.ts';

/** An element of a differential against the one that it constrains; the path leads to it. */
export function checkElement(element: ElementJson, base: ElementJson | undefined, walk: Walk): void {
  const types = element.type ?? base?.type;
  checkElementTypes(element, base, walk);
  checkFixed(element, base, walk);
  checkDiscriminators(element, types, walk);
  checkElementConstraints(element, types, walk);
  if (base === undefined) return;
  checkCardinality(element, base, walk);
  checkStrength(element, base, walk);
}

function checkCardinality({ min, max, sliceName, ...element }: ElementJson, base: ElementJson, walk: Walk): void {
  const isNewSlice = sliceName !== undefined && base.sliceName !== sliceName;
  if (min !== undefined && base.min !== undefined && min < base.min && !isNewSlice) {
    const text = `The base asks for at least ${base.min} of ${shown(element.path)}. Expected is a min of ${base.min} or more.`;
    addIssueAt(walk, ['min'], 'value', text);
  }
  if (max !== undefined && base.max !== undefined && toNumber(max) > toNumber(base.max)) {
    const text = `The base allows at most ${base.max} of ${shown(element.path)}. Expected is a max of ${base.max} or less.`;
    addIssueAt(walk, ['max'], 'value', text);
  }
}

function toNumber(max: string): number {
  return max === '*' ? Infinity : Number(max);
}

/** A warning: published profiles of HL7's own weaken bindings of the R4 vital signs. */
function checkStrength({ binding }: ElementJson, base: ElementJson, walk: Walk): void {
  if (binding === undefined || base.binding?.strength !== 'required' || binding.strength === 'required') return;
  const text = 'The binding of the base is required. Expected is a required binding to a part of its codes.';
  addIssueAt(walk, ['binding', 'strength'], 'value', text, 'warning');
}

/** Fixed values and patterns have a type of the element, and a fixed value of the base stays. */
function checkFixed(element: ElementJson, base: ElementJson | undefined, walk: Walk): void {
  for (const key of Object.keys(element)) {
    const name = key.startsWith('fixed') ? 'fixed' : key.startsWith('pattern') ? 'pattern' : undefined;
    const value = element[key];
    if (name === undefined || value === undefined) continue;
    const type = key.slice(name.length);
    const types = (element.type ?? base?.type ?? []).map(({ code }) => code);
    if (types.length > 0 && !types.some((code) => isCalled(code, type))) {
      const text = `${key} does not fit an element of type ${types.join(', ')}. Expected is ${name}${capital(types[0] ?? '')}.`;
      addIssueAt(walk, [name], 'value', text);
    }
    const inherited = base?.[key];
    if (name === 'fixed' && inherited !== undefined && stringifyJson(inherited) !== stringifyJson(value)) {
      const text = `The base fixes ${shown(element.path)} to ${shown(stringifyJson(inherited))}. Expected is that value, or none.`;
      addIssueAt(walk, [name], 'value', text);
    }
  }
}

/** `http://hl7.org/fhirpath/System.String` stands where R4 means the type string, uri or id. */
function isCalled(code: string, type: string): boolean {
  return capital(code) === type || code.includes('System.');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
