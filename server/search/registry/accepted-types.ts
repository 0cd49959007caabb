import type { SearchParamType, SlotKind } from '../registry-types.ts';

const PRIMITIVE_TOKENS = [
  'code',
  'boolean',
  'string',
  'markdown',
  'id',
  'uri',
  'url',
  'canonical',
  'oid',
  'uuid',
  'integer',
  'positiveInt',
  'unsignedInt',
];
const URIS = ['uri', 'url', 'canonical', 'oid', 'uuid'];

/** FHIR types whose values a slot of a kind can index; others in the same place (`performedString` of a date) are passed over. */
const ACCEPTED: Readonly<Record<SlotKind, ReadonlySet<string>>> = {
  token: new Set(['Coding', 'CodeableConcept', 'Identifier', 'ContactPoint', 'Money', ...PRIMITIVE_TOKENS]),
  ref: new Set(['Reference', 'Resource', 'uri', 'url', 'canonical']),
  date: new Set(['date', 'dateTime', 'instant', 'Period', 'Timing']),
  quantity: new Set([
    'Quantity',
    'SimpleQuantity',
    'MoneyQuantity',
    'Age',
    'Duration',
    'Distance',
    'Count',
    'Money',
    'Range',
  ]),
  number: new Set(['integer', 'positiveInt', 'unsignedInt', 'decimal', 'Range']),
  string: new Set([
    'string',
    'markdown',
    'code',
    'id',
    'uri',
    'HumanName',
    'Address',
    'CodeableConcept',
    'Coding',
    'Annotation',
    'Reference',
  ]),
  position: new Set(['Location.position']),
  uri: new Set(URIS),
};

export function acceptedTypes(kind: SlotKind): ReadonlySet<string> {
  return ACCEPTED[kind];
}

const KINDS: Readonly<Record<SearchParamType, SlotKind | undefined>> = {
  string: 'string',
  token: 'token',
  reference: 'ref',
  date: 'date',
  number: 'number',
  quantity: 'quantity',
  uri: 'uri',
  special: 'position',
  composite: undefined,
};

/** The kind of slot behind a parameter of a type; undefined for composites and for types that are none of R4's. */
export function slotKind(type: string): SlotKind | undefined {
  return Object.hasOwn(KINDS, type) ? KINDS[type as SearchParamType] : undefined;
}
