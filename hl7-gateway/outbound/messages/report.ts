import type { JsonObject } from '../../../server/kernel/json.ts';
import type { OutgoingField, OutgoingSegment } from '../../hl7/build-message.ts';
import { hasChanged } from '../has-changed.ts';
import { concept } from '../datatypes/concepts.ts';
import { entity, identifierOfType } from '../datatypes/numbers.ts';
import { practitioners } from '../datatypes/practitioners.ts';
import { timestamp } from '../datatypes/times.ts';
import { objectOf, objectsOf, referenceOf, textOf } from '../../map/json.ts';
import { encapsulated } from '../segments/file.ts';
import { formattedText } from '../segments/note.ts';
import { observationSegments } from '../segments/observation.ts';
import { orderNumbers } from '../segments/order.ts';
import { patientSegment } from '../segments/patient.ts';
import { visitOf } from '../segments/visit.ts';
import { subjectOf } from '../subject.ts';
import type { Outgoing, PeerProfile, Telling } from '../tell.ts';

/** HL7 table 0123; the status of what is taken back is a correction, the values of it say W. */
const STATUSES: Readonly<Record<string, string | undefined>> = {
  registered: 'O',
  partial: 'R',
  preliminary: 'P',
  final: 'F',
  amended: 'C',
  corrected: 'C',
  appended: 'C',
  cancelled: 'X',
  'entered-in-error': 'C',
};

const SAID = [
  'status',
  'result',
  'conclusion',
  'conclusionCode',
  'presentedForm',
  'code',
  'effectiveDateTime',
  'issued',
];

/** ORU^R01: a report with its results and documents. Orders that are only registered are no results. */
export function reportMessage(telling: Telling): Outgoing | undefined {
  const { resource, before } = telling;
  const patient = subjectOf(telling);
  const isResult = STATUSES[textOf(resource.status)] !== undefined && resource.status !== 'registered';
  if (patient === undefined || !isResult) return undefined;
  if (before !== undefined && !hasChanged(before, resource, SAID)) return undefined;
  if (resource.status === 'entered-in-error' && (before === undefined || before.status === 'registered'))
    return undefined;
  return {
    events: ['ORU^R01'],
    segments: (_event, peer) => [
      patientSegment(patient, peer),
      visitOf(resource.encounter, telling, peer),
      ...reportSegments(telling, peer),
    ],
  };
}

function reportSegments(telling: Telling, peer: PeerProfile): readonly OutgoingSegment[] {
  const { resource: report } = telling;
  const results = resultsOf(report, telling, new Set());
  const rows: OutgoingSegment[] = [];
  for (const each of results) rows.push(...observationSegments(telling, each, rows.length + 1, peer));
  const code = concept(report.code, peer);
  const status = report.status === 'entered-in-error' ? 'W' : (STATUSES[textOf(report.status)] ?? '');
  const row = (type: string, value: OutgoingField): void => {
    rows.push([
      'OBX',
      String(rows.length + 1),
      type,
      code,
      '',
      value,
      '',
      '',
      '',
      '',
      '',
      status === 'R' ? 'P' : status,
    ]);
  };
  if (textOf(report.conclusion) !== '') row('FT', formattedText(textOf(report.conclusion)));
  for (const form of objectsOf(report.presentedForm)) {
    const value = encapsulated(form);
    if (value !== undefined) row('ED', value);
  }
  const request = objectsOf(report.basedOn)
    .map((reference) => telling.find(referenceOf(reference)))
    .find((each) => each?.resourceType === 'ServiceRequest');
  return [
    ...(request === undefined ? [] : [orderSegment(request, peer)]),
    headSegment(telling, request, peer),
    ...rows,
  ];
}

function orderSegment(request: JsonObject, peer: PeerProfile): OutgoingSegment {
  return ['ORC', 'RE', ...orderNumbers(request, peer)];
}

/** OBR of what is reported: placer's number of the order, filler's number of the report. */
function headSegment(telling: Telling, request: JsonObject | undefined, peer: PeerProfile): OutgoingSegment {
  const { resource: report } = telling;
  const [placer] = request === undefined ? [''] : orderNumbers(request, peer);
  const period = objectOf(report.effectivePeriod);
  const section = objectsOf(report.category)
    .flatMap(({ coding }) => objectsOf(coding))
    .find(({ system }) => textOf(system).endsWith('/v2-0074'));
  return [
    'OBR',
    '1',
    placer,
    entity(identifierOfType(report.identifier, 'FILL'), peer.names),
    concept(report.code, peer),
    '',
    '',
    timestamp(textOf(report.effectiveDateTime) || textOf(period.start)),
    timestamp(textOf(period.end)),
    ...Array.from({ length: 7 }, () => ''),
    practitioners([request?.requester], telling, peer.names),
    ...Array.from({ length: 5 }, () => ''),
    timestamp(textOf(report.issued)),
    '',
    textOf(section?.code),
    STATUSES[textOf(report.status)] ?? '',
    ...Array.from({ length: 6 }, () => ''),
    interpreter(telling, peer),
  ];
}

/** OBR-32: NDL, of whose first component (CNN) number and name are subcomponents. */
function interpreter(telling: Telling, peer: PeerProfile): OutgoingField {
  const [first] = objectsOf(telling.resource.resultsInterpreter);
  const found = practitioners([first], telling, peer.names);
  if (typeof found !== 'object' || !('repetitions' in found)) return '';
  const [parts] = found.repetitions;
  if (parts === undefined || typeof parts === 'string') return '';
  return [parts.slice(0, 6).map((part) => (typeof part === 'string' ? part : ''))];
}

/** Results in their order, and what they have as members; each once. */
function resultsOf(from: JsonObject, telling: Telling, seen: Set<string>): readonly JsonObject[] {
  return [...objectsOf(from.result), ...objectsOf(from.hasMember)].flatMap((reference) => {
    const name = referenceOf(reference);
    const found = seen.has(name) ? undefined : telling.find(name);
    if (found?.resourceType !== 'Observation') return [];
    seen.add(name);
    const members = resultsOf(found, telling, seen);
    return hasValue(found) || members.length === 0 ? [found, ...members] : members;
  });
}

function hasValue(observation: JsonObject): boolean {
  return Object.keys(observation).some((name) => name.startsWith('value') || name === 'component');
}
