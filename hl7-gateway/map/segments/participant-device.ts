import type { JsonObject } from '../../../server/kernel/json.ts';
import { concept } from '../datatypes/concept.ts';
import { dateTime } from '../datatypes/date-time.ts';
import { identifierOfEi, matchOf, ownSystem } from '../datatypes/identifier.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import { ownIdentity } from '../own-identity.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';

/**
 * The device that takes part (PRT-10, PRT-16 to PRT-22), stored once; undefined without a number.
 * @param patient who has it: a reference
 */
export function participantDevice(
  draft: MappingDraft,
  prt: SegmentReader,
  patient?: JsonObject,
): JsonObject | undefined {
  const identifier = deviceNumber(draft, prt);
  const match = matchOf(identifier);
  if (identifier === undefined || match === undefined) return undefined;
  const resource: JsonObject & { resourceType: string } = { resourceType: 'Device', identifier: [identifier] };
  const carrier = prt.text(16);
  if (carrier !== '') resource.udiCarrier = [{ deviceIdentifier: carrier }];
  for (const [field, element, make] of DETAILS) {
    const value = prt.value(field);
    const made = value === undefined ? undefined : make(value, draft);
    if (made !== undefined) resource[element] = made;
  }
  if (patient !== undefined) resource.patient = patient;
  return { reference: draft.add(`${prt.place} ${match}`, { resource, match: [match], mode: 'create' }) };
}

/** PRT-10; without it the model (PRT-16) and what tells one from others of it: serial, donation or lot number. */
function deviceNumber(draft: MappingDraft, prt: SegmentReader): JsonObject | undefined {
  const number = prt.value(10);
  const sent = number === undefined ? undefined : identifierOfEi(number, draft, { system: ownSystem(draft, 'device') });
  const one = [20, 21, 19].map((field) => prt.value(field)?.peek() ?? '').find((text) => text !== '');
  return sent ?? ownIdentity(draft, 'device-of-model', [prt.value(16)?.peek(), one]);
}

type Make = (value: Value, draft: MappingDraft) => JsonObject | string | undefined;

const text: Make = (value) => value.text() || undefined;

const DETAILS: readonly (readonly [number, string, Make])[] = [
  [17, 'manufactureDate', dateTime],
  [18, 'expirationDate', dateTime],
  [19, 'lotNumber', text],
  [20, 'serialNumber', text],
  // Of tissue and the like: the donation identification.
  [21, 'distinctIdentifier', text],
  [22, 'type', (value, draft) => concept(value, draft)],
];
