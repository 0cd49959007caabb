import { numberText, type JsonObject, type JsonValue } from '../../../server/kernel/json.ts';
import type { OutgoingComponent, OutgoingRepetition } from '../../hl7/build-message.ts';
import { objectOf, textOf } from '../../map/json.ts';
import type { PeerNames } from '../peer-names.ts';

/** The number of a Quantity, a Money or a Duration, with the digits that it has; empty for none. */
export function amount(value: JsonValue | undefined): string {
  return numberText(objectOf(value), 'value') ?? '';
}

/** CE of its unit. */
export function unit(value: JsonValue | undefined, names: PeerNames): OutgoingRepetition {
  return unitParts(objectOf(value), names);
}

/** CQ: number, and unit as subcomponents. */
export function quantity(value: JsonValue | undefined, names: PeerNames): OutgoingRepetition {
  const number = amount(value);
  return number === '' ? '' : [number, unitParts(objectOf(value), names)];
}

/** CP of a Money: price and currency. */
export function price(value: JsonValue | undefined): OutgoingRepetition {
  const number = amount(value);
  const money: OutgoingComponent = [number, textOf(objectOf(value).currency)];
  return number === '' ? '' : [money];
}

function unitParts({ code, unit: text, system }: JsonObject, names: PeerNames): readonly string[] {
  if (textOf(code) === '') return ['', textOf(text)];
  return [textOf(code), textOf(text), names.codingSystem(textOf(system))];
}
