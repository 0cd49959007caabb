import { defineMap } from '../define-map.ts';
import type { MessageMap } from '../map-context.ts';
import { MapFailure } from '../mapped-message.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { chargeDefinition } from '../segments/charge-definition.ts';
import type { MasterRecord } from '../segments/master-record.ts';
import { testDefinition } from '../segments/test-definition.ts';
import { placeEntry } from '../segments/place.ts';
import { staffEntry } from '../segments/staff.ts';

/** A map of master files whose records are made by `make`. */
function masterMap(events: readonly string[], make: (draft: MappingDraft, record: MasterRecord) => void): MessageMap {
  return defineMap(
    events.map((event) => `MFN^${event}`),
    (draft) => {
      // Which file, whole or changes, and when: told by the event and the records.
      draft.first('MFI')?.skip(1, 2, 3, 4, 5, 6);
      const records = masterRecords(draft);
      if (records.length === 0) throw new MapFailure('The message has no MFE: it changes no record', 'MFE', '101');
      for (const record of records) {
        // Its time is the message's; its key is repeated in the record.
        record.mfe.skip(1, 2, 3, 4, 5);
        make(draft, record);
      }
    },
  );
}

/** Staff (M02), charges (M04), places (M05), tests and observations (M08–M11). */
export const MFN_MAPS: readonly MessageMap[] = [
  masterMap(['M02'], staffEntry),
  masterMap(['M04'], chargeDefinition),
  masterMap(['M05'], placeEntry),
  masterMap(['M08', 'M09', 'M10', 'M11'], testDefinition),
];

function masterRecords(draft: MappingDraft): readonly MasterRecord[] {
  const records: { mfe: SegmentReader; segments: SegmentReader[]; isInactive: boolean }[] = [];
  for (const segment of draft.segments) {
    if (segment.name === 'MFE')
      records.push({ mfe: segment, segments: [], isInactive: INACTIVE.has(segment.text(1).toUpperCase()) });
    else records.at(-1)?.segments.push(segment);
  }
  return records;
}

const INACTIVE = new Set(['MDL', 'MDC']);
