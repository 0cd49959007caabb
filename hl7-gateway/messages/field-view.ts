import { componentDefinition, fieldDefinition, segmentName } from '../dictionary/dictionary.ts';
import type { ParsedMessage, ParsedSegment } from '../hl7/parsed-message.ts';
import { nearestVersion } from '../hl7/versions.ts';

/** A segment for people, with names of the message's version. */
export interface SegmentView {
  /** `OBX[2]`: the second one of the message. */
  readonly place: string;
  /** Undefined for segments of no version of the standard. */
  readonly name: string | undefined;
  readonly fields: readonly FieldView[];
}

/** A field, or a component of one, that has content. */
export interface FieldView {
  /** `PID-3[2].4` */
  readonly place: string;
  /** Empty where the standard has none. */
  readonly name: string;
  /** On one line, and cut where it is longer than anybody reads, which is said. Undefined: its components tell it. */
  readonly value: string | undefined;
}

type Version = ReturnType<typeof nearestVersion>;

export function segmentViews(message: ParsedMessage): readonly SegmentView[] {
  const version = nearestVersion(message.versionSent);
  const counts = new Map<string, number>();
  return message.segments.map((segment) => {
    const count = (counts.get(segment.name) ?? 0) + 1;
    counts.set(segment.name, count);
    return {
      place: `${segment.name}${count === 1 ? '' : `[${count}]`}`,
      name: segmentName(segment.name, version),
      fields: fieldsOf(segment, version),
    };
  });
}

function fieldsOf(segment: ParsedSegment, version: Version): readonly FieldView[] {
  const views: FieldView[] = [];
  // MSH-1 and MSH-2 are the delimiters: they have no parts.
  const first = ['MSH', 'FHS', 'BHS'].includes(segment.name) ? 3 : 1;
  for (let field = first; field <= segment.fields; field += 1) {
    const definition = fieldDefinition(segment.name, field, version);
    const repetitions = segment.repetitions(field);
    for (let repetition = 1; repetition <= repetitions; repetition += 1) {
      if (segment.getRaw(field, repetition) === '') continue;
      const place = `${segment.name}-${field}${repetitions > 1 ? `[${repetition}]` : ''}`;
      const name = definition?.name ?? '';
      const components = segment.components(field, repetition);
      if (components < 2) {
        views.push({ place, name, value: shown(segment, field, repetition) });
        continue;
      }
      views.push({ place, name, value: undefined });
      for (let component = 1; component <= components; component += 1) {
        if (segment.getRaw(field, repetition, component) === '') continue;
        const part = definition === undefined ? undefined : componentDefinition(definition.type, component, version);
        const value = shown(segment, field, repetition, component);
        views.push({ place: `${place}.${component}`, name: part?.name ?? '', value });
      }
    }
  }
  return views;
}

/** Without what a terminal would obey. */
function shown(segment: ParsedSegment, field: number, repetition: number, component?: number): string {
  if (segment.isNull(field, repetition, component)) return '"" (to be deleted)';
  const text = component === undefined ? segment.get(field, repetition) : segment.get(field, repetition, component);
  return text.length > MOST ? `${plain(text.slice(0, MOST))}… (${text.length} characters)` : plain(text);
}

const MOST = 300;

const plain = (text: string): string => text.replace(/\p{Cc}/gu, ' ').toWellFormed();
