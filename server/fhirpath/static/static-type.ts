import type { Definitions } from '../../definitions/definitions.ts';
import { isKindOf } from '../model/type-name.ts';

/** What is known of a collection before anything is evaluated. */
export interface StaticType {
  /** Types of its values; undefined: any. */
  readonly types: readonly string[] | undefined;
  readonly isSingle: boolean;
  /** False of what `children()` and `descendants()` give. */
  readonly isOrdered: boolean;
}

export const ANYTHING: StaticType = { types: undefined, isSingle: false, isOrdered: true };

export function one(...types: readonly string[]): StaticType {
  return { types, isSingle: true, isOrdered: true };
}

export function either(a: StaticType, b: StaticType): StaticType {
  const types = a.types && b.types && [...new Set([...a.types, ...b.types])];
  return { types, isSingle: false, isOrdered: a.isOrdered && b.isOrdered };
}

const SYSTEM_MEMBERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'System.Quantity': { value: 'System.Decimal', unit: 'System.String' },
  'System.TypeInfo': { namespace: 'System.String', name: 'System.String' },
};

/** The elements of a name; undefined when none of the types has such an element. */
export function memberType(owner: StaticType, name: string, definitions: Definitions): StaticType | undefined {
  if (owner.types === undefined) return ANYTHING;
  if (owner.types.length === 0) return owner;
  const types = new Set<string>();
  let isSingle = owner.isSingle;
  for (const type of owner.types) {
    const system = SYSTEM_MEMBERS[type]?.[name];
    if (system !== undefined) types.add(system);
    const definition = definitions.type(type);
    const element = definition?.elements.find((candidate) => candidate.name === name);
    // What is only known to be a resource may have any element.
    if (element === undefined && (type === 'Resource' || type === 'DomainResource')) return ANYTHING;
    for (const { code } of element?.types ?? []) types.add(code);
    if (element !== undefined && element.max > 1) isSingle = false;
  }
  return types.size === 0 ? undefined : { types: [...types], isSingle, isOrdered: owner.isOrdered };
}

/** Names near enough to be told: those of the elements, or how a choice is written. */
export function membersText(owner: StaticType, name: string, definitions: Definitions): string {
  const own = owner.types ?? [];
  for (const type of own) {
    const choice = definitions.type(type)?.properties.get(name);
    if (choice !== undefined) return `write ${choice.element.name}.ofType(${choice.type.code})`;
  }
  const names = own.flatMap((type) => definitions.type(type)?.elements.map((element) => element.name) ?? []);
  return names.length === 0 ? 'it has no elements' : `it has ${[...new Set(names)].join(', ')}`;
}

/** Those of the types that are of a kind; undefined when what is known does not tell. */
export function typesOfKind(
  { types }: StaticType,
  kind: string,
  definitions: Definitions,
): readonly string[] | undefined {
  return types?.filter((type) => isKindOf(definitions, type, kind));
}
