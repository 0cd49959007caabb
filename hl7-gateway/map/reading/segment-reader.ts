import type { Delimiters, ParsedSegment } from '../../hl7/parsed-message.ts';
import { ReadLog, unreadPlaces } from './read-log.ts';
import { repetitionValue, type Value } from './value.ts';

/** A segment whose reads are recorded. */
export interface SegmentReader {
  readonly name: string;
  /** Its place in the message, from 0. */
  readonly index: number;
  /** Segment and its number among those of its name: `PID[1]`. */
  readonly place: string;
  readonly source: ParsedSegment;
  /** Whether a field has content in any repetition; `""` is none. Does not count as reading. */
  has(field: number): boolean;
  /** Whether the field is `""`: what is stored is to be deleted. */
  isNull(field: number): boolean;
  /** The first repetition with content. */
  value(field: number): Value | undefined;
  /** Repetitions with content, in order. */
  values(field: number): readonly Value[];
  /** Text of the first repetition's first part. */
  text(field: number): string;
  /** As `get` of the segment, and counts as read. */
  read(...place: Parameters<ParsedSegment['get']>): string;
  /** Counts as read what says nothing that a resource would hold: set ids, action codes that were acted on. */
  skip(...fields: readonly number[]): void;
  unread(): readonly string[];
}

export function readSegment(source: ParsedSegment, ordinal: number, delimiters: Delimiters): SegmentReader {
  const log = new ReadLog();
  const place = `${source.name}[${ordinal}]`;
  const valueAt = (field: number, repetition: number): Value =>
    repetitionValue({ segment: source, log, delimiters, field, repetition });
  const values = (field: number): readonly Value[] => {
    const found: Value[] = [];
    for (let repetition = 1; repetition <= source.repetitions(field); repetition += 1) {
      const value = valueAt(field, repetition);
      if (value.hasContent()) found.push(value);
    }
    return found;
  };
  const value = (field: number): Value | undefined => {
    for (let repetition = 1; repetition <= source.repetitions(field); repetition += 1) {
      const each = valueAt(field, repetition);
      if (each.hasContent()) return each;
    }
    return undefined;
  };
  return {
    name: source.name,
    index: source.index,
    place,
    source,
    has: (field) => value(field) !== undefined,
    isNull(field) {
      const isNull = source.isNull(field);
      if (isNull) log.repetition(field, 1);
      return isNull;
    },
    value,
    values,
    text: (field) => value(field)?.text() ?? '',
    read(field, repetition, component, subcomponent) {
      if (repetition === undefined) this.skip(field);
      else if (component === undefined) log.repetition(field, repetition);
      else if (subcomponent === undefined) {
        const parts = source.subcomponents(field, repetition, component);
        for (let part = 1; part <= parts; part += 1) log.leaf(field, repetition, component, part);
      } else log.leaf(field, repetition, component, subcomponent);
      return source.get(field, repetition, component, subcomponent);
    },
    skip(...fields) {
      for (const field of fields)
        for (let repetition = 1; repetition <= source.repetitions(field); repetition += 1)
          log.repetition(field, repetition);
    },
    unread: () => unreadPlaces(source, log, place),
  };
}
