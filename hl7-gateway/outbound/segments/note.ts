import type { JsonValue } from '../../../server/kernel/json.ts';
import type { OutgoingSegment } from '../../hl7/build-message.ts';
import { STANDARD_DELIMITERS } from '../../hl7/delimiters.ts';
import { escapeText } from '../../hl7/escapes.ts';
import { objectsOf, textOf } from '../../map/json.ts';

/** NTE of each Annotation; line ends become the command `.br` of formatted text. */
export function notes(value: JsonValue | undefined): readonly OutgoingSegment[] {
  return objectsOf(value)
    .filter(({ text }) => textOf(text) !== '')
    .map(({ text }, index) => ['NTE', String(index + 1), '', formattedText(textOf(text))]);
}

/** FT: its text is escaped here as `buildMessage` does, as the line breaks are not to be. */
export function formattedText(text: string): { readonly raw: string } {
  const lines = text.split(/\r\n|\r|\n/).map((line) => escapeText(line, STANDARD_DELIMITERS));
  return { raw: lines.join('\\.br\\') };
}
