import type { JsonObject } from '../../../server/kernel/json.ts';
import { coreExtension } from '../canonical.ts';
import { identifierOfCx, matchesOf, ownSystem } from '../datatypes/identifier.ts';
import { plainText } from '../datatypes/text.ts';
import { append, elementsOf, type Elements } from '../elements.ts';
import { eventTimeOf } from '../event-time.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';

/** PV1-54 and 53: the episode that the visit belongs to; a description without identifier is of none. */
export function putEpisode({ resource }: Elements, pv1: SegmentReader, patient: JsonObject, draft: MappingDraft): void {
  const value = pv1.value(54);
  const identifier =
    value === undefined ? undefined : identifierOfCx(value, draft, { system: ownSystem(draft, 'episode') });
  if (identifier === undefined) return;
  const episode = elementsOf('EpisodeOfCare');
  episode.resource.identifier = [identifier];
  episode.resource.patient = patient;
  const description = pv1.value(53);
  const text = description === undefined ? undefined : plainText(description);
  if (text !== undefined)
    append(episode.resource, 'extension', { url: coreExtension('resource-instance-description'), valueString: text });
  const reference = draft.add(`${pv1.place}-54`, {
    resource: episode.resource,
    match: matchesOf(episode.resource.identifier),
    mode: 'upsert',
    defaults: { status: 'active' },
    eventTime: eventTimeOf(draft),
  });
  resource.episodeOfCare = [{ reference }];
}
