import { dateTimeOf } from '../../../hl7-gateway/map/datatypes/date-time.ts';
import type { ParsedMessage, ParsedSegment } from '../../../hl7-gateway/hl7/parsed-message.ts';
import { HAS_TABLES, holds, officialFields } from './official-tables.ts';
import { describeSamples, mapMessage, readSample, SAMPLES } from './samples.ts';

interface FoundField {
  /** `PID[1]` */
  readonly place: string;
  readonly field: number;
  readonly target: string;
}

/** Fields that have content and that the official tables map. */
function mappedFields(message: ParsedMessage, official: ReturnType<typeof officialFields>): readonly FoundField[] {
  const fields = official(message);
  const counts = new Map<string, number>();
  return message.segments.flatMap((segment) => {
    const ordinal = (counts.get(segment.name) ?? 0) + 1;
    counts.set(segment.name, ordinal);
    return fields
      .filter((each) => each.segment === segment.name && segment.get(each.field).trim() !== '')
      .filter(({ field, condition }) => holds(condition, message, segment) && !saysNothing(segment, field))
      .map(({ field, target }) => ({ place: `${segment.name}[${ordinal}]`, field, target }));
  });
}

/** Those of them that no map read: `PID[1]-40 telecom[3]`. */
function lostFields(message: ParsedMessage, official: ReturnType<typeof officialFields>): readonly string[] {
  const unread = new Set(mapMessage(message).unread);
  return mappedFields(message, official)
    .filter(({ place, field }) => unread.has(place) || unread.has(`${place}-${field}`))
    .map(({ place, field, target }) => `${place}-${field} ${target}`);
}

/** Content that the tables map and that nothing can be made of, by field. */
const EMPTY: Readonly<Record<string, ((segment: ParsedSegment) => boolean) | undefined>> = {
  // An identifier without its value.
  'DG1-22': (dg1) => dg1.get(22, 1, 1) === '',
  'OBR-3': (obr) => obr.get(3, 1, 1) === '',
  // No timestamp.
  'MSH-7': (msh) => dateTimeOf(msh.get(7, 1, 1), 'UTC') === undefined,
  // Where what happens around an event is told (TQ1-3.9), an offset and times of day are of something else (tim-10).
  'TQ1-4': (tq1) => tq1.get(3, 1, 8) !== '' || tq1.get(3, 1, 9) !== '',
  'TQ1-5': (tq1) => tq1.get(3, 1, 9) !== '',
};

function saysNothing(segment: ParsedSegment, field: number): boolean {
  return EMPTY[`${segment.name}-${field}`]?.(segment) === true;
}

if (!HAS_TABLES) test.skip('../shared/data/v2-to-fhir is not there', () => undefined);
else {
  const official = officialFields();
  const mapped = SAMPLES.map((sample) => mappedFields(readSample(sample), official).length);
  // Were the tables or conditions not read, nothing could be lost either.
  if (SAMPLES.length > 0)
    test('there are fields that could be lost', () => {
      expect(mapped.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(2000);
    });
  describeSamples('no field is lost that the official tables map in', (sample) => {
    test(sample, () => {
      expect(lostFields(readSample(sample), official)).toEqual([]);
    });
  });
}
