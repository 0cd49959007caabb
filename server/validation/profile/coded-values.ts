import { isObject, type JsonValue } from '../../kernel/json.ts';
import type { CodedValue, CodeQuestion } from '../code-checker.ts';
import type { Item } from './item.ts';

/** The codes of a value of any type that can be bound to a value set; none for other types. */
export function codedValues({ value }: Item): Pick<CodeQuestion, 'codings' | 'impliesSystem'> {
  if (typeof value === 'string') return { codings: [{ code: value }], impliesSystem: true };
  if (!isObject(value)) return { codings: [], impliesSystem: false };
  const codings = Array.isArray(value.coding) ? value.coding : [value];
  return { codings: codings.flatMap(codedValue), impliesSystem: false };
}

function codedValue(value: JsonValue): readonly CodedValue[] {
  if (!isObject(value)) return [];
  const { system, version, code } = value;
  if (typeof code !== 'string') return [];
  return [
    {
      code,
      ...(typeof system === 'string' ? { system } : {}),
      ...(typeof version === 'string' ? { version } : {}),
    },
  ];
}
