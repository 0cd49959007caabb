import type { OutgoingRepetition, OutgoingSegment } from '../../hl7/build-message.ts';
import type { JsonObject } from '../../../server/kernel/json.ts';
import { codesOf, objectsOf, textOf } from '../json.ts';
import { addresses, personNames, telecoms } from '../written/names.ts';
import { SEXES } from '../written/sexes.ts';

/** How the peer calls who gave a number; undefined: by a universal id alone. */
export type AssignerNames = (system: string) => Authority | undefined;

export interface Authority {
  readonly namespace: string;
  readonly universalId: string;
  readonly type: string;
}

export interface SegmentOptions {
  /** Systems of the numbers that are wanted; none: all. */
  readonly domains: readonly string[];
  readonly names: AssignerNames;
  /** `system|value` that is left out. */
  readonly except?: string | undefined;
}

/** PID of a Patient: numbers, names, birth, sex, addresses, telephone. */
export function patientSegment(patient: JsonObject, setId: number, options: SegmentOptions): OutgoingSegment {
  const isWork = ({ use }: JsonObject): boolean => use === 'work';
  return [
    'PID',
    String(setId),
    '',
    { repetitions: numbersOf(patient, options) },
    '',
    { repetitions: personNames(patient.name) },
    '',
    textOf(patient.birthDate).replaceAll('-', ''),
    SEXES[textOf(patient.gender)] ?? '',
    '',
    '',
    { repetitions: addresses(patient.address) },
    '',
    { repetitions: telecoms(patient.telecom, (point) => !isWork(point)) },
    { repetitions: telecoms(patient.telecom, isWork) },
  ];
}

/** PID of a reply to PIX: numbers only; the name must be there and says nothing. Undefined where there is no other number. */
export function identifiersSegment(patient: JsonObject, options: SegmentOptions): OutgoingSegment | undefined {
  const numbers = numbersOf(patient, options);
  if (numbers.length === 0) return undefined;
  return ['PID', '', '', { repetitions: numbers }, '', { repetitions: ['', ['', '', '', '', '', '', 'S']] }];
}

/** CX; a number of nobody cannot be told to others. */
function numbersOf(patient: JsonObject, { domains, names, except }: SegmentOptions): OutgoingRepetition[] {
  return objectsOf(patient.identifier).flatMap((identifier) => {
    const { system, value, type, use } = identifier;
    if (typeof system !== 'string' || typeof value !== 'string' || use === 'old') return [];
    if (domains.length > 0 && !domains.includes(system)) return [];
    if (`${system}|${value}` === except) return [];
    const [code = ''] = codesOf(type);
    const authority = names(system) ?? universal(system);
    return [[value, '', '', [authority.namespace, authority.universalId, authority.type], code]];
  });
}

function universal(system: string): Authority {
  const [, kind, id] = /^urn:(oid|uuid):(.+)$/.exec(system) ?? [];
  if (kind === undefined || id === undefined) return { namespace: '', universalId: system, type: 'URI' };
  return { namespace: '', universalId: id, type: kind === 'oid' ? 'ISO' : 'UUID' };
}
