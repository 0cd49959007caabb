import { field, list, text } from '../golden/search/judge/json.ts';
import type { Value } from '../golden/search/judge/values.ts';

/** How a client asks for what a resource holds: `system|code`, `5.4|http://unitsofmeasure.org|mg`, `2024-02`; [] when it cannot. */
export function valuesAsWritten({ type, data }: Value, parameterType: string): readonly string[] {
  // A text may stand where a date could.
  if (parameterType === 'date' && type === 'string') return [];
  if (typeof data !== 'object') return primitives(String(data), parameterType);
  switch (parameterType) {
    case 'token':
      return tokens(data);
    case 'reference':
      return present(text(data, 'reference')).flatMap((reference) => primitives(reference, parameterType));
    case 'quantity':
      return quantities(data);
    case 'date':
      return [...present(text(data, 'start') ?? text(data, 'end')), ...list(data, 'event').map(String)];
    case 'string':
      return present(text(data, 'family') ?? text(data, 'text') ?? text(data, 'city')).map(escaped);
    default:
      return [];
  }
}

function primitives(value: string, parameterType: string): readonly string[] {
  // A contained resource, or a part of this one, is not referred to from outside.
  return parameterType === 'reference' && value.startsWith('#') ? [] : [escaped(value)];
}

function tokens(data: unknown): readonly string[] {
  const codings = list(data, 'coding');
  if (codings.length > 0) return codings.flatMap(tokens);
  return present(text(data, 'code') ?? text(data, 'value')).map((code) => {
    const system = text(data, 'system');
    return system === undefined || text(data, 'rank') !== undefined
      ? escaped(code)
      : `${escaped(system)}|${escaped(code)}`;
  });
}

function quantities(data: unknown): readonly string[] {
  const value = field(data, 'value');
  if (value === undefined) return [];
  const unit = ['system', 'code'].map((name) => text(data, name));
  return [unit.includes(undefined) ? String(value) : [String(value), ...unit].join('|')];
}

function escaped(value: string): string {
  return value.replace(/[\\,$|]/g, '\\$&');
}

function present(value: string | undefined): readonly string[] {
  return value === undefined || value === '' ? [] : [value];
}
