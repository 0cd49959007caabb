import type { Definitions, SearchParameterDef } from '../../definitions/definitions.ts';
import type { Issue } from '../../kernel/fault.ts';
import { isObject, type JsonObject } from '../../kernel/json.ts';
import { listOf, textOf } from '../index/values.ts';
import type { SearchRegistry } from '../registry-types.ts';
import { slotKind } from './accepted-types.ts';
import { parameterSource } from './parameter-source.ts';
import { planType } from './type-plan.ts';

const CODE = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
const MAX_EXPRESSION = 4000;

/** A stored SearchParameter as a definition; undefined when it is not active or lacks what it needs to run. */
export function customDefinition(resource: JsonObject): SearchParameterDef | undefined {
  const [url, code, type, expression] = ['url', 'code', 'type', 'expression'].map((name) => textOf(resource, name));
  if (resource.status !== 'active' || url === undefined || code === undefined || type === undefined) return undefined;
  const component = listOf(resource.component)
    .filter((item) => isObject(item))
    .map((item) => ({ definition: textOf(item, 'definition') ?? '', expression: textOf(item, 'expression') ?? '' }));
  return {
    url,
    code,
    type,
    base: texts(resource, 'base'),
    target: texts(resource, 'target'),
    component,
    description: (textOf(resource, 'description') ?? '').slice(0, 200),
    ...(expression === undefined ? {} : { expression }),
  };
}

function texts(resource: JsonObject, property: string): string[] {
  return listOf(resource[property]).filter((text) => typeof text === 'string');
}

/**
 * Why a SearchParameter cannot run here; empty for those that are not active, since they only document.
 * @param compiles throws when an expression is no FHIRPath
 */
export function customParameterIssues(
  definitions: Definitions,
  registry: SearchRegistry,
  custom: readonly SearchParameterDef[],
  resource: JsonObject,
  compiles: (expression: string, type: string) => void,
): readonly Issue[] {
  const definition = customDefinition(resource);
  if (resource.resourceType !== 'SearchParameter' || definition === undefined) return [];
  // R4's own parameters may be stored as they are: they run anyway.
  if (definitions.searchParameters.some(({ url }) => url === definition.url)) return [];
  const issues: Issue[] = [];
  const add = (element: string, text: string): void => {
    issues.push({ severity: 'error', code: 'not-supported', text, expression: [`SearchParameter.${element}`] });
  };
  if (!CODE.test(definition.code)) {
    add('code', 'The code must start with a letter or "_" and have at most 64 letters, digits, "-" and "_".');
  }
  if (definition.type !== 'composite' && (slotKind(definition.type) === undefined || definition.type === 'special')) {
    add('type', 'The type must be one of number, date, string, token, reference, composite, quantity, uri.');
  }
  if (definition.base.length === 0) add('base', 'Name at least one resource type.');
  for (const base of definition.base) {
    if (!isBase(definitions, base)) add('base', `${base.slice(0, 64)} is not a resource type of FHIR R4.`);
  }
  const { expression = '' } = definition;
  if (expression === '' || expression.length > MAX_EXPRESSION) {
    add('expression', `An active SearchParameter needs a FHIRPath expression of at most ${MAX_EXPRESSION} characters.`);
  }
  if (issues.length > 0) return issues;
  for (const base of definition.base) {
    const message =
      collision(definitions, registry, definition, base) ?? useless(definitions, custom, definition, base, compiles);
    if (message !== undefined) add(message.element, message.text);
  }
  return issues;
}

interface Message {
  readonly element: string;
  readonly text: string;
}

const ABSTRACT = ['Resource', 'DomainResource'];

function isBase(definitions: Definitions, base: string): boolean {
  return definitions.isResourceType(base) || ABSTRACT.includes(base);
}

function concreteTypes(definitions: Definitions, base: string): readonly string[] {
  return ABSTRACT.includes(base) ? definitions.resourceTypes : [base];
}

/** One code, one meaning per type; the same definition under another url (implementation guides repeat R4's) is no clash. */
function collision(
  definitions: Definitions,
  registry: SearchRegistry,
  definition: SearchParameterDef,
  base: string,
): Message | undefined {
  if (['_id', '_lastUpdated'].includes(definition.code)) {
    return { element: 'code', text: `${definition.code} is a parameter of every resource type already.` };
  }
  for (const type of concreteTypes(definitions, base)) {
    const other = registry.param(type, definition.code);
    if (other === undefined || other.url === definition.url) continue;
    if (other.type === definition.type && isRestated(definitions, other.url, definition, type)) continue;
    return {
      element: 'code',
      text: `${type} has a parameter ${definition.code} already: ${other.url}. Choose another code.`,
    };
  }
  return undefined;
}

function isRestated(definitions: Definitions, url: string, definition: SearchParameterDef, type: string): boolean {
  const original = definitions.searchParameters.find((candidate) => candidate.url === url);
  if (original?.expression === undefined || definition.expression === undefined) return false;
  const normal = (text: string): string[] => text.split('|').map((member) => member.replace(/\s/g, ''));
  const known = normal(original.expression);
  return normal(definition.expression)
    .filter((member) => member.replace(/^\(/, '').startsWith(`${type}.`))
    .every((member) => known.includes(member));
}

/** An expression that selects nothing that its type can index would run, find nothing, and mislead. */
function useless(
  definitions: Definitions,
  custom: readonly SearchParameterDef[],
  definition: SearchParameterDef,
  base: string,
  compiles: (expression: string, type: string) => void,
): Message | undefined {
  const type = ABSTRACT.includes(base) ? 'Patient' : base;
  try {
    compiles(definition.expression ?? '', type);
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 200) : 'it does not compile';
    return { element: 'expression', text: `The expression is no FHIRPath that can be indexed: ${reason}` };
  }
  const source = parameterSource(definitions, [...custom, definition]);
  const plan = planType(definitions, type, source);
  if (plan.params.some(({ url, code }) => url === definition.url || code === definition.code)) return undefined;
  const what =
    definition.type === 'composite'
      ? 'components that exist here'
      : `a value that a ${definition.type} parameter can index`;
  return { element: 'expression', text: `The expression leads to no element of ${type} with ${what}.` };
}
