import type { OutgoingRepetition, OutgoingSegment } from '../../hl7/build-message.ts';
import { isObject, type JsonObject, type JsonValue } from '../../../server/kernel/json.ts';

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
  const names = listOf(patient.name).map(nameOf);
  const phones = listOf(patient.telecom).filter(({ system }) => system === 'phone' || system === 'email');
  const isWork = ({ use }: JsonObject): boolean => use === 'work';
  return [
    'PID',
    String(setId),
    '',
    { repetitions: numbersOf(patient, options) },
    '',
    { repetitions: names },
    '',
    textOf(patient.birthDate).replaceAll('-', ''),
    SEXES[textOf(patient.gender)] ?? '',
    '',
    '',
    { repetitions: listOf(patient.address).map(addressOf) },
    '',
    { repetitions: phones.filter((phone) => !isWork(phone)).map(phoneOf) },
    { repetitions: phones.filter(isWork).map(phoneOf) },
  ];
}

/** PID of a reply to PIX: numbers only; the name must be there and says nothing. Undefined where there is no other number. */
export function identifiersSegment(patient: JsonObject, options: SegmentOptions): OutgoingSegment | undefined {
  const numbers = numbersOf(patient, options);
  if (numbers.length === 0) return undefined;
  return ['PID', '', '', { repetitions: numbers }, '', { repetitions: ['', ['', '', '', '', '', '', 'S']] }];
}

const SEXES: Readonly<Record<string, string | undefined>> = { male: 'M', female: 'F', other: 'O', unknown: 'U' };

/** CX; a number of nobody cannot be told to others. */
function numbersOf(patient: JsonObject, { domains, names, except }: SegmentOptions): OutgoingRepetition[] {
  return listOf(patient.identifier).flatMap((identifier) => {
    const { system, value, type, use } = identifier;
    if (typeof system !== 'string' || typeof value !== 'string' || use === 'old') return [];
    if (domains.length > 0 && !domains.includes(system)) return [];
    if (`${system}|${value}` === except) return [];
    const [coding] = isObject(type) ? listOf(type.coding) : [];
    const authority = names(system) ?? universal(system);
    return [[value, '', '', [authority.namespace, authority.universalId, authority.type], textOf(coding?.code)]];
  });
}

function universal(system: string): Authority {
  const [, kind, id] = /^urn:(oid|uuid):(.+)$/.exec(system) ?? [];
  if (kind === undefined || id === undefined) return { namespace: '', universalId: system, type: 'URI' };
  return { namespace: '', universalId: id, type: kind === 'oid' ? 'ISO' : 'UUID' };
}

/** XPN. */
function nameOf({ family, given, prefix, suffix, use }: JsonObject): OutgoingRepetition {
  const [first = '', ...middle] = textsOf(given);
  return [
    textOf(family),
    first,
    middle.join(' '),
    textsOf(suffix).join(' '),
    textsOf(prefix).join(' '),
    '',
    NAME_TYPES[textOf(use)] ?? '',
  ];
}

const NAME_TYPES: Readonly<Record<string, string | undefined>> = {
  usual: 'D',
  official: 'L',
  maiden: 'M',
  nickname: 'N',
  anonymous: 'MSK',
  old: 'BAD',
  temp: 'TEMP',
};

/** XAD. */
function addressOf({ line, city, state, postalCode, country, use }: JsonObject): OutgoingRepetition {
  const [street = '', ...other] = textsOf(line);
  return [
    street,
    other.join(', '),
    textOf(city),
    textOf(state),
    textOf(postalCode),
    textOf(country),
    ADDRESS_TYPES[textOf(use)] ?? '',
  ];
}

const ADDRESS_TYPES: Readonly<Record<string, string | undefined>> = {
  home: 'H',
  work: 'B',
  temp: 'C',
  billing: 'BI',
  old: 'BA',
};

/** XTN. */
function phoneOf({ system, value, use }: JsonObject): OutgoingRepetition {
  const isWork = use === 'work';
  if (system === 'email') return ['', 'NET', 'Internet', textOf(value)];
  return [textOf(value), isWork ? 'WPN' : use === 'mobile' ? 'PRS' : 'PRN', use === 'mobile' ? 'CP' : 'PH'];
}

function listOf(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
