import type { Resource } from '../data/resource.ts';
import { matches } from './matches.ts';
import type { World } from './world.ts';

const TOKEN = /\s*("(?:[^"\\]|\\.)*"|[()]|[^\s()"]+)/gy;

/** `_filter` with and, or, not, parentheses and chained paths; and/or from left to right. */
export function filterMatches(world: World, resource: Resource, expression: string): boolean {
  const tokens = [...expression.matchAll(TOKEN)].map((match) => match[1] ?? '');
  const term = (): boolean => {
    const token = tokens.shift() ?? '';
    if (token === '(') return closed();
    if (token === 'not') {
      tokens.shift();
      return !closed();
    }
    return comparison(world, resource, token, tokens.shift() ?? '', (tokens.shift() ?? '').replace(/^"|"$/g, ''));
  };
  const closed = (): boolean => {
    const result = logic();
    tokens.shift();
    return result;
  };
  const logic = (): boolean => {
    let result = term();
    while (tokens[0] === 'and' || tokens[0] === 'or') {
      const isAnd = tokens.shift() === 'and';
      const right = term();
      result = isAnd ? result && right : result || right;
    }
    return result;
  };
  return logic();
}

function comparison(world: World, resource: Resource, path: string, operator: string, value: string): boolean {
  const escaped = value.replace(/[,\\]/g, '\\$&');
  switch (operator) {
    case 'pr':
      return matches(world, resource, `${path}:missing`, value === 'true' ? 'false' : 'true');
    case 'co':
      return matches(world, resource, `${path}:contains`, escaped);
    case 'eq':
      return matches(world, resource, /(name|family|given)$/.test(path) ? `${path}:exact` : path, escaped);
    case 'sw':
    case 're':
      return matches(world, resource, path, escaped);
    case 'in':
      return matches(world, resource, `${path}:in`, escaped);
    case 'ss':
      return matches(world, resource, `${path}:below`, escaped);
    case 'sb':
      return matches(world, resource, `${path}:above`, escaped);
    default:
      return matches(world, resource, path, operator + escaped);
  }
}
