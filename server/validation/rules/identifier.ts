import type { JsonObject } from '../../kernel/json.ts';
import { addIssueAt, shown, type Walk } from '../walk.ts';
import { isAbsoluteUri } from './absolute-uri.ts';

const ANY_URI = 'urn:ietf:rfc:3986';

/**
 * The system of an identifier is absolute, and so is its value when that is a URI.
 * https://hl7.org/fhir/R4/datatypes.html#Identifier
 */
export function checkIdentifier({ system, value }: JsonObject, walk: Walk): void {
  if (typeof system !== 'string') return;
  if (!isAbsoluteUri(system)) {
    const text = `"${shown(system)}" is no absolute URI. Expected is one such as http://… or urn:oid:….`;
    addIssueAt(walk, ['system'], 'value', text);
  }
  if (system === ANY_URI && typeof value === 'string' && !isAbsoluteUri(value)) {
    const text = `The system ${ANY_URI} says that "${shown(value)}" is a URI. Expected is an absolute one, such as urn:uuid:….`;
    addIssueAt(walk, ['value'], 'value', text);
  }
}
