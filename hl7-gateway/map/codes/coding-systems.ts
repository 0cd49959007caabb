import type { MapContext } from '../map-context.ts';
import { CANONICAL } from '../canonical.ts';
import tables from './v2-tables.json' with { type: 'json' };

/*
 * v2-tables.json has the codes of HL7's tables as FHIR R4 publishes them (https://hl7.org/fhir/R4/terminologies-v2.html), by
 * the table's number.
 */

const CODES: Readonly<Record<string, string | undefined>> = tables;
const known = new Map<string, ReadonlySet<string>>();

const TABLE = /^HL7-?(\d{4})$/i;
const V2 = 'http://terminology.hl7.org/CodeSystem/v2-';

/**
 * The code system of a code: HL7's own where its table has the code; the partner's where the table has it not: tables are
 * extended by senders, and a code that HL7 does not know must not claim to be HL7's.
 * @param name as in CWE.3: `LN`, `HL70005`, `99ABC`; empty for none
 */
export function codingSystem(name: string, oid: string, code: string, context: MapContext): string {
  const table = TABLE.exec(name)?.[1];
  if (table === undefined) return context.systems.ofCodingSystem(name, oid);
  return isInTable(table, code) === false
    ? `${CANONICAL}/hl7/${encodeURIComponent(context.partner)}/codes/HL7${table}`
    : `${V2}${table}`;
}

/** The same question for a system that a code map leads to: a code system that is complete must have the code. */
export function isKnownTarget(system: string, code: string): boolean {
  return !system.startsWith(V2) || isInTable(system.slice(V2.length), code) !== false;
}

/** `undefined` where nothing is known of the table. */
function isInTable(table: string, code: string): boolean | undefined {
  let codes = known.get(table);
  if (codes === undefined) {
    const text = CODES[table];
    if (text === undefined) return undefined;
    codes = new Set(text.split(' '));
    known.set(table, codes);
  }
  return codes.has(code);
}
