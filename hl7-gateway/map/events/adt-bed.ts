import { bedStatus } from '../codes/visit-codes.ts';
import { defineMap } from '../define-map.ts';
import { coding } from '../datatypes/concept.ts';
import { locationReference } from '../datatypes/location.ts';
import { eventTimeOf } from '../event-time.ts';
import type { MessageMap } from '../map-context.ts';
import { MapFailure } from '../mapped-message.ts';

/** A20: beds are closed, cleaned, free (NPU). */
export const BED_MAPS: readonly MessageMap[] = [
  defineMap(['ADT^A20'], (draft) => {
    const beds = draft.all('NPU');
    if (beds.length === 0) throw new MapFailure('The message has no NPU: it says nothing of a bed', 'NPU', '101');
    for (const npu of beds) {
      const [place, status] = [npu.value(1), npu.value(2)];
      const { reference } = (place === undefined ? undefined : locationReference(place, draft)) ?? {};
      const bed = typeof reference === 'string' ? draft.entryOf(reference) : undefined;
      const operationalStatus = status === undefined ? undefined : coding(status, draft, { map: bedStatus });
      if (bed === undefined || operationalStatus === undefined)
        throw new MapFailure('NPU-1 names no bed, or NPU-2 no status', 'NPU^1', '101');
      draft.add(npu.place, {
        resource: { ...bed.resource, operationalStatus },
        match: bed.match,
        mode: 'upsert',
        eventTime: eventTimeOf(draft),
      });
    }
  }),
];
