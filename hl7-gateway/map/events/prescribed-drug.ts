import type { JsonObject } from '../../../server/kernel/json.ts';
import { confidentialityCode } from '../codes/visit-codes.ts';
import { address } from '../datatypes/address.ts';
import { coding, concept } from '../datatypes/concept.ts';
import { dateTime } from '../datatypes/date-time.ts';
import { identifierOfEi, ownSystem } from '../datatypes/identifier.ts';
import { practitionerReference } from '../datatypes/practitioner.ts';
import { append, elementsOf, put, type Elements } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { putDoseAndRate, putRoute, timedDosage } from '../segments/dosage.ts';
import { componentsOf, medicineElements } from '../segments/medication.ts';
import { putDrugOrder, type DrugOrder } from '../segments/medication-request.ts';
import { annotations } from '../segments/note.ts';
import { orderNumbers, type OrderNumbers } from '../segments/order-numbers.ts';
import { isNewOrder } from '../segments/order-status.ts';
import { otherAgents, putOrderParticipants } from '../segments/participation.ts';
import { encounterOf, type PatientScope } from '../segments/patient-scope.ts';
import { timingOfTq, timingOfTq1, type OrderTiming } from '../segments/timing.ts';
import type { OrderGroup, SegmentGroup } from './order-groups.ts';

/** A prescription as MedicationRequest elements; its status is for the event to say. */
export interface PrescribedDrug {
  readonly request: Elements;
  readonly numbers: OrderNumbers;
  readonly orc: SegmentReader | undefined;
  /** Whether it says what is ordered. */
  readonly hasDrug: boolean;
  /** Others who took part, for its Provenance. */
  readonly agents: readonly JsonObject[];
}

/**
 * ORC with RXO, RXE or both. What the pharmacy has encoded (RXE) counts, and adds to what was ordered (RXO). Where it is another drug, what was
 * ordered first is contained as what this order is based on.
 */
export function prescribedDrug(draft: MappingDraft, group: OrderGroup, whom: PatientScope): PrescribedDrug {
  const orc = group.order?.segment;
  const request = elementsOf('MedicationRequest');
  const { resource } = request;
  const numbers = orderNumbers(draft, orc, undefined);
  resource.intent = 'order';
  resource.subject = whom.patient.reference;
  const encounter = encounterOf(whom);
  if (encounter !== undefined) resource.encounter = encounter;
  const [ordered, encoded] = ['RXO', 'RXE'].map((name) => group.details.find(({ segment }) => segment.name === name));
  const original = ordered && putDrugOrder(request, ordered.segment, draft);
  const isOther = original?.medicine !== undefined && encoded !== undefined && isOtherDrug(ordered, encoded);
  if (isOther && ordered !== undefined)
    containOriginal(request, original, whom, originalDosage(draft, group, ordered, original));
  const drug =
    encoded === undefined
      ? original
      : withOriginal(putDrugOrder(request, encoded.segment, draft), isOther ? undefined : original);
  const main = encoded ?? ordered;
  putIdentifiers(request, numbers, main?.segment, draft);
  if (orc !== undefined) putCommon(request, orc, draft);
  if (drug?.medicine !== undefined) putMedicine(resource, drug, draft, main);
  if (main !== undefined) putDosages(request, drug, { orc, main, group, draft });
  const below = [group.order, ...group.details].flatMap((each) => each?.below ?? []);
  for (const note of annotations(draft, below)) append(resource, 'note', note);
  putOrderParticipants(resource, draft, below);
  const agents = otherAgents(draft, below);
  return { request, numbers, orc, hasDrug: drug?.medicine !== undefined, agents };
}

function isOtherDrug(ordered: SegmentGroup | undefined, encoded: SegmentGroup): boolean {
  const [one, other] = [ordered?.segment.text(1) ?? '', encoded.segment.text(2)];
  return one !== '' && other !== '' && one !== other;
}

/** What the encoded order leaves out, the original one has said. */
function withOriginal(encoded: DrugOrder, original: DrugOrder | undefined): DrugOrder {
  return {
    medicine: encoded.medicine ?? original?.medicine,
    dose: encoded.dose ?? original?.dose,
    rate: encoded.rate ?? original?.rate,
    instructions: encoded.instructions.length > 0 ? encoded.instructions : (original?.instructions ?? []),
    maximum: encoded.maximum ?? original?.maximum,
  };
}

/** Contained resources contain nothing themselves: of the medicine its code. */
function containOriginal(
  { resource }: Elements,
  { medicine }: DrugOrder,
  { patient }: PatientScope,
  dosage: JsonObject,
): void {
  const { dispenseRequest, substitution, reasonCode } = resource;
  append(resource, 'contained', {
    resourceType: 'MedicationRequest',
    id: 'original',
    status: 'unknown',
    intent: 'original-order',
    medicationCodeableConcept: medicine?.code,
    subject: patient.reference,
    ...(reasonCode === undefined ? {} : { reasonCode }),
    ...(Object.keys(dosage).length === 0 ? {} : { dosageInstruction: [dosage] }),
    ...(dispenseRequest === undefined ? {} : { dispenseRequest }),
    ...(substitution === undefined ? {} : { substitution }),
  });
  resource.basedOn = [{ reference: '#original' }];
  for (const element of ['dispenseRequest', 'substitution', 'reasonCode']) Reflect.deleteProperty(resource, element);
}

