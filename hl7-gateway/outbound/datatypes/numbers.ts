import { createHash } from 'node:crypto';
import type { JsonObject, JsonValue } from '../../../server/kernel/json.ts';
import type { OutgoingField, OutgoingRepetition } from '../../hl7/build-message.ts';
import { codesOf, objectsOf, textOf } from '../../map/json.ts';
import type { PeerNames } from '../peer-names.ts';

/** CX of all numbers that somebody gave; a number of nobody cannot be told to others. */
export function numbers(value: JsonValue | undefined, names: PeerNames): readonly OutgoingRepetition[] {
  return objectsOf(value)
    .filter(({ system, use }) => textOf(system) !== '' && use !== 'old')
    .map((identifier) => number(identifier, names))
    .filter((each) => each !== undefined);
}

/** CX of one. */
export function number(identifier: JsonObject, names: PeerNames): OutgoingRepetition | undefined {
  const value = textOf(identifier.value);
  if (value === '') return undefined;
  const { namespace, universalId, type } = names.assigner(textOf(identifier.system));
  const [kind = ''] = codesOf(identifier.type);
  return [value, '', '', [namespace, universalId, type], kind];
}

/** The identifier with one of these types of table 0203. */
export function identifierOfType(value: JsonValue | undefined, ...types: readonly string[]): JsonObject | undefined {
  return objectsOf(value).find(({ type }) => codesOf(type).some((code) => types.includes(code)));
}

/** EI. */
export function entity(identifier: JsonObject | undefined, names: PeerNames): OutgoingField {
  if (identifier === undefined) return '';
  const { namespace, universalId, type } = names.assigner(textOf(identifier.system));
  return [textOf(identifier.value), namespace, universalId, type];
}

/** Twelve characters for bar codes and old fields: the same for the same resource. */
export function ownNumber({ resourceType, id }: JsonObject): string {
  const hash = createHash('sha256')
    .update(`${textOf(resourceType)}/${textOf(id)}`)
    .digest('hex');
  return BigInt(`0x${hash.slice(0, 15)}`)
    .toString(36)
    .toUpperCase()
    .padStart(12, '0');
}
