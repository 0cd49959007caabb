import type { ElementJson } from '../../definitions/snapshot/element-json.ts';
import { isObject, stringifyJson, type JsonArray, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { shown } from '../walk.ts';
import { isSame, matchesPattern } from './same-value.ts';

/** A value that a profile asks for by `fixed[x]` or `pattern[x]`. */
export interface StatedValue {
  readonly kind: 'fixed' | 'pattern';
  readonly value: JsonValue;
  readonly owner: JsonObject | JsonArray;
  readonly key: string;
}

const STATEMENT = /^(fixed|pattern)[A-Z]/;

/** The values that an element asks for; one in all sound profiles. */
export function statedValues(definition: ElementJson): readonly StatedValue[] {
  return Object.keys(definition).flatMap((key): StatedValue[] => {
    const kind = STATEMENT.exec(key)?.[1];
    const value = definition[key];
    if (value === undefined || (kind !== 'fixed' && kind !== 'pattern')) return [];
    return [{ kind, value, owner: definition, key }];
  });
}

/** What a stated value asks of a child; nothing where it does not mention it. */
export function childrenOfStated({ kind, value }: StatedValue, name: string): readonly StatedValue[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      childrenOfStated({ kind, value: item, owner: value, key: String(index) }, name),
    );
  }
  if (!isObject(value)) return [];
  return Object.keys(value).flatMap((key): StatedValue[] => {
    const child = value[key];
    const isChoice = key.startsWith(name) && /^[A-Z]/.test(key.slice(name.length));
    if (child === undefined || (key !== name && !isChoice)) return [];
    if (!Array.isArray(child)) return [{ kind, value: child, owner: value, key }];
    return child.map((item, index) => ({ kind, value: item, owner: child, key: String(index) }));
  });
}

export function meetsStated(
  found: { readonly value: JsonValue | undefined; readonly owner: JsonObject | JsonArray; readonly key: string },
  stated: StatedValue,
): boolean {
  return stated.kind === 'fixed' ? isSame(found, stated) : matchesPattern(found, stated);
}

/** As a person reads it. */
export function statedText({ value }: StatedValue): string {
  return typeof value === 'string' ? value : shown(stringifyJson(value));
}
