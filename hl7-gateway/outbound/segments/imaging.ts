import type { JsonObject } from '../../../server/kernel/json.ts';
import type { OutgoingSegment } from '../../hl7/build-message.ts';
import { entity, identifierOfType } from '../datatypes/numbers.ts';
import { objectOf, objectsOf, textOf } from '../../map/json.ts';
import type { PeerProfile } from '../tell.ts';

/** OBR-18 to OBR-20: accession, requested procedure, scheduled step, as IHE Radiology has them. */
export function imagingNumbers({ identifier }: JsonObject): readonly string[] {
  const found = [
    identifierOfType(identifier, 'ACSN'),
    named(identifier, 'requested-procedure'),
    named(identifier, 'scheduled-step'),
  ];
  return found.map((each) => textOf(each?.value));
}

/** The identifier whose type is that text: HL7 has no code for it. */
function named(identifiers: JsonObject[string], kind: string): JsonObject | undefined {
  return objectsOf(identifiers).find(({ type }) => objectOf(type).text === kind);
}

const MODALITIES = 'http://dicom.nema.org/resources/ontology/DCM';
const STUDY_UID = 'urn:dicom:uid';

/** The study that an imaging order leads to; empty where nobody gave it a UID. */
export function studyUid({ identifier }: JsonObject): string {
  const found = objectsOf(identifier).find(({ system }) => system === STUDY_UID);
  return textOf(found?.value).replace(/^urn:oid:/, '');
}

/** IPC, from version 2.5 on: accession, procedure, study, step, modality. */
export function imagingSegment(request: JsonObject, peer: PeerProfile): OutgoingSegment {
  const { identifier } = request;
  const codings = [...objectsOf(request.category), ...objectsOf(request.orderDetail)].flatMap(({ coding }) =>
    objectsOf(coding),
  );
  const modality = textOf(codings.find(({ system }) => system === MODALITIES)?.code);
  return [
    'IPC',
    entity(identifierOfType(identifier, 'ACSN'), peer.names),
    entity(named(identifier, 'requested-procedure'), peer.names),
    [studyUid(request)],
    entity(named(identifier, 'scheduled-step'), peer.names),
    modality,
  ];
}

/** ZDS of IHE Radiology: the Study Instance UID in versions that have no IPC. */
export function studySegment(request: JsonObject): OutgoingSegment {
  return ['ZDS', [studyUid(request), 'ATHANOR', 'Application', 'DICOM']];
}
