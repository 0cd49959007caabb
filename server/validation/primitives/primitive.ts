import { isFhirId } from '../../kernel/id.ts';
import { isBase64 } from './base64.ts';
import { isDate, isDateTime, isInstant, isTime } from './date-time.ts';
import { isCode, isString } from './text.ts';
import { isOid, isUri, isUuid } from './uri.ts';
import { isXhtml } from './xhtml.ts';

interface Described {
  readonly kind: 'primitive';
  /** FHIR type code. */
  readonly name: string;
  /** What would be accepted, as it follows "expected ". */
  readonly expected: string;
}

export interface StringPrimitive extends Described {
  readonly json: 'string';
  isValid(text: string): boolean;
}

export interface NumberPrimitive extends Described {
  readonly json: 'number';
  /** Undefined: a decimal of any size. */
  readonly wholeRange?: { readonly least: number; readonly most: number };
}

interface BooleanPrimitive extends Described {
  readonly json: 'boolean';
}

export type Primitive = StringPrimitive | NumberPrimitive | BooleanPrimitive;

const MAX_INTEGER = 2_147_483_647;
const URI = 'a URI without white space';
const STRING = '1 to 1,048,576 characters without control characters';

/** The primitive types of R4. https://hl7.org/fhir/R4/datatypes.html#primitive */
const PRIMITIVES: ReadonlyMap<string, Primitive> = new Map(
  [
    { kind: 'primitive', json: 'boolean', name: 'boolean', expected: 'true or false, without quotes' } as const,
    { kind: 'primitive', json: 'number', name: 'decimal', expected: 'a number, without quotes' } as const,
    whole('integer', -MAX_INTEGER - 1),
    whole('unsignedInt', 0),
    whole('positiveInt', 1),
    text('string', STRING, isString),
    text('markdown', STRING, isString),
    text('code', 'a code: no white space at its ends, single blanks within', isCode),
    text('id', '1 to 64 characters out of A-Z, a-z, 0-9, "-" and "."', isFhirId),
    text('uri', URI, isUri),
    text('url', URI, isUri),
    text('canonical', URI, isUri),
    text('oid', 'an OID such as urn:oid:1.2.3', isOid),
    text('uuid', 'a UUID such as urn:uuid:c757873d-ec9a-4326-a141-556f43239520', isUuid),
    text('date', 'a date of the calendar: YYYY, YYYY-MM or YYYY-MM-DD', isDate),
    text('dateTime', 'YYYY, YYYY-MM, YYYY-MM-DD or, with a time zone, YYYY-MM-DDThh:mm:ss+zz:zz', isDateTime),
    text('instant', 'a date, time and time zone: YYYY-MM-DDThh:mm:ss+zz:zz', isInstant),
    text('time', 'a time of the day: hh:mm:ss', isTime),
    text(
      'base64Binary',
      'groups of four characters out of A-Z, a-z, 0-9, "+" and "/", the last padded with "="',
      isBase64,
    ),
    text('xhtml', 'one well-formed XHTML div element without entities such as &nbsp;', isXhtml),
  ].map((primitive: Primitive) => [primitive.name, primitive]),
);

function text(name: string, expected: string, isValid: (text: string) => boolean): StringPrimitive {
  return { kind: 'primitive', json: 'string', name, expected, isValid };
}

function whole(name: string, least: number): NumberPrimitive {
  const expected = `a whole number from ${least} to ${MAX_INTEGER}, without quotes, decimal point and exponent`;
  return { kind: 'primitive', json: 'number', name, expected, wholeRange: { least, most: MAX_INTEGER } };
}

/** @throws RangeError when R4 has no such primitive type */
export function primitive(name: string): Primitive {
  const found = PRIMITIVES.get(name);
  if (found === undefined) throw new RangeError(`${name} is no primitive type of R4`);
  return found;
}
