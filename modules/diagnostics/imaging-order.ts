import type { ResourceOf } from '#sdk';
import { STUDY_UID } from './order-number.ts';

export type Order = ResourceOf<'ServiceRequest'>;

/** `order` and what is below it: https://hl7.org/fhir/R4/valueset-request-intent.html */
const ORDERS: readonly string[] = ['order', 'original-order', 'reflex-order', 'filler-order', 'instance-order'];

/** Categories that mean imaging, by system; sections of table 0074 that are of images. */
const CATEGORIES: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['http://snomed.info/sct', new Set(['363679005'])],
  ['http://terminology.hl7.org/CodeSystem/observation-category', new Set(['imaging'])],
  [
    'http://terminology.hl7.org/CodeSystem/v2-0074',
    new Set('CT CTH CUS IMG MRI NMR NMS OUS RAD RUS RX VUS XRC'.split(' ')),
  ],
]);

const DICOM = 'http://dicom.nema.org/resources/ontology/DCM';
/** CID 29 and 33: https://dicom.nema.org/medical/dicom/current/output/chtml/part16/sect_CID_33.html */
const MODALITIES: ReadonlySet<string> = new Set(
  (
    'AR AU BDUS BI BMD CR CT DG DX ECG EPS ES GM HC HD IO IVOCT IVUS KER LEN LS MG MR NM OAM OCT OP OPM OPT OPV OT PT PX RF RG ' +
    'SM TG US VA XA XC'
  ).split(' '),
);

/**
 * Whether it asks for images: by its category, or because a category, an order detail or its code is a modality of DICOM, or because
 * somebody gave it a Study Instance UID. Proposals and plans are none.
 */
export function isImagingOrder({ intent, category = [], orderDetail = [], code, identifier = [] }: Order): boolean {
  if (!ORDERS.includes(intent)) return false;
  const categories = category.flatMap(({ coding = [] }) => coding);
  if (categories.some(({ system = '', code: value = '' }) => CATEGORIES.get(system)?.has(value) === true)) return true;
  const codings = [...categories, ...orderDetail.flatMap(({ coding = [] }) => coding), ...(code?.coding ?? [])];
  if (codings.some(({ system, code: value = '' }) => system === DICOM && MODALITIES.has(value))) return true;
  return identifier.some(({ system }) => system === STUDY_UID);
}
