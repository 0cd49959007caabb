import type { JsonObject } from '../../server/kernel/json.ts';
import { CANONICAL, IDENTIFIER_TYPES } from '../map/canonical.ts';
import { identifierOfType, ownNumber } from './datatypes/numbers.ts';
import { objectOf, objectsOf, textOf } from '../map/json.ts';
import { isOrder } from './order-control.ts';
import { PLACER_SYSTEM } from './peer-names.ts';

/** By which number peers know such a resource, and when it has to have one. */
interface Numbering {
  /** Code of HL7 table 0203; empty for documents, whose number is their master identifier. */
  readonly type: string;
  readonly system: string;
  readonly isDue: (resource: JsonObject) => boolean;
}

const NUMBERINGS: ReadonlyMap<string, Numbering> = new Map<string, Numbering>([
  [
    'ServiceRequest',
    { type: 'PLAC', system: PLACER_SYSTEM, isDue: (each) => isOrder(each) && has(each, 'active', 'on-hold') },
  ],
  [
    'MedicationRequest',
    { type: 'PLAC', system: PLACER_SYSTEM, isDue: (each) => isOrder(each) && has(each, 'active', 'on-hold') },
  ],
  ['Appointment', { type: 'FILL', system: `${CANONICAL}/hl7/appointment`, isDue: (each) => has(each, 'booked') }],
  [
    'Encounter',
    { type: 'VN', system: `${CANONICAL}/hl7/visit`, isDue: (each) => has(each, 'planned', 'arrived', 'in-progress') },
  ],
  [
    'DiagnosticReport',
    { type: 'FILL', system: `${CANONICAL}/hl7/filler`, isDue: (each) => !has(each, 'registered', 'entered-in-error') },
  ],
  [
    'Immunization',
    { type: 'FILL', system: `${CANONICAL}/hl7/immunization`, isDue: (each) => !has(each, 'entered-in-error') },
  ],
  ['DocumentReference', { type: '', system: `${CANONICAL}/hl7/document`, isDue: (each) => has(each, 'current') }],
]);

function has({ status }: JsonObject, ...statuses: readonly string[]): boolean {
  return statuses.includes(textOf(status));
}

/** Whether peers can tell it from others; such as need no number are told by what they say. */
export function isNumbered(resource: JsonObject): boolean {
  const numbering = NUMBERINGS.get(textOf(resource.resourceType));
  if (numbering === undefined) return true;
  if (numbering.type === '') return documentNumber(resource) !== undefined;
  // A visit that another system numbered is known by that number.
  if (numbering.type === 'VN') return objectsOf(resource.identifier).some(({ system }) => textOf(system) !== '');
  return identifierOfType(resource.identifier, numbering.type) !== undefined;
}

/** The resource with a number by which peers will know it; undefined where it has one, or needs none yet. */
export function numbered(resource: JsonObject): JsonObject | undefined {
  const numbering = NUMBERINGS.get(textOf(resource.resourceType));
  if (numbering === undefined || isNumbered(resource) || !numbering.isDue(resource)) return undefined;
  const { type, system } = numbering;
  const value = ownNumber(resource);
  if (type === '') return { ...resource, masterIdentifier: { system, value } };
  const identifier = { type: { coding: [{ system: IDENTIFIER_TYPES, code: type }] }, system, value };
  return { ...resource, identifier: [...objectsOf(resource.identifier), identifier] };
}

/** Of a document: its master identifier, or another that somebody gave. */
export function documentNumber({ masterIdentifier, identifier }: JsonObject): JsonObject | undefined {
  return [objectOf(masterIdentifier), ...objectsOf(identifier)].find(
    ({ system, value }) => textOf(system) !== '' && textOf(value) !== '',
  );
}
