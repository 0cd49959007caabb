import type { Definitions } from '../../definitions/definitions.ts';
import { FhirpathSyntaxError, type Expression, type Position } from '../syntax/expression.ts';
import type { Item } from './item.ts';

const SYSTEM_NAMES = ['Any', 'Boolean', 'String', 'Integer', 'Decimal', 'Date', 'DateTime', 'Time', 'Quantity'];

/** Primitives of FHIR that hold a value of a System type. */
const HELD: Readonly<Record<string, string>> = {
  boolean: 'System.Boolean',
  string: 'System.String',
  integer: 'System.Integer',
  decimal: 'System.Decimal',
  date: 'System.Date',
  dateTime: 'System.DateTime',
  instant: 'System.DateTime',
  time: 'System.Time',
};

/** A type as `is`, `as` and `ofType` name it. */
export interface TypeName {
  /** `Quantity` of FHIR; undefined when only a System type has that name. */
  readonly fhir: string | undefined;
  /** `System.Quantity` */
  readonly system: string | undefined;
}

/** The name in `ofType(FHIR.Quantity)`. @throws FhirpathSyntaxError */
export function typeArgument(expression: Expression): string {
  if (expression.kind === 'member') {
    const { left, name } = expression;
    if (left === undefined) return name;
    if (left.kind === 'member' && left.left === undefined) return `${left.name}.${name}`;
  }
  throw new FhirpathSyntaxError('the name of a type is expected, such as Quantity or System.String', expression.at);
}

/** @throws FhirpathSyntaxError for a name that is no type */
export function resolveTypeName(text: string, definitions: Definitions, at: Position): TypeName {
  const [, space, name = ''] = /^(?:(.+)\.)?([^.]+)$/.exec(text) ?? [];
  const fhir = definitions.type(name) === undefined ? undefined : name;
  const system = SYSTEM_NAMES.includes(name) ? `System.${name}` : undefined;
  if (space === 'FHIR' && fhir !== undefined) return { fhir, system: undefined };
  // A resource is none of the System types, but asking is no mistake.
  if (space === 'System') return { fhir: undefined, system: `System.${name}` };
  if (space === undefined && (fhir !== undefined || system !== undefined)) return { fhir, system };
  throw new FhirpathSyntaxError(
    `${text} is no type of FHIR R4 (such as Quantity, code) or FHIRPath (such as System.String)`,
    at,
  );
}

/** `type` or one of the types it is derived from. */
export function isKindOf(definitions: Definitions, type: string, ancestor: string): boolean {
  for (let current = type; current !== ''; current = definitions.type(current)?.base ?? '') {
    if (current === ancestor) return true;
  }
  return false;
}

/**
 * `is`: of the type or of one derived from it.
 * @param isHeldToo whether FHIR's `boolean` is a `Boolean`, as the invariants of R4 have it
 */
export function isOfType(item: Item, name: TypeName, definitions: Definitions, isHeldToo: boolean): boolean {
  return isTypeOf(item.type, name, definitions, isHeldToo);
}

export function isTypeOf(type: string, name: TypeName, definitions: Definitions, isHeldToo: boolean): boolean {
  if (name.system === 'System.Any') return true;
  if (type.startsWith('System.')) return type === name.system;
  if (name.fhir !== undefined) return isKindOf(definitions, type, name.fhir);
  return isHeldToo && HELD[type] === name.system;
}

/** `as` and `ofType`: a `code` is no `string` there, as each element of a choice has one type. */
export function isExactlyOfType(item: Item, name: TypeName, definitions: Definitions, isHeldToo: boolean): boolean {
  const isPrimitive = definitions.type(item.type)?.kind === 'primitive';
  return isPrimitive && name.fhir !== undefined
    ? item.type === name.fhir
    : isOfType(item, name, definitions, isHeldToo);
}
