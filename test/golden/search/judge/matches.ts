import type { Resource } from '../data/resource.ts';
import { dateMatches } from './date.ts';
import { IMPLIED_SYSTEMS } from './implied-systems.ts';
import { list, text } from './json.ts';
import { nearMatches } from './near.ts';
import { numberMatches } from './number.ts';
import { findParameter, type Parameter } from './parameters.ts';
import { quantityMatches } from './quantity.ts';
import { referenceMatches } from './reference.ts';
import { plain, split } from './split.ts';
import { folded, stringMatches } from './string.ts';
import { tokensAbove, tokensBelow, valueSetTokens } from './terminology.ts';
import { ofTypeMatches, textMatches, tokenMatches } from './token.ts';
import { uriMatches } from './uri.ts';
import { valuesOf, type Value } from './values.ts';
import { follow, keyOf, pointsTo, type World } from './world.ts';

/** Whether `name=value` of a query holds for a resource. */
export function matches(world: World, resource: Resource, name: string, value: string): boolean {
  if (name.startsWith('_has:')) return hasMatches(world, resource, name, value);
  const dot = name.indexOf('.');
  if (dot !== -1) return chainMatches(world, resource, name.slice(0, dot), name.slice(dot + 1), value);
  const [code = '', modifier = ''] = name.split(':');
  const alternatives = split(value, ',');
  switch (code) {
    case '_id':
      return alternatives.includes(resource.id) !== (modifier === 'not');
    case '_list':
      return alternatives.some((id) => {
        const entries = list(world.byKey.get(`List/${id}`), 'entry');
        return entries.some(
          (entry) => text((entry as { readonly item: unknown }).item, 'reference') === keyOf(resource),
        );
      });
    case '_text':
      return alternatives.some((words) => hasWords(text(resource.text, 'div')?.replace(/<[^>]*>/g, ' ') ?? '', words));
    case '_content':
      return alternatives.some((words) => hasWords(allText(resource), words));
  }
  const parameter = findParameter(resource.resourceType, code);
  if (parameter === undefined) return false;
  const values = valuesOf(resource, parameter.expression);
  if (modifier === 'missing') return (values.length === 0) === (value === 'true');
  const isNegated = modifier === 'not' || modifier === 'not-in';
  return (
    alternatives.some((wanted) => parameterMatches(world, resource, parameter, values, modifier, wanted)) !== isNegated
  );
}

function chainMatches(world: World, resource: Resource, head: string, rest: string, value: string): boolean {
  const [code = '', type = ''] = head.split(':');
  if (findParameter(resource.resourceType, code) === undefined) return false;
  return follow(world, resource, code).some(
    (target) =>
      (type === '' || target.resourceType === type) &&
      hasParameter(target, rest) &&
      matches(world, target, rest, value),
  );
}

/** Types that lack a parameter do not take part, not even where it is negated. */
function hasParameter({ resourceType }: Resource, name: string): boolean {
  return name.startsWith('_') || findParameter(resourceType, name.split(/[.:]/)[0] ?? '') !== undefined;
}

function hasMatches(world: World, resource: Resource, name: string, value: string): boolean {
  const [, type = '', code = ''] = name.split(':');
  const rest = name.slice(`_has:${type}:${code}:`.length);
  return world.resources.some(
    (other) =>
      other.resourceType === type &&
      pointsTo(other, code).includes(keyOf(resource)) &&
      matches(world, other, rest, value),
  );
}

function parameterMatches(
  world: World,
  resource: Resource,
  parameter: Parameter,
  values: readonly Value[],
  modifier: string,
  wanted: string,
): boolean {
  const { code, type } = parameter;
  if (type === 'reference') return referenceMatches(world, resource, code, modifier, wanted);
  if (type === 'composite') return compositeMatches(resource, parameter, wanted);
  const implied = IMPLIED_SYSTEMS[`${resource.resourceType}.${code}`];
  return values.some((value) => valueMatches(value, type, modifier, implied, wanted));
}

function valueMatches(
  value: Value,
  type: string,
  modifier: string,
  implied: string | undefined,
  wanted: string,
): boolean {
  switch (type) {
    case 'string':
      return stringMatches(value, modifier, wanted);
    case 'token':
      return modifiedTokenMatches(value, modifier, implied, wanted);
    case 'date':
      return dateMatches(value, wanted);
    case 'number':
      return numberMatches(value, wanted);
    case 'quantity':
      return quantityMatches(value, wanted);
    case 'uri':
      return uriMatches(value, modifier, wanted);
    case 'special':
      return nearMatches(value, wanted);
    default:
      throw new RangeError(`no judgement of ${type}`);
  }
}

function modifiedTokenMatches(value: Value, modifier: string, implied: string | undefined, wanted: string): boolean {
  switch (modifier) {
    case 'text':
      return textMatches(value, wanted);
    case 'of-type':
      return ofTypeMatches(value, wanted);
    case 'in':
    case 'not-in':
      return valueSetTokens(wanted).some((token) => tokenMatches(value, implied, token));
    case 'below':
      return tokensBelow(wanted).some((token) => tokenMatches(value, implied, token));
    case 'above':
      return tokensAbove(wanted).some((token) => tokenMatches(value, implied, token));
    default:
      return tokenMatches(value, implied, wanted);
  }
}

/** All components hold within one of the elements that the composite's expression selects. */
function compositeMatches(resource: Resource, { expression, components }: Parameter, wanted: string): boolean {
  const parts = split(wanted, '$');
  return valuesOf(resource, expression).some((_, index) =>
    components.every((component, at) => {
      const context = `(${expression})[${index}]`;
      const root = component.expression.replaceAll('%resource', resource.resourceType);
      const path = root === component.expression ? `${context}.select(${component.expression})` : root;
      return valuesOf(resource, path).some((value) =>
        component.type === 'reference'
          ? text(value.data, 'reference') === parts[at]
          : valueMatches(value, component.type, '', undefined, parts[at] ?? ''),
      );
    }),
  );
}

function hasWords(content: string, wanted: string): boolean {
  const words = folded(content).split(' ');
  return folded(plain(wanted))
    .split(' ')
    .every((word) => words.some((other) => other.startsWith(word)));
}

function allText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? Object.values(value).map(allText).join(' ') : '';
}
