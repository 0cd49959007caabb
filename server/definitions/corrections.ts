import type { CanonicalJson } from './build-canonicals.ts';

/*
 * The package that carries the definitions adds elements of its own and of R5 to types of R4, and has R4 before its last
 * corrections. What is R4: https://hl7.org/fhir/R4/resourcelist.html, element by element.
 */

const ADDED: ReadonlyMap<string, readonly string[]> = new Map([
  ['Binary', ['url']],
  // Its `classification` stays: the package has a search parameter on it, which clients find in its list.
  ['DeviceDefinition', ['bodySite']],
  [
    'EvidenceVariable',
    ['linkId', 'note', 'description', 'exclude', 'definitionReference', 'definitionCanonical']
      .concat(['definitionCodeableConcept', 'definitionExpression', 'definitionId', 'definitionByTypeAndValue'])
      .concat(['definitionByCombination', 'instances[x]', 'duration[x]', 'timeFromEvent'])
      .map((name) => `characteristic.${name}`),
  ],
  ['HealthcareService', ['offeredIn']],
  ['Meta', ['project', 'author', 'onBehalfOf', 'account', 'accounts', 'compartment', 'deleted']],
  ['ObservationDefinition', ['publisher']],
  [
    'ResearchStudy',
    ['name', 'label', 'studyDesign', 'region', 'descriptionSummary', 'classifier', 'associatedParty', 'progressStatus']
      .concat(['whyStopped', 'recruitment', 'comparisonGroup', 'outcomeMeasure', 'result'])
      .concat(['objective.description']),
  ],
]);

/** https://hl7.org/fhir/R4/evidencevariable-definitions.html */
const CHARACTERISTIC: readonly ElementJson[] = [
  element('EvidenceVariable.characteristic.description', 0, '1', ['string']),
  element('EvidenceVariable.characteristic.definition[x]', 1, '1', [
    'Reference',
    'canonical',
    'CodeableConcept',
    'Expression',
    'DataRequirement',
    'TriggerDefinition',
  ]),
  element('EvidenceVariable.characteristic.usageContext', 0, '*', ['UsageContext']),
  element('EvidenceVariable.characteristic.exclude', 0, '1', ['boolean']),
  element('EvidenceVariable.characteristic.participantEffective[x]', 0, '1', [
    'dateTime',
    'Period',
    'Duration',
    'Timing',
  ]),
  element('EvidenceVariable.characteristic.timeFromStart', 0, '1', ['Duration']),
  {
    ...element('EvidenceVariable.characteristic.groupMeasure', 0, '1', ['code']),
    binding: { strength: 'required', valueSet: 'http://hl7.org/fhir/ValueSet/group-measure|4.0.1' },
  },
];

/** As far as it is corrected. */
interface ElementJson {
  readonly id?: string;
  readonly path: string;
  readonly min?: number;
  readonly max?: string;
  readonly type?: readonly { readonly code: string }[];
  readonly binding?: { readonly strength: string; readonly valueSet?: string };
}

interface StructureJson extends CanonicalJson {
  readonly type?: string;
  readonly snapshot?: { readonly element: readonly ElementJson[] };
  readonly differential?: { readonly element: readonly ElementJson[] };
}

/** A StructureDefinition as R4 has it. */
export function corrected<T extends CanonicalJson>(resource: T): T {
  if (resource.resourceType !== 'StructureDefinition') return resource;
  const structure = resource as StructureJson;
  const { snapshot, differential } = structure;
  return {
    ...resource,
    ...(snapshot === undefined
      ? {}
      : { snapshot: { ...snapshot, element: correctedElements(structure, snapshot.element) } }),
    ...(differential === undefined
      ? {}
      : { differential: { ...differential, element: correctedElements(structure, differential.element) } }),
  };
}

function correctedElements(
  { url = '', type }: StructureJson,
  elements: readonly ElementJson[],
): readonly ElementJson[] {
  if (url === 'http://hl7.org/fhir/StructureDefinition/vitalsigns') return elements.map(relaxed);
  const added = type !== undefined && url.endsWith(`/${type}`) ? ADDED.get(type) : undefined;
  if (added === undefined) return elements;
  const paths = added.map((name) => `${type}.${name}`);
  const kept = elements.filter(({ path }) => !paths.some((known) => path === known || path.startsWith(`${known}.`)));
  return type === 'EvidenceVariable' ? withCharacteristic(kept) : kept;
}

/** HL7 relaxed it after 4.0.1, since it forbids the units of a flow of oxygen; guides that build on R4 show it relaxed. */
function relaxed(one: ElementJson): ElementJson {
  if (one.path !== 'Observation.component.value[x]' || one.binding === undefined) return one;
  return { ...one, binding: { ...one.binding, strength: 'extensible' } };
}

function withCharacteristic(elements: readonly ElementJson[]): readonly ElementJson[] {
  const place = elements.findLastIndex(({ path }) => path.startsWith('EvidenceVariable.characteristic'));
  return elements
    .map((one) => (one.path === 'EvidenceVariable.characteristic' ? { ...one, min: 1 } : one))
    .toSpliced(place + 1, 0, ...CHARACTERISTIC);
}

function element(path: string, min: number, max: string, types: readonly string[]): ElementJson {
  return { id: path, path, min, max, type: types.map((code) => ({ code })) };
}
