import type { JsonObject, JsonValue } from '../../../server/kernel/json.ts';
import type { OutgoingField, OutgoingRepetition } from '../../hl7/build-message.ts';
import { objectOf, objectsOf, textOf } from '../../map/json.ts';
import { speaks, type PeerProfile } from '../tell.ts';

/** CE or CWE of a CodeableConcept: two of its codings, those with a code that the peer names first, and its text. */
export function concept(value: JsonValue | undefined, peer: PeerProfile): OutgoingRepetition {
  const { coding, text } = objectOf(value);
  const [first, second] = [...objectsOf(coding)].sort((a, b) => rank(b, peer) - rank(a, peer));
  const said = textOf(text);
  if (first === undefined) return ['', said];
  const parts = [...codingParts(first, peer, said), ...(second === undefined ? [] : codingParts(second, peer, ''))];
  const isTold = [first, second].some((each) => each !== undefined && textOf(each.display) === said);
  if (said === '' || isTold || parts[1] === said || !speaks(peer, '2.5')) return parts;
  return [...parts, ...Array.from({ length: 8 - parts.length }, () => ''), said];
}

/** CE of a Coding. */
export function coded(coding: JsonObject, peer: PeerProfile): OutgoingRepetition {
  return codingParts(coding, peer, '');
}

export function concepts(value: JsonValue | undefined, peer: PeerProfile): OutgoingField {
  return { repetitions: objectsOf(value).map((each) => concept(each, peer)) };
}

function codingParts({ code, display, system }: JsonObject, { names }: PeerProfile, text: string): string[] {
  const name = textOf(code) === '' ? '' : names.codingSystem(textOf(system));
  return [textOf(code), textOf(display) === '' ? text : textOf(display), name];
}

/** A name of the peer's own, then one of HL7's, then a URI. */
function rank({ code, system, userSelected }: JsonObject, { names }: PeerProfile): number {
  if (textOf(code) === '') return 0;
  const name = names.codingSystem(textOf(system));
  return (name.includes(':') ? 1 : 2) + (userSelected === true ? 2 : 0);
}
