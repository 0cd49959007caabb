import type { Endpoint, ImagingStudy, Resource } from '@medplum/fhirtypes';
import { conceptText } from '../fhir/text.ts';

/** Images of one examination, as the chart lists them. */
export interface StudyLine {
  readonly key: string;
  /** Date or time, as FHIR writes it. */
  readonly started: string | undefined;
  readonly description: string;
  /** `CT, SR` */
  readonly modalities: string;
  /** `2 series, 120 images`; '' where it is not known. */
  readonly counts: string;
  /** Of a viewer that shows them; undefined where no Endpoint names one. */
  readonly viewer: string | undefined;
}

/** A page that is called with a study. https://terminology.hl7.org/CodeSystem-endpoint-connection-type.html */
const VIEWER = 'ihe-iid';

/** @param included Endpoints that the studies name */
export function studyLines(studies: readonly ImagingStudy[], included: readonly Resource[]): readonly StudyLine[] {
  const viewers = new Map(
    included
      .filter((each) => each.resourceType === 'Endpoint' && each.status === 'active')
      .map((each) => each as Endpoint)
      .filter(({ connectionType }) => connectionType.code === VIEWER)
      .map(({ id, address }) => [`Endpoint/${id ?? ''}`, address]),
  );
  return studies.map((study) => {
    const named = study.endpoint?.find(({ reference }) => viewers.has(reference ?? ''));
    return {
      key: study.id ?? '',
      started: study.started,
      description: study.description ?? conceptText(study.procedureCode?.[0]),
      modalities: (study.modality ?? []).flatMap(({ code }) => code ?? []).join(', '),
      counts: countsOf(study),
      viewer: viewerUrl(viewers.get(named?.reference ?? ''), studyUid(study)),
    };
  });
}

function countsOf({ numberOfSeries: series, numberOfInstances: images }: ImagingStudy): string {
  const parts = [
    series === undefined ? '' : `${series} series`,
    images === undefined ? '' : `${images} ${images === 1 ? 'image' : 'images'}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

/** Study Instance UID. https://hl7.org/fhir/R4/imagingstudy.html#notes */
function studyUid({ identifier = [] }: ImagingStudy): string | undefined {
  const value = identifier.find(({ system }) => system === 'urn:dicom:uid')?.value;
  return /^urn:oid:([0-9.]+)$/.exec(value ?? '')?.[1];
}

/** Web pages alone: an address is what somebody wrote. */
function viewerUrl(address: string | undefined, uid: string | undefined): string | undefined {
  if (address === undefined || uid === undefined || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  url.searchParams.set('StudyInstanceUIDs', uid);
  return url.href;
}
