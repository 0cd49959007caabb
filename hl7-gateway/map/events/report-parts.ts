import type { JsonObject } from '../../../server/kernel/json.ts';
import { attachmentOfEd, attachmentOfRp } from '../datatypes/attachment.ts';
import { dateTime } from '../datatypes/date-time.ts';
import { plainText } from '../datatypes/text.ts';
import { append, type Elements } from '../elements.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';
import { uidOf } from '../segments/imaging-study.ts';

const DOCUMENTS = new Set(['ED', 'RP']);
const TEXTS = new Set(['TX', 'FT', 'ST']);
/** More than a FHIR string holds (1 MiB, https://hl7.org/fhir/R4/datatypes.html#string), with room for what UTF-8 adds. */
const LONGEST_TEXT = 500_000;
const TAKEN_BACK = new Set(['D', 'W', 'X']);
/** DCM 113014, "DICOM Study": its value is the Study Instance UID. */
const STUDY = '113014';

/** Whether an OBX is an observation of its own: a document is the form of its report, the UID of a study leads to the study. */
export function isObserved(obx: SegmentReader): boolean {
  return !isDocument(obx) && studyUidOf(obx) === undefined;
}

export function isDocument(obx: SegmentReader): boolean {
  const type = obx.source.getRaw(2);
  return (DOCUMENTS.has(type) && obx.has(5)) || (TEXTS.has(type) && obx.source.getRaw(5).length > LONGEST_TEXT);
}

/** The study that a report is about; read when it is taken. */
export function studyUidOf(obx: SegmentReader): string | undefined {
  return obx.source.get(3, 1, 1) === STUDY ? uidOf(obx.value(5)) : undefined;
}

/** ED and RP of a report, and texts too long for a string: its presentation; one that is taken back leaves it. */
export function putPresentation({ resource, clears }: Elements, obx: SegmentReader, draft: MappingDraft): void {
  obx.skip(1, 2, 4);
  if (TAKEN_BACK.has(obx.text(11))) {
    if (!clears.includes('presentedForm')) clears.push('presentedForm');
    return;
  }
  const make = attachmentMaker(obx.text(2));
  const name = obx.value(3);
  const title = name && (name.text(2) || name.text(5) || name.text(1));
  const observed = obx.value(14);
  const creation = observed && dateTime(observed, draft);
  for (const value of obx.values(5)) {
    const made = make(value);
    if (made === undefined) {
      // A document without data: its kind is all that was sent.
      for (const part of [1, 2, 3, 4]) value.text(part);
      continue;
    }
    append(resource, 'presentedForm', withHead(made, title, creation));
  }
}

function attachmentMaker(type: string): (value: Value) => JsonObject | undefined {
  if (type === 'ED') return attachmentOfEd;
  return type === 'RP' ? attachmentOfRp : textAttachment;
}

function textAttachment(value: Value): JsonObject | undefined {
  const text = plainText(value);
  return text === undefined ? undefined : { contentType: 'text/plain', data: Buffer.from(text).toString('base64') };
}

function withHead(attachment: JsonObject, title: string | undefined, creation: string | undefined): JsonObject {
  return {
    ...attachment,
    ...(title === undefined || title === '' || attachment.title !== undefined ? {} : { title }),
    ...(creation === undefined ? {} : { creation }),
  };
}
