import { componentDefinition, fieldDefinition, segmentName } from '../dictionary/dictionary.ts';
import { nearestVersion } from '../hl7/versions.ts';
import type { ParsedMessage, ParsedSegment } from '../hl7/parsed-message.ts';

/**
 * A message for people: a line for each field with content, by its name in the message's version, and one for each component
 * where it has several. `PID-3[2].4  Assigning Authority  HOSP`.
 */
export function fieldLines(message: ParsedMessage): readonly string[] {
  const version = nearestVersion(message.versionSent);
  const counts = new Map<string, number>();
  return message.segments.flatMap((segment) => {
    const count = (counts.get(segment.name) ?? 0) + 1;
    counts.set(segment.name, count);
    const title = `${segment.name}${count === 1 ? '' : `[${count}]`}  ${segmentName(segment.name, version) ?? 'not of the standard'}`;
    return [title, ...fieldsOf(segment, version).map((line) => `  ${line}`)];
  });
}

type Version = ReturnType<typeof nearestVersion>;

function fieldsOf(segment: ParsedSegment, version: Version): readonly string[] {
  const lines: string[] = [];
  // MSH-1 and MSH-2 are the delimiters: they have no parts.
  const first = ['MSH', 'FHS', 'BHS'].includes(segment.name) ? 3 : 1;
  for (let field = first; field <= segment.fields; field += 1) {
    const definition = fieldDefinition(segment.name, field, version);
    for (let repetition = 1; repetition <= segment.repetitions(field); repetition += 1) {
      if (segment.getRaw(field, repetition) === '') continue;
      const place = `${segment.name}-${field}${segment.repetitions(field) > 1 ? `[${repetition}]` : ''}`;
      const name = definition?.name ?? '';
      const components = segment.components(field, repetition);
      if (components < 2) {
        lines.push(`${place}  ${name}  ${shown(segment, field, repetition)}`);
        continue;
      }
      lines.push(`${place}  ${name}`);
      for (let component = 1; component <= components; component += 1) {
        if (segment.getRaw(field, repetition, component) === '') continue;
        const part = definition === undefined ? undefined : componentDefinition(definition.type, component, version);
        lines.push(`  ${place}.${component}  ${part?.name ?? ''}  ${shown(segment, field, repetition, component)}`);
      }
    }
  }
  return lines;
}

/** On one line, without what a terminal would obey; what is longer than anybody reads is cut, and that is said. */
function shown(segment: ParsedSegment, field: number, repetition: number, component?: number): string {
  if (segment.isNull(field, repetition, component)) return '"" (to be deleted)';
  const text = component === undefined ? segment.get(field, repetition) : segment.get(field, repetition, component);
  return text.length > MOST ? `${plain(text.slice(0, MOST))}… (${text.length} characters)` : plain(text);
}

const MOST = 300;

const plain = (text: string): string => text.replace(/\p{Cc}/gu, ' ');
