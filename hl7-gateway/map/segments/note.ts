import type { JsonObject } from '../../../server/kernel/json.ts';
import { ownExtension } from '../canonical.ts';
import { commentType } from '../codes/order-codes.ts';
import { concept } from '../datatypes/concept.ts';
import { dateTime } from '../datatypes/date-time.ts';
import { practitionerReference } from '../datatypes/practitioner.ts';
import { plainText } from '../datatypes/text.ts';
import { putExtension } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';

/** Annotation.text is markdown, in which a line ends where a paragraph does; senders mean each line as it is. */
const LINE = '\n';

/** Fields that say of whom a comment is, and when and what for: lines of one comment have them in common. */
const HEAD = [4, 5, 6] as const;

/**
 * NTE as Annotations: the lines of one comment come as repetitions of NTE-3 or as one NTE each.
 * https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-segment-nte-to-annotation.html
 */
export function annotations(draft: MappingDraft, segments: readonly SegmentReader[]): readonly JsonObject[] {
  const found: JsonObject[] = [];
  let before: SegmentReader | undefined;
  for (const segment of segments) {
    if (segment.name !== 'NTE') continue;
    segment.skip(1);
    const text = noteText(segment);
    const last = found.at(-1);
    if (last !== undefined && before !== undefined && hasSameHead(before, segment)) {
      last.text = `${String(last.text)}${LINE}${text}`;
      segment.skip(...HEAD);
    } else if (text.trim() !== '') {
      found.push(annotation(draft, segment, text));
      before = segment;
    }
  }
  return found;
}

function noteText(segment: SegmentReader): string {
  const lines = segment.values(3).map((value) => plainText(value) ?? '');
  const coded = segment.values(9).map((value) => value.text(9) || value.text(2) || value.text(1));
  return [...lines, ...coded].join(LINE);
}

function annotation(draft: MappingDraft, segment: SegmentReader, text: string): JsonObject {
  const made: JsonObject = {};
  const [type, author, time] = HEAD.map((field) => segment.value(field));
  putExtension(
    made,
    ownExtension('note-type'),
    'valueCodeableConcept',
    type && concept(type, draft, { map: commentType }),
  );
  const authorReference = author && practitionerReference(author, draft);
  if (authorReference !== undefined) made.authorReference = authorReference;
  const at = time && dateTime(time, draft);
  if (at !== undefined) made.time = at;
  return { ...made, text };
}

function hasSameHead(before: SegmentReader, segment: SegmentReader): boolean {
  return HEAD.every((field) => before.source.getRaw(field) === segment.source.getRaw(field));
}