/** Timing of the order (before RXO), and the route behind it. */
function originalDosage(
  draft: MappingDraft,
  { order }: OrderGroup,
  { below }: SegmentGroup,
  { dose, instructions }: DrugOrder,
): JsonObject {
  const [tq1] = (order?.below ?? []).filter(({ name }) => name === 'TQ1');
  const [rxr] = below.filter(({ name }) => name === 'RXR');
  const dosage = tq1 === undefined ? {} : timedDosage(timingOfTq1(tq1, draft));
  if (rxr !== undefined) putRoute(dosage, rxr, draft);
  putDoseAndRate(dosage, dose, undefined);
  const texts = [dosage.text, ...instructions].filter((text) => text !== undefined);
  return texts.length === 0 ? dosage : { ...dosage, text: texts.map(String).join('\n') };
}

function putIdentifiers(
  { resource }: Elements,
  { identifiers }: OrderNumbers,
  drug: SegmentReader | undefined,
  draft: MappingDraft,
): void {
  for (const identifier of identifiers) append(resource, 'identifier', identifier);
  const number = drug?.name === 'RXE' ? drug.value(15) : undefined;
  const prescription = number && identifierOfEi(number, draft, { system: ownSystem(draft, 'prescription') });
  if (prescription !== undefined) append(resource, 'identifier', prescription);
}

/** Table 0482. */
const CATEGORIES: ReadonlyMap<string, string> = new Map(Object.entries<string>({ I: 'inpatient', O: 'outpatient' }));
const CATEGORY = 'http://terminology.hl7.org/CodeSystem/medicationrequest-category';

function putCommon(request: Elements, orc: SegmentReader, draft: MappingDraft): void {
  const { resource } = request;
  const group = orc.value(4);
  const groupIdentifier =
    group && identifierOfEi(group, draft, { type: 'PGN', system: ownSystem(draft, 'placer-group') });
  if (groupIdentifier !== undefined) resource.groupIdentifier = groupIdentifier;
  if (isNewOrder(orc.text(1))) put(request, 'authoredOn', orc, 9, (value) => dateTime(value, draft));
  const home = orc.value(24);
  const at = home && address(home, draft);
  put(request, 'requester', orc, 12, (value) =>
    practitionerReference(value, draft, at === undefined ? {} : { address: [at] }),
  );
  const category = CATEGORIES.get(orc.text(29));
  if (category !== undefined) resource.category = [{ coding: [{ system: CATEGORY, code: category }] }];
  put(request, 'statusReason', orc, 16, (value) => concept(value, draft));
  const confidentiality = orc.value(28);
  const security = confidentiality && coding(confidentiality, draft, { map: confidentialityCode });
  if (security !== undefined) resource.meta = { security: [security] };
}

function putMedicine(
  resource: JsonObject,
  { medicine }: DrugOrder,
  draft: MappingDraft,
  main: SegmentGroup | undefined,
): void {
  if (medicine === undefined) return;
  const components = (main?.below ?? []).filter(({ name }) => name === 'RXC');
  const { contained, ...elements } = medicineElements({ ...medicine, ingredients: componentsOf(draft, components) });
  Object.assign(resource, elements);
  for (const each of Array.isArray(contained) ? contained : []) append(resource, 'contained', each);
}

interface DosageSource {
  readonly orc: SegmentReader | undefined;
  readonly main: SegmentGroup;
  readonly group: OrderGroup;
  readonly draft: MappingDraft;
}

/** One dosage for each timing; route and dose are of all of them. */
function putDosages({ resource }: Elements, drug: DrugOrder | undefined, source: DosageSource): void {
  const { group, main, draft } = source;
  const timings = timingsOf(source);
  const dosages: readonly JsonObject[] = timings.length === 0 ? [{}] : timings.map(timedDosage);
  const routes = [...main.below, ...group.details.flatMap(({ below }) => below)].filter(({ name }) => name === 'RXR');
  for (const dosage of dosages) {
    if (routes[0] !== undefined) putRoute(dosage, routes[0], draft);
    putDoseAndRate(dosage, drug?.dose, drug?.rate);
    const texts = [dosage.text, ...(drug?.instructions ?? [])].filter((text) => text !== undefined);
    if (texts.length > 0) dosage.text = texts.map(String).join('\n');
    if (drug?.maximum !== undefined) dosage.maxDosePerPeriod = drug.maximum;
  }
  const said = dosages.filter((dosage) => Object.keys(dosage).length > 0);
  if (said.length > 0)
    resource.dosageInstruction =
      said.length === 1 ? said : said.map((dosage, index) => ({ sequence: index + 1, ...dosage }));
  const priority = timings.map((timing) => timing.priority).find((each) => each !== undefined);
  if (priority !== undefined) resource.priority = priority;
}

/** TQ1 of the drug, else of the order; in older versions RXE-1 or ORC-7. */
function timingsOf({ orc, main, group, draft }: DosageSource): readonly OrderTiming[] {
  for (const below of [main.below, group.order?.below ?? [], group.details.flatMap((each) => each.below)]) {
    const found = below.filter(({ name }) => name === 'TQ1');
    if (found.length > 0) return found.map((tq1) => timingOfTq1(tq1, draft));
  }
  const { segment } = main;
  const own = segment.name === 'RXE' ? segment.values(1) : [];
  if (orc !== undefined && own.length > 0 && isSameTiming(orc, segment)) orc.skip(7);
  return (own.length > 0 ? own : (orc?.values(7) ?? [])).map((value) => timingOfTq(value, draft));
}

function isSameTiming(orc: SegmentReader, rxe: SegmentReader): boolean {
  const plain = (text: string): string => text.replaceAll('""', '');
  return plain(orc.source.getRaw(7)) === plain(rxe.source.getRaw(1));
}
