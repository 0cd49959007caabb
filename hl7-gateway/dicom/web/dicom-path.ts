import { HttpRefusal } from '../../http/http-refusal.ts';

/** What is asked of a DICOMweb server, by its path. https://dicom.nema.org/medical/dicom/current/output/chtml/part18/sect_10.3.html */
export interface DicomPath {
  readonly study?: string;
  readonly series?: string;
  readonly instance?: string;
  /** Frame numbers from 1, as they were written: `1` or `1,2`. */
  readonly frames?: string;
  /** Below the resource: what of it. Undefined: itself. */
  readonly part?: 'metadata' | 'rendered' | 'thumbnail' | 'pixeldata';
  /** Place of one value in an instance: `bulk/7fe00010`. */
  readonly bulk?: string;
  /** A search for these, below what is named. */
  readonly search?: 'studies' | 'series' | 'instances';
}

/** Of DICOM; zeros before a component are wrong, and are found. https://dicom.nema.org/medical/dicom/current/output/chtml/part05/chapter_9.html */
const UID = /^(?=.{1,64}$)[0-9]+(?:\.[0-9]+)*$/;
const FRAMES = /^[1-9][0-9]{0,8}(?:,[1-9][0-9]{0,8}){0,99}$/;
const TAG = /^[0-9A-Fa-f]{8}$/;
const PARTS = ['metadata', 'rendered', 'thumbnail', 'pixeldata'] as const;
/** Sequences in each other, each with the number of its item. */
const MOST_BULK = 32;

export const isUid = (text: string): boolean => UID.test(text);

/**
 * Reads a path below the base, without a slash at its begin: `studies/1.2.3/metadata`. What it does not know it refuses, so that
 * {@link writePath} is all that a PACS is ever asked.
 * @throws HttpRefusal 404
 */
export function readPath(path: string): DicomPath {
  const found = parse(path.split('/'));
  if (found === undefined)
    throw new HttpRefusal(404, 'not-found', 'This is no resource of DICOMweb that is served here.');
  return found;
}

/** As {@link readPath}; undefined where that refuses. */
export function tryPath(path: string): DicomPath | undefined {
  return parse(path.split('/'));
}

function parse(segments: readonly string[]): DicomPath | undefined {
  const names = { study: 'studies', series: 'series', instance: 'instances' } as const;
  const path: { study?: string; series?: string; instance?: string } = {};
  let rest = segments;
  for (const level of ['study', 'series', 'instance'] as const) {
    const [name, uid, ...more] = rest;
    if (name !== names[level]) continue;
    const isBelow = level === 'study' || (level === 'series' ? path.study : path.series) !== undefined;
    if (uid === undefined) return { ...path, search: names[level] };
    if (!isBelow || !UID.test(uid)) return undefined;
    path[level] = uid;
    rest = more;
  }
  return path.study === undefined ? undefined : withRest(path, rest);
}

function withRest(path: DicomPath, rest: readonly string[]): DicomPath | undefined {
  const [name, ...more] = rest;
  if (name === undefined) return path;
  const part = PARTS.find((each) => each === name);
  if (part !== undefined) return more.length === 0 ? { ...path, part } : undefined;
  if (path.instance === undefined) return undefined;
  if (name === 'frames') return withFrames(path, more);
  if (name === 'bulk' || name === 'bulkdata') return isBulk(more) ? { ...path, bulk: rest.join('/') } : undefined;
  return undefined;
}

function withFrames(path: DicomPath, [frames, name, ...more]: readonly string[]): DicomPath | undefined {
  if (frames === undefined || !FRAMES.test(frames) || more.length > 0) return undefined;
  if (name === undefined) return { ...path, frames };
  return name === 'rendered' || name === 'thumbnail' ? { ...path, frames, part: name } : undefined;
}

/** Tag, or tag of a sequence, number of an item, tag in that … */
function isBulk(places: readonly string[]): boolean {
  if (places.length % 2 === 0 || places.length > MOST_BULK) return false;
  return places.every((place, index) => (index % 2 === 0 ? TAG : /^[0-9]{1,6}$/).test(place));
}

export function writePath({ study, series, instance, frames, part, bulk, search }: DicomPath): string {
  return [
    ...(study === undefined ? [] : ['studies', study]),
    ...(series === undefined ? [] : ['series', series]),
    ...(instance === undefined ? [] : ['instances', instance]),
    ...(frames === undefined ? [] : ['frames', frames]),
    ...[part, bulk, search].filter((each) => each !== undefined),
  ].join('/');
}
