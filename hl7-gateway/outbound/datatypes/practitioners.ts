import type { JsonObject, JsonValue } from '../../../server/kernel/json.ts';
import type { OutgoingField, OutgoingRepetition } from '../../hl7/build-message.ts';
import { codesOf, objectOf, objectsOf, referenceOf, textOf } from '../../map/json.ts';
import type { PeerNames } from '../peer-names.ts';
import type { Telling } from '../tell.ts';
import { nameParts } from '../../map/written/names.ts';

/** XCN of whoever a reference leads to: a Practitioner, the one of a PractitionerRole, or who is named by text only. */
export function practitioner(
  reference: JsonValue | undefined,
  telling: Telling,
  names: PeerNames,
): OutgoingRepetition | undefined {
  const found = personOf(referenceOf(reference), telling);
  const { identifier, display } = objectOf(reference);
  if (found === undefined) {
    const number = objectOf(identifier);
    const parts = person(number, [textOf(display)], names);
    return parts.every((part) => part === '') ? undefined : parts;
  }
  const known = objectsOf(found.identifier).filter(({ value, use }) => textOf(value) !== '' && use !== 'old');
  const chosen = known.find(({ system }) => textOf(system).endsWith('/us-npi')) ?? known[0] ?? {};
  const [name = {}] = objectsOf(found.name);
  return person(chosen, nameParts(name), names);
}

/** The field with all of them. */
export function practitioners(
  references: readonly (JsonValue | undefined)[],
  telling: Telling,
  names: PeerNames,
): OutgoingField {
  const repetitions = references.map((each) => practitioner(each, telling, names));
  return { repetitions: repetitions.filter((each) => each !== undefined) };
}

function personOf(reference: string, telling: Telling): JsonObject | undefined {
  const found = reference === '' ? undefined : telling.find(reference);
  if (found?.resourceType === 'PractitionerRole') return personOf(referenceOf(found.practitioner), telling);
  return found?.resourceType === 'Practitioner' ? found : undefined;
}

function person(identifier: JsonObject, parts: readonly string[], names: PeerNames): (string | string[])[] {
  const [family = '', given = '', further = '', suffix = '', prefix = ''] = parts;
  const { namespace, universalId, type } = names.assigner(textOf(identifier.system));
  const [kind = ''] = codesOf(identifier.type);
  const value = textOf(identifier.value);
  const authority = value === '' || namespace + universalId === '' ? '' : [namespace, universalId, type];
  return [value, family, given, further, suffix, prefix, '', '', authority, '', '', '', value === '' ? '' : kind];
}
