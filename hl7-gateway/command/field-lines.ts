import type { ParsedMessage } from '../hl7/parsed-message.ts';
import { segmentViews } from '../messages/field-view.ts';

/**
 * A message for people: a line for each field with content, by its name in the message's version, and one for each component
 * where it has several. `PID-3[2].4  Assigning Authority  HOSP`.
 */
export function fieldLines(message: ParsedMessage): readonly string[] {
  return segmentViews(message).flatMap(({ place, name = 'not of the standard', fields }) => [
    `${place}  ${name}`,
    ...fields.map((field) => {
      const indent = field.place.includes('.') ? '    ' : '  ';
      return `${indent}${field.place}  ${field.name}${field.value === undefined ? '' : `  ${field.value}`}`;
    }),
  ]);
}
