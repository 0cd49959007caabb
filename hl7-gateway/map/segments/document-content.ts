import type { JsonObject } from '../../../server/kernel/json.ts';
import { coreExtension } from '../canonical.ts';
import { attachmentOfEd, attachmentOfRp, mimeType } from '../datatypes/attachment.ts';
import { plainText } from '../datatypes/text.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';

/** The document as FHIR wants one where the message brings none. */
export const ABSENT_CONTENT: JsonObject = {
  attachment: { extension: [{ url: coreExtension('data-absent-reason'), valueCode: 'unknown' }] },
};

/**
 * OBX after TXA: files (ED) and pointers (RP) are contents of their own, lines of text (TX, FT, ST and others) one text.
 * Notes below an OBX go on with the text.
 * @param txa its presentation (TXA-3) is the type of what has none
 */
export function documentContents(segments: readonly SegmentReader[], txa: SegmentReader): readonly JsonObject[] {
  const files: JsonObject[] = [];
  const lines: string[] = [];
  const presentation = mimeType(txa.value(3)?.peek() ?? '', '');
  if (presentation !== undefined) txa.skip(3);
  for (const segment of segments) {
    if (segment.name === 'NTE') {
      segment.skip(1);
      lines.push(
        ...segment
          .values(3)
          .map(plainText)
          .filter((text) => text !== undefined),
      );
    }
    if (segment.name !== 'OBX') continue;
    segment.skip(1, 2, 4, 11);
    const kind = segment.source.get(2, 1).trim().toUpperCase();
    const title = titleOf(segment);
    for (const value of segment.values(5)) {
      const attachment = kind === 'ED' ? attachmentOfEd(value) : kind === 'RP' ? attachmentOfRp(value) : undefined;
      if (attachment !== undefined)
        files.push({ ...(presentation === undefined ? {} : { contentType: presentation }), ...attachment, ...title });
      else if (kind !== 'ED' && kind !== 'RP') lines.push(plainText(value) ?? '');
    }
  }
  const text = lines.join('\n').trim();
  const contents = files.map((attachment) => ({ attachment }));
  if (text === '') return contents;
  const data = Buffer.from(text, 'utf8').toString('base64');
  return [...contents, { attachment: { contentType: 'text/plain; charset=utf-8', data } }];
}

/** OBX-3 names the part. */
function titleOf(obx: SegmentReader): JsonObject {
  const value = obx.value(3);
  const title = value?.text(2) || value?.text(1) || '';
  value?.text(3);
  return title === '' ? {} : { title };
}
