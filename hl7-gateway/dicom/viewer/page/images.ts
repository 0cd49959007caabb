import { numberOf, textOf, type DataSet } from './dicom-json.ts';

export interface Study {
  readonly uid: string;
  readonly patientName: string;
  readonly patientId: string;
  /** `YYYYMMDD`, as DICOM writes it. */
  readonly birthDate: string;
  readonly date: string;
  readonly description: string;
  readonly accession: string;
  readonly series: readonly Series[];
}

export interface Series {
  readonly uid: string;
  readonly modality: string;
  readonly number: number | undefined;
  readonly description: string;
}

/** One picture: an instance, or a frame of one. */
export interface Frame {
  /** Below the base of DICOMweb, without `/rendered`. */
  readonly path: string;
}

/** Centre and width, in the values of the modality. */
export interface Window {
  readonly centre: number;
  readonly width: number;
}

/** What is refused, or cannot be had. */
export class ImagesRefused extends Error {
  override readonly name = 'ImagesRefused';
  readonly status: number;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

export interface Images {
  study(uid: string): Promise<Study>;
  frames(study: string, series: string): Promise<readonly Frame[]>;
  picture(frame: Frame, window: Window | undefined, signal: AbortSignal): Promise<Blob>;
}

const PAGE = 500;
const MOST_FRAMES = 20_000;

/** The images of the gateway, by DICOMweb. @param token undefined: of a server without sign-in */
export function openImages(base: string, token: string | undefined): Images {
  async function ask(path: string, accept: string, signal?: AbortSignal): Promise<Response> {
    const headers = { accept, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
    const answer = await fetch(`${base}/${path}`, { headers, ...(signal === undefined ? {} : { signal }) });
    if (answer.ok) return answer;
    throw new ImagesRefused(REASONS[answer.status] ?? 'The images cannot be had now. Please try again.', answer.status);
  }
  const find = async (path: string): Promise<readonly DataSet[]> =>
    (await (await ask(path, 'application/dicom+json')).json()) as readonly DataSet[];

  return {
    async study(uid) {
      const path = `studies?StudyInstanceUID=${encodeURIComponent(uid)}&includefield=00081030`;
      const [[study], series] = await Promise.all([
        find(path),
        find(`studies/${encodeURIComponent(uid)}/series?limit=${PAGE}&includefield=0008103E`),
      ]);
      if (study === undefined) throw new ImagesRefused(REASONS[404] ?? '', 404);
      return studyOf(uid, study, series);
    },
    async frames(study, series) {
      const path = `studies/${study}/series/${series}/instances`;
      const found: DataSet[] = [];
      for (let offset = 0; offset < MOST_FRAMES; offset += PAGE) {
        const page = await find(`${path}?limit=${PAGE}&offset=${offset}&includefield=00280008`);
        found.push(...page);
        if (page.length < PAGE) break;
      }
      return framesOf(path, found);
    },
    async picture({ path }, window, signal) {
      const query = window === undefined ? '' : `?window=${window.centre},${window.width},linear`;
      return (await ask(`${path}/rendered${query}`, 'image/png', signal)).blob();
    },
  };
}

const REASONS: Readonly<Record<number, string>> = {
  401: 'The sign-in has ended.',
  403: 'You may not see images.',
  404: 'There is no such study, or you may not see it.',
  406: 'This cannot be shown as an image.',
  429: 'Too many requests at once. Please wait a moment.',
};

function studyOf(uid: string, study: DataSet, series: readonly DataSet[]): Study {
  return {
    uid,
    patientName: textOf(study, '00100010'),
    patientId: textOf(study, '00100020'),
    birthDate: textOf(study, '00100030'),
    date: textOf(study, '00080020'),
    description: textOf(study, '00081030'),
    accession: textOf(study, '00080050'),
    series: series
      .map((each) => ({
        uid: textOf(each, '0020000E'),
        modality: textOf(each, '00080060'),
        number: numberOf(each, '00200011'),
        description: textOf(each, '0008103E'),
      }))
      .sort((a, b) => (a.number ?? Infinity) - (b.number ?? Infinity) || a.uid.localeCompare(b.uid)),
  };
}

/** In the order in which they were taken, as far as their numbers say it. */
export function framesOf(path: string, instances: readonly DataSet[]): readonly Frame[] {
  return [...instances]
    .sort((a, b) => orderOf(a) - orderOf(b) || uidOf(a).localeCompare(uidOf(b)))
    .flatMap((instance) => {
      const place = `${path}/${uidOf(instance)}`;
      const count = Math.min(numberOf(instance, '00280008') ?? 1, MOST_FRAMES);
      if (count <= 1) return [{ path: place }];
      return Array.from({ length: count }, (_, index) => ({ path: `${place}/frames/${index + 1}` }));
    });
}

const uidOf = (instance: DataSet): string => textOf(instance, '00080018');
const orderOf = (instance: DataSet): number => numberOf(instance, '00200013') ?? Number.MAX_SAFE_INTEGER;
