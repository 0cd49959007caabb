import type { JsonObject } from '../../../server/kernel/json.ts';
import type { OutgoingSegment } from '../../hl7/build-message.ts';
import { concept } from '../datatypes/concepts.ts';
import { timestamp } from '../datatypes/times.ts';
import { objectOf, objectsOf, referenceOf, textOf } from '../../map/json.ts';
import type { PeerProfile, Telling } from '../tell.ts';

export function specimens(telling: Telling): readonly JsonObject[] {
  return objectsOf(telling.resource.specimen)
    .map((reference) => telling.find(referenceOf(reference)))
    .filter((each) => each !== undefined);
}

/** SPM of each specimen, from version 2.5 on. */
export function specimenSegments(telling: Telling, peer: PeerProfile): readonly OutgoingSegment[] {
  return specimens(telling).map((specimen, index) => {
    const { collectedDateTime, collectedPeriod, bodySite, method } = objectOf(specimen.collection);
    const period = objectOf(collectedPeriod);
    const [identifier] = objectsOf(specimen.identifier);
    const accession = objectOf(specimen.accessionIdentifier);
    return [
      'SPM',
      String(index + 1),
      [entityParts(identifier, peer), entityParts(textOf(accession.value) === '' ? undefined : accession, peer)],
      '',
      concept(specimen.type, peer),
      '',
      '',
      concept(method, peer),
      concept(bodySite, peer),
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      [timestamp(textOf(collectedDateTime) || textOf(period.start)), timestamp(textOf(period.end))],
      timestamp(textOf(specimen.receivedTime)),
    ];
  });
}

/** EI as a component of EIP. */
function entityParts(identifier: JsonObject | undefined, { names }: PeerProfile): readonly string[] {
  if (identifier === undefined) return [];
  const { namespace, universalId, type } = names.assigner(textOf(identifier.system));
  return [textOf(identifier.value), namespace, universalId, type];
}
