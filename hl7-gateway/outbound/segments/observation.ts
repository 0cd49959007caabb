import { numberText, type JsonObject, type JsonValue } from '../../../server/kernel/json.ts';
import type { OutgoingField, OutgoingSegment } from '../../hl7/build-message.ts';
import { concept } from '../datatypes/concepts.ts';
import { practitioners } from '../datatypes/practitioners.ts';
import { timestamp } from '../datatypes/times.ts';
import { codesOf, objectOf, objectsOf, textOf } from '../../map/json.ts';
import { speaks, type PeerProfile, type Telling } from '../tell.ts';
import { formattedText } from './note.ts';

/** OBX-2, OBX-5 and OBX-6. */
interface Written {
  readonly type: string;
  readonly value: OutgoingField;
  readonly units?: OutgoingField;
}

/** HL7 table 0085. */
const STATUSES: Readonly<Record<string, string | undefined>> = {
  registered: 'I',
  preliminary: 'P',
  final: 'F',
  amended: 'C',
  corrected: 'C',
  cancelled: 'X',
  'entered-in-error': 'W',
};

/** OBX of an Observation, and one of each of its components under the same sub-id. */
export function observationSegments(
  telling: Telling,
  observation: JsonObject,
  first: number,
  peer: PeerProfile,
): readonly OutgoingSegment[] {
  const parts = objectsOf(observation.component);
  const own = writtenValue(observation, peer);
  const rows = [
    ...(own === undefined && parts.length > 0 ? [] : [{ part: observation, written: own }]),
    ...parts.map((part) => ({ part, written: writtenValue(part, peer) })),
  ];
  return rows.map(({ part, written }, index) => [
    'OBX',
    String(first + index),
    written?.type ?? '',
    concept(part.code, peer),
    parts.length > 0 ? String(first) : '',
    written?.value,
    written?.units,
    rangeOf(part),
    interpretations(part),
    '',
    '',
    STATUSES[textOf(observation.status)] ?? '',
    '',
    '',
    timestamp(textOf(observation.effectiveDateTime) || textOf(objectOf(observation.effectivePeriod).start)),
    '',
    practitioners(arrayOf(observation.performer), telling, peer.names),
    concept(observation.method, peer),
  ]);
}

function arrayOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function interpretations({ interpretation }: JsonObject): OutgoingField {
  return { repetitions: objectsOf(interpretation).map((each) => codesOf(each)[0] ?? textOf(each.text)) };
}

/** Numbers keep their digits. */
function writtenValue(from: JsonObject, peer: PeerProfile): Written | undefined {
  if (from.valueQuantity !== undefined) return quantity(objectOf(from.valueQuantity), peer);
  if (from.valueCodeableConcept !== undefined)
    return { type: speaks(peer, '2.5') ? 'CWE' : 'CE', value: concept(from.valueCodeableConcept, peer) };
  if (typeof from.valueString === 'string')
    return /[\r\n]/.test(from.valueString)
      ? { type: 'FT', value: formattedText(from.valueString) }
      : { type: 'ST', value: from.valueString };
  if (typeof from.valueInteger === 'number') return { type: 'NM', value: numberText(from, 'valueInteger') };
  if (typeof from.valueBoolean === 'boolean') return { type: 'ID', value: from.valueBoolean ? 'Y' : 'N' };
  if (typeof from.valueDateTime === 'string')
    return { type: speaks(peer, '2.5') ? 'DTM' : 'TS', value: timestamp(from.valueDateTime) };
  if (typeof from.valueTime === 'string') return { type: 'TM', value: from.valueTime.replaceAll(':', '') };
  if (from.valueRange !== undefined) return range(objectOf(from.valueRange), peer);
  return from.valueRatio === undefined ? undefined : ratio(objectOf(from.valueRatio));
}

function quantity(value: JsonObject, peer: PeerProfile): Written {
  const number = numberText(value, 'value') ?? '';
  const comparator = textOf(value.comparator);
  const units = unitsOf(value, peer);
  return comparator === '' ? { type: 'NM', value: number, units } : { type: 'SN', value: [comparator, number], units };
}

function range({ low, high }: JsonObject, peer: PeerProfile): Written {
  const [from, to] = [objectOf(low), objectOf(high)];
  const value = ['', numberText(from, 'value') ?? '', '-', numberText(to, 'value') ?? ''];
  return { type: 'SN', value, units: unitsOf(from.unit === undefined && from.code === undefined ? to : from, peer) };
}

function ratio({ numerator, denominator }: JsonObject): Written {
  const parts = [objectOf(numerator), objectOf(denominator)];
  const [above = '', below = ''] = parts.map((part) => numberText(part, 'value') ?? '');
  return { type: 'SN', value: [textOf(parts[0]?.comparator), above, ':', below] };
}

function unitsOf({ code, unit, system }: JsonObject, { names }: PeerProfile): OutgoingField {
  if (textOf(code) === '') return textOf(unit) === '' ? '' : [textOf(unit)];
  return [textOf(code), textOf(unit), names.codingSystem(textOf(system))];
}

/** OBX-7 of the first reference range. */
function rangeOf({ referenceRange }: JsonObject): string {
  const [first] = objectsOf(referenceRange);
  if (first === undefined) return '';
  const [low, high] = [objectOf(first.low), objectOf(first.high)].map((each) => numberText(each, 'value'));
  if (textOf(first.text) !== '') return textOf(first.text);
  if (low !== undefined && high !== undefined) return `${low}-${high}`;
  if (low !== undefined) return `>=${low}`;
  return high === undefined ? '' : `<=${high}`;
}
