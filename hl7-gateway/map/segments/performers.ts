import type { JsonObject } from '../../../server/kernel/json.ts';
import { coreExtension } from '../canonical.ts';
import { address } from '../datatypes/address.ts';
import { concept } from '../datatypes/concept.ts';
import { identifierOfEi, matchOf, ownSystem } from '../datatypes/identifier.ts';
import { organizationReference } from '../datatypes/organization.ts';
import { practitionerReference, practitionerReferenceOfCnn } from '../datatypes/practitioner.ts';
import { append, filled, type Elements } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';

/** Who observed (OBX-16), where (OBX-15, OBX-23, OBX-24), who answers for the laboratory (OBX-25), with what device (OBX-18). */
export function putPerformers({ resource }: Elements, obx: SegmentReader, draft: MappingDraft): void {
  const found: (JsonObject | undefined)[] = obx.values(16).map((value) => practitionerReference(value, draft));
  const place = obx.value(24);
  const postal = place && address(place, draft);
  const organization = obx.value(23);
  found.push(
    organization && organizationReference(organization, draft, postal === undefined ? {} : { address: [postal] }),
  );
  found.push(producer(obx.value(15), draft));
  for (const value of obx.values(25)) found.push(practitionerReference(value, draft));
  for (const performer of found) if (performer !== undefined) append(resource, 'performer', performer);
  const [device] = obx.values(18).map((value) => deviceReference(value, draft));
  if (device !== undefined) resource.device = device;
}

/** OBX-15 is a code of the producer: a logical reference. */
function producer(value: Value | undefined, draft: MappingDraft): JsonObject | undefined {
  const made = value && concept(value, draft);
  if (made === undefined) return undefined;
  const [coding] = Array.isArray(made.coding) ? (made.coding as JsonObject[]) : [];
  const identifier = coding && filled({ system: coding.system, value: coding.code });
  return filled({ type: 'Organization', identifier, display: made.text });
}

/** OBX-18: a device that is known by its number alone. */
function deviceReference(value: Value, draft: MappingDraft): JsonObject | undefined {
  const identifier = identifierOfEi(value, draft, { system: ownSystem(draft, 'device') });
  const match = matchOf(identifier);
  if (identifier === undefined || match === undefined) return undefined;
  const reference = draft.add(`${value.place} ${match}`, {
    resource: { resourceType: 'Device', identifier: [identifier] },
    match: [match],
    mode: 'create',
  });
  return { reference };
}

const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType';

/**
 * NDL: who interpreted, assisted, typed (OBR-32 to OBR-35).
 * @param role code of v3-ParticipationType, as https://hl7.org/fhir/R4/extension-event-performerfunction.html has it
 */
export function namedPerformer(value: Value, draft: MappingDraft, role?: string): JsonObject | undefined {
  const made = practitionerReferenceOfCnn(value.part(1), draft);
  if (made === undefined || role === undefined) return made;
  const valueCodeableConcept = { coding: [{ system: PARTICIPATION, code: role }] };
  return { extension: [{ url: coreExtension('event-performerFunction'), valueCodeableConcept }], ...made };
}
