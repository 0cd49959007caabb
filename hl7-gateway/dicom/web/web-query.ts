import { HttpRefusal } from '../../http/http-refusal.ts';
import { isUid } from './dicom-path.ts';

/** Attributes by which may be searched, and their tags. https://dicom.nema.org/medical/dicom/current/output/chtml/part18/sect_10.6.html */
const ATTRIBUTES = {
  StudyDate: '00080020',
  StudyTime: '00080030',
  AccessionNumber: '00080050',
  ModalitiesInStudy: '00080061',
  ReferringPhysicianName: '00080090',
  StudyDescription: '00081030',
  PatientName: '00100010',
  PatientID: '00100020',
  IssuerOfPatientID: '00100021',
  PatientBirthDate: '00100030',
  PatientSex: '00100040',
  StudyInstanceUID: '0020000D',
  StudyID: '00200010',
  Modality: '00080060',
  SeriesDescription: '0008103E',
  BodyPartExamined: '00180015',
  SeriesInstanceUID: '0020000E',
  SeriesNumber: '00200011',
  PerformedProcedureStepStartDate: '00400244',
  PerformedProcedureStepStartTime: '00400245',
  SOPClassUID: '00080016',
  SOPInstanceUID: '00080018',
  InstanceNumber: '00200013',
} as const;

const TAG_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(ATTRIBUTES).flatMap(([keyword, tag]) => [
    [keyword, tag],
    [tag, tag],
  ]),
);
const STUDY = ATTRIBUTES.StudyInstanceUID;
const FIELD = /^(?:all|[0-9A-Fa-f]{8}|[A-Z][A-Za-z]{1,63})$/;
const MOST_VALUE = 2048;
const MOST_PARAMETERS = 64;
const MOST_OFFSET = 1_000_000;
/** Matches of one answer. */
const MOST_MATCHES = 1000;
const MOST_STUDIES = 100;

/** What is searched for. */
export interface WebSearch {
  /** Of a PACS, without limit, offset, and the studies that are asked for. */
  readonly parameters: readonly (readonly [string, string])[];
  /** Study UIDs of which it is to be; undefined: of any. */
  readonly studies: readonly string[] | undefined;
  readonly limit: number;
  readonly offset: number;
}

const refuse = (text: string): HttpRefusal => new HttpRefusal(400, 'invalid', text);

/** @throws HttpRefusal 400 for what is not known, or makes no sense */
export function readSearch(query: URLSearchParams): WebSearch {
  const parameters: [string, string][] = [];
  let studies: readonly string[] | undefined;
  let limit = MOST_STUDIES;
  let offset = 0;
  if (query.size > MOST_PARAMETERS) throw refuse(`A search has ${MOST_PARAMETERS} parameters at most.`);
  for (const [name, value] of query) {
    if (value.length > MOST_VALUE) throw refuse(`A value may have ${MOST_VALUE} characters.`);
    const tag = TAG_OF.get(/^[0-9a-f]{8}$/i.test(name) ? name.toUpperCase() : name);
    if (name === 'limit') limit = Math.min(whole(name, value, MOST_OFFSET), MOST_MATCHES);
    else if (name === 'offset') offset = whole(name, value, MOST_OFFSET);
    else if (name === 'fuzzymatching') parameters.push([name, oneOf(name, value, ['true', 'false'])]);
    else if (name === 'includefield') parameters.push([name, fields(value)]);
    else if (tag === STUDY) studies = narrowed(studies, uids(value));
    else if (tag !== undefined) parameters.push([tag, value]);
    else
      throw refuse(
        'A search takes DICOM attributes of patients, studies, series and instances, includefield, fuzzymatching, limit and offset.',
      );
  }
  return { parameters, studies, limit, offset };
}

const RENDERING: Readonly<Record<string, RegExp>> = {
  // Centre, width and shape of a window. https://dicom.nema.org/medical/dicom/current/output/chtml/part18/sect_8.3.5.html
  window: /^-?[0-9]{1,7}(?:\.[0-9]{1,6})?,[0-9]{1,7}(?:\.[0-9]{1,6})?,(?:linear|linear-exact|sigmoid)$/,
  viewport: /^[1-9][0-9]{0,3},[1-9][0-9]{0,3}$/,
  quality: /^(?:[1-9][0-9]?|100)$/,
};

/** How something is to be drawn. @throws HttpRefusal 400 for what is not known */
export function readRendering(query: URLSearchParams): readonly (readonly [string, string])[] {
  const names = new Set<string>();
  for (const [name, value] of query) {
    const form = Object.hasOwn(RENDERING, name) ? RENDERING[name] : undefined;
    if (form === undefined) throw refuse('What is drawn takes window, viewport and quality.');
    if (names.has(name) || !form.test(value)) throw refuse(`${name} is not written as DICOMweb has it.`);
    names.add(name);
  }
  return [...query];
}

/** @throws HttpRefusal 400 */
export function expectNoQuery(query: URLSearchParams): void {
  if (query.size > 0) throw refuse('This takes no parameters.');
}

function whole(name: string, value: string, most: number): number {
  const number = Number(value);
  if (!/^[0-9]{1,9}$/.test(value) || number > most) throw refuse(`${name} is a whole number of at most ${most}.`);
  return number;
}

function oneOf(name: string, value: string, values: readonly string[]): string {
  if (!values.includes(value)) throw refuse(`${name} is ${values.join(' or ')}.`);
  return value;
}

function fields(value: string): string {
  const names = value.split(',');
  if (!names.every((name) => FIELD.test(name))) throw refuse('includefield is all, or keywords or tags of attributes.');
  return value;
}

function uids(value: string): readonly string[] {
  // https://dicom.nema.org/medical/dicom/current/output/chtml/part18/sect_8.3.4.html: backslash or comma between them
  const each = [...new Set(value.split(/[\\,]/))];
  if (!each.every(isUid) || each.length > MOST_STUDIES) {
    throw refuse(`StudyInstanceUID is one UID, or ${MOST_STUDIES} at most.`);
  }
  return each;
}

const narrowed = (before: readonly string[] | undefined, now: readonly string[]): readonly string[] =>
  before === undefined ? now : before.filter((uid) => now.includes(uid));
