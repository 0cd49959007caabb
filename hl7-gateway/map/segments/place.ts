import { address } from '../datatypes/address.ts';
import { concepts } from '../datatypes/concept.ts';
import { contactPoint } from '../datatypes/contact-point.ts';
import { locationReference } from '../datatypes/location.ts';
import { organizationReference } from '../datatypes/organization.ts';
import { plainText } from '../datatypes/text.ts';
import { elementsOf, put, putAll } from '../elements.ts';
import { eventTimeOf } from '../event-time.ts';
import { MapFailure } from '../mapped-message.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import { segmentOf, type MasterRecord } from './master-record.ts';

/** MFN M05: LOC as the Location that PV1-3 and other fields name, with what they do not say of it. */
export function placeEntry(draft: MappingDraft, record: MasterRecord): void {
  const loc = segmentOf(record, 'LOC');
  const key = loc?.value(1);
  if (loc === undefined || key === undefined)
    throw new MapFailure('A record of the file of places has no LOC-1', 'LOC^1^1', '101');
  const { reference } = locationReference(key, draft) ?? {};
  const named = typeof reference === 'string' ? draft.entryOf(reference) : undefined;
  if (named === undefined) throw new MapFailure('LOC-1 names no place', 'LOC^1^1', '101');
  const place = elementsOf('Location');
  Object.assign(place.resource, named.resource);
  put(place, 'description', loc, 2, plainText);
  putAll(place, 'type', loc, 3, (value) => concepts(value, draft, { table: 'HL70260' }));
  put(place, 'managingOrganization', loc, 4, (value) => organizationReference(value, draft));
  put(place, 'address', loc, 5, (value) => address(value, draft));
  putAll(place, 'telecom', loc, 6, (value) => contactPoint(value, draft));
  place.resource.status = record.isInactive ? 'inactive' : 'active';
  draft.add(loc.place, {
    resource: place.resource,
    match: named.match,
    mode: 'upsert',
    ...(place.clears.length === 0 ? {} : { clears: place.clears }),
    eventTime: eventTimeOf(draft),
  });
}
