import type { JsonObject } from '../../../server/kernel/json.ts';
import { relationship } from '../codes/patient-codes.ts';
import { address } from '../datatypes/address.ts';
import { concept } from '../datatypes/concept.ts';
import { date } from '../datatypes/date-time.ts';
import { nameText } from '../datatypes/human-name.ts';
import { identifierOfCx, matchesOf, ownSystem } from '../datatypes/identifier.ts';
import { organizationReference } from '../datatypes/organization.ts';
import { positiveInteger } from '../datatypes/quantity.ts';
import { append, elementsOf, filled, put, type Elements } from '../elements.ts';
import { eventTimeOf } from '../event-time.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import { ownIdentity } from '../own-identity.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { MappedPatient } from './patient.ts';

const SUBSCRIBER_ID = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-subscriberId';
const CLASSES = 'http://terminology.hl7.org/CodeSystem/coverage-class';

/**
 * IN1: the coverage of a patient by one policy; known by plan, company, and policy or member number.
 * @param pv1 its financial class (PV1-20) stands in for the plan type
 */
export function coverageEntry(
  draft: MappingDraft,
  in1: SegmentReader,
  patient: MappedPatient,
  pv1?: SegmentReader,
): JsonObject | undefined {
  const payor = payorOf(draft, in1);
  if (payor === undefined) return undefined;
  const coverage = elementsOf('Coverage');
  const { resource } = coverage;
  resource.beneficiary = patient.reference;
  resource.payor = [payor];
  const own = ownIdentity(draft, 'coverage', [
    patient.key,
    in1.value(2)?.peek() ?? '-',
    in1.value(3)?.peek() ?? '-',
    in1.value(36)?.peek() ?? in1.value(49)?.peek() ?? '-',
  ]);
  resource.identifier = [...(own === undefined ? [] : [own]), ...planIdentifiers(draft, in1)];
  put(coverage, 'order', in1, 22, positiveInteger);
  if (resource.order === undefined) put(coverage, 'order', in1, 1, positiveInteger);
  else in1.skip(1);
  put(coverage, 'type', in1, 15, (value) => concept(value, draft, { table: 'HL70086' }));
  if (resource.type === undefined && pv1 !== undefined)
    put(coverage, 'type', pv1, 20, (value) => concept(value, draft, { table: 'HL70064' }));
  const policy = in1.text(36);
  if (policy !== '') resource.subscriberId = policy;
  putSubscriber(coverage, in1, patient, draft);
  putClasses(resource, in1);
  const start = in1.value(12);
  const end = in1.value(13);
  const period = filled({
    start: start === undefined ? undefined : date(start),
    end: end === undefined ? undefined : date(end),
  });
  if (period !== undefined) resource.period = period;
  const reference = draft.add(in1.place, {
    resource,
    match: own === undefined ? [] : matchesOf([own]),
    mode: 'upsert',
    defaults: { status: 'active' },
    ...(coverage.clears.length === 0 ? {} : { clears: coverage.clears }),
    eventTime: eventTimeOf(draft),
  });
  return { reference };
}

/** The company by name (IN1-4) or number (IN1-3); nobody who pays is no coverage. */
function payorOf(draft: MappingDraft, in1: SegmentReader): JsonObject | undefined {
  const home = in1.value(5);
  const made = home === undefined ? undefined : address(home, draft);
  const more = made === undefined ? {} : { address: [made] };
  const company = in1.value(3);
  const number =
    company === undefined ? undefined : identifierOfCx(company, draft, { system: ownSystem(draft, 'payor') });
  const name = in1.value(4);
  const named = name === undefined ? undefined : organizationReference(name, draft, more);
  if (named?.reference !== undefined || number === undefined) return named;
  const display = named?.display;
  const reference = draft.add(`${in1.place}-3`, {
    resource: {
      resourceType: 'Organization',
      identifier: [number],
      ...(display === undefined ? {} : { name: display }),
      ...more,
    },
    match: matchesOf([number]),
    mode: 'create',
  });
  return { reference, ...(display === undefined ? {} : { display }) };
}

/** IN1-2: the plan's number as the partner has it. */
function planIdentifiers(draft: MappingDraft, in1: SegmentReader): readonly JsonObject[] {
  const plan = in1.value(2);
  if (plan === undefined) return [];
  const [first] = [plan.text(1)];
  if (first === '') return [];
  return [{ system: draft.context.systems.ofCodingSystem(plan.text(3), ''), value: first }];
}

/** IN1-16, 17, 10, 49, 11: who holds the policy. */
function putSubscriber(coverage: Elements, in1: SegmentReader, patient: MappedPatient, draft: MappingDraft): void {
  const { resource } = coverage;
  put(coverage, 'relationship', in1, 17, (value) => concept(value, draft, { map: relationship }));
  const isPatient = in1.text(17).toUpperCase() === 'SEL';
  const name = in1.value(16);
  const display = name === undefined ? undefined : nameText(name);
  if (isPatient) resource.subscriber = { ...patient.reference, ...(display === undefined ? {} : { display }) };
  else if (display !== undefined) resource.subscriber = { type: 'RelatedPerson', display };
  for (const field of [10, 49])
    for (const value of in1.values(field)) {
      const valueIdentifier = identifierOfCx(value, draft);
      if (valueIdentifier !== undefined) append(resource, 'extension', { url: SUBSCRIBER_ID, valueIdentifier });
    }
  const employer = in1.value(11);
  const holder = employer === undefined ? undefined : organizationReference(employer, draft);
  if (holder !== undefined) resource.policyHolder = holder;
}

/** Group (IN1-8, 9) and plan (IN1-35, name in IN1-2) as classes. */
function putClasses(resource: JsonObject, in1: SegmentReader): void {
  const group = in1.text(8);
  const groupName = in1.text(9);
  const plan = in1.value(2);
  const planCode = plan?.text(1) ?? '';
  const planName = plan?.text(2) ?? '';
  for (const [kind, value, name] of [
    ['group', group, groupName],
    ['plan', planCode, planName],
  ] as const) {
    if (value === '' && name === '') continue;
    append(resource, 'class', {
      type: { coding: [{ system: CLASSES, code: kind }] },
      value: value || name,
      ...(name === '' ? {} : { name }),
    });
  }
}
