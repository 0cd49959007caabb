import { isObject } from '../../kernel/json.ts';
import { FhirpathError, spend, type Env } from '../model/env.ts';
import { booleanItems, NONE, systemItem, type Item, type Items } from '../model/item.ts';
import { isKindOf } from '../model/type-name.ts';
import { CODE_SYSTEMS } from './code-systems.ts';
import type { FunctionTable } from './function.ts';
import { onValue, textIn } from './on-value.ts';
import { RESOLVE } from './resolve.ts';

const BASE = 'http://hl7.org/fhir/StructureDefinition/';

/** https://hl7.org/fhir/R4/fhirpath.html#functions */
export const FHIR: FunctionTable = {
  resolve: RESOLVE,
  extension: {
    arity: [1, 1],
    compile:
      (input, [parameter]) =>
      (self, env) => {
        const url = textIn(parameter?.(self, env) ?? NONE, 'extension()');
        const found: Item[] = [];
        if (url === undefined) return found;
        for (const item of input(self, env)) {
          const extensions: Item[] = [];
          env.navigator.addMembers(item, 'extension', extensions);
          spend(env, extensions.length);
          found.push(...extensions.filter(({ value }) => isObject(value) && value.url === url));
        }
        return found;
      },
  },
  hasValue: {
    arity: [0, 0],
    compile: (input) => (self, env) => {
      const items = input(self, env);
      return booleanItems(items.length === 1 && hasValue(items[0], env));
    },
  },
  getValue: onValue('getValue', (item, env) => (hasValue(item, env) ? [item] : NONE)),
  htmlChecks: onValue('htmlChecks', ({ value }, env) =>
    booleanItems(typeof value === 'string' ? env.host.htmlChecks?.(value) : undefined),
  ),
  memberOf: {
    arity: [1, 1],
    compile:
      (input, [parameter]) =>
      (self, env) => {
        const valueSet = textIn(parameter?.(self, env) ?? NONE, 'memberOf()');
        const [item, ...others] = input(self, env);
        if (item?.value === undefined || valueSet === undefined) return NONE;
        if (others.length > 0) throw new FhirpathError('memberOf() takes one code, Coding or CodeableConcept');
        return booleanItems(env.host.memberOf?.(item.value, item.type, valueSet));
      },
  },
  conformsTo: {
    arity: [1, 1],
    compile:
      (input, [parameter], { definitions }) =>
      (self, env) => {
        const profile = textIn(parameter?.(self, env) ?? NONE, 'conformsTo()');
        const [item, ...others] = input(self, env);
        if (item?.value === undefined || profile === undefined) return NONE;
        if (others.length > 0) throw new FhirpathError('conformsTo() takes one value');
        const answer = env.host.conformsTo?.(item.value, item.type, profile);
        if (answer !== undefined) return booleanItems(answer);
        const type = profile.startsWith(BASE) ? profile.slice(BASE.length) : '';
        if (definitions.type(type) === undefined) throw new FhirpathError(`The profile ${profile} is not known`);
        return booleanItems(isKindOf(definitions, item.type, type));
      },
  },
};

/** Of a primitive; an element that has only extensions has none. */
function hasValue(item: Item | undefined, { navigator }: Env): boolean {
  if (item?.value === undefined) return false;
  return item.type.startsWith('System.') || navigator.isPrimitive(item.type);
}

/** The values of a variable that is not defined by an expression. */
export function commonVariable(name: string, env: Env): Items | undefined {
  if (name === 'resource') return env.resource;
  if (name === 'rootResource') return env.rootResource;
  if (name === 'context') return env.context;
  const known = Object.hasOwn(CODE_SYSTEMS, name) ? CODE_SYSTEMS[name] : undefined;
  if (known !== undefined) return [systemItem('System.String', known)];
  if (name.startsWith('vs-')) return [systemItem('System.String', `http://hl7.org/fhir/ValueSet/${name.slice(3)}`)];
  if (name.startsWith('ext-')) return [systemItem('System.String', BASE + name.slice(4))];
  return undefined;
}
