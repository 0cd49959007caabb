import { encodingCharacters, isHeaderName, STANDARD_DELIMITERS } from './delimiters.ts';
import { escapeText } from './escapes.ts';
import type { Delimiters } from './parsed-message.ts';

/** Text, or the texts of its subcomponents. */
export type OutgoingComponent = string | readonly string[];
/** Text, or components. */
export type OutgoingRepetition = string | readonly OutgoingComponent[];
/** Text is escaped; `raw` is taken as it is: written with the same delimiters, or `""` that deletes. */
export type OutgoingField =
  OutgoingRepetition | { readonly repetitions: readonly OutgoingRepetition[] } | { readonly raw: string } | undefined;

/** Name and fields from 1 on; of MSH, FHS and BHS from 3 on, as the first two are the delimiters. */
export type OutgoingSegment = readonly [name: string, ...fields: OutgoingField[]];

/** The text of a message, each segment ended by CR; what is empty at the end of anything is left out. */
export function buildMessage(segments: readonly OutgoingSegment[], delimiters = STANDARD_DELIMITERS): string {
  return segments.map((segment) => `${segmentText(segment, delimiters)}\r`).join('');
}

function segmentText([name, ...fields]: OutgoingSegment, delimiters: Delimiters): string {
  const texts = fields.map((field) => fieldText(field, delimiters));
  const first = isHeaderName(name) ? [name, encodingCharacters(delimiters)] : [name];
  return joined([...first, ...texts], delimiters.field);
}

function fieldText(field: OutgoingField, delimiters: Delimiters): string {
  if (field === undefined) return '';
  if (typeof field === 'object' && 'raw' in field) return field.raw;
  const repetitions = typeof field === 'object' && 'repetitions' in field ? field.repetitions : [field];
  return joined(
    repetitions.map((repetition) => repetitionText(repetition, delimiters)),
    delimiters.repetition,
  );
}

function repetitionText(repetition: OutgoingRepetition, delimiters: Delimiters): string {
  if (typeof repetition === 'string') return plainText(repetition, delimiters);
  const components = repetition.map((component) =>
    typeof component === 'string'
      ? plainText(component, delimiters)
      : joined(
          component.map((text) => plainText(text, delimiters)),
          delimiters.subcomponent,
        ),
  );
  return joined(components, delimiters.component);
}

/** Two quotation marks that somebody typed are not the order to delete. */
function plainText(text: string, delimiters: Delimiters): string {
  const { escape } = delimiters;
  return text === '""' ? `${escape}X22${escape}"` : escapeText(text, delimiters);
}

/** A peer that uses no such delimiter gets a space. */
function joined(texts: readonly string[], delimiter: string): string {
  return texts.slice(0, texts.findLastIndex((text) => text !== '') + 1).join(delimiter === '' ? ' ' : delimiter);
}
