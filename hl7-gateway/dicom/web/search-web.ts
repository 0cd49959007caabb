import type { IncomingMessage } from 'node:http';
import { isObject, JsonSyntaxError, parseJson, stringifyJson, type JsonObject } from '../../../server/kernel/json.ts';
import { HttpRefusal } from '../../http/http-refusal.ts';
import { answerType } from './answer-types.ts';
import type { Caller } from './caller.ts';
import { isUid, writePath, type DicomPath } from './dicom-path.ts';
import type { PacsAnswer } from './pacs-caller.ts';
import { proxiedUrl } from './proxied-url.ts';
import { retrievalRefusal, type WebParts } from './retrieve.ts';
import { rewriteJsonText } from './rewrite-json.ts';
import { readSearch, type WebSearch } from './web-query.ts';

export interface Found {
  /** DICOM JSON. */
  readonly text: string;
  /** Whether there may be more than what was looked at. */
  readonly isCut: boolean;
}

/** Matches that a PACS is asked for at once. */
const PAGE = 200;
/** Matches of a PACS that one search looks through. */
const MOST_LOOKED_AT = 5000;
const MOST_PAGES = 100;
const MOST_BYTES = 16 * 1024 * 1024;
const STUDY_UID = '0020000D';

/**
 * Searches for studies, series or instances, and gives those of studies that the caller sees: limit and offset count these alone.
 * https://dicom.nema.org/medical/dicom/current/output/chtml/part18/sect_10.6.html
 */
export async function searchWeb(
  parts: WebParts,
  caller: Caller,
  path: DicomPath,
  query: URLSearchParams,
  signal: AbortSignal,
): Promise<Found> {
  const search = readSearch(query);
  await parts.access.admit(caller);
  if (path.study !== undefined) await parts.access.expect(caller, path.study);
  const studies = await parts.access.visible(caller, search.studies ?? []);
  if (search.studies !== undefined && studies.size === 0) return { text: '[]', isCut: false };
  const most = search.studies !== undefined && path.search === 'studies' ? studies.size : MOST_LOOKED_AT;
  const wanted = search.offset + search.limit;
  const found: string[] = [];
  let isCut = true;
  for await (const page of pagesOf(parts, path, { ...search, studies: [...studies] }, most, signal)) {
    isCut = page.isCut;
    found.push(...(await visibleOf(parts, caller, path, page)));
    if (found.length >= wanted) break;
  }
  return { text: `[${found.slice(search.offset, wanted).join(',')}]`, isCut };
}

/**
 * What the PACS finds, page by page. It may give fewer at once than it is asked for: the end is a page without any, or one that
 * begins like the one before, of a PACS that knows no pages.
 * @param most matches that there can be, or that are looked at
 */
async function* pagesOf(
  parts: WebParts,
  path: DicomPath,
  search: WebSearch,
  most: number,
  signal: AbortSignal,
): AsyncGenerator<Page & { readonly isCut: boolean }, void, undefined> {
  let before = '';
  for (let offset = 0, pages = 0; offset < most && pages < MOST_PAGES; pages += 1) {
    const page = await readPage(parts, path, search, offset, signal);
    const [first] = page.matches;
    const begin = first === undefined ? '' : stringifyJson(first);
    const isEnd = begin === before;
    offset += page.matches.length;
    yield { ...page, matches: isEnd ? [] : page.matches, isCut: !isEnd && (most === MOST_LOOKED_AT || offset < most) };
    if (isEnd) return;
    before = begin;
  }
}

interface Page {
  readonly url: URL;
  readonly matches: readonly JsonObject[];
}

async function readPage(
  { pacs }: WebParts,
  path: DicomPath,
  { parameters, studies }: WebSearch,
  offset: number,
  signal: AbortSignal,
): Promise<Page> {
  const query = [
    ...parameters,
    ...(studies === undefined || studies.length === 0 ? [] : [[STUDY_UID, studies.join()] as const]),
    ['limit', String(PAGE)] as const,
    ['offset', String(offset)] as const,
  ];
  const answer = await pacs.call({
    method: 'GET',
    path: writePath(path),
    query,
    accept: 'application/dicom+json',
    signal,
  });
  if (answer.status === 204) {
    answer.message.resume();
    return { url: answer.url, matches: [] };
  }
  if (answer.status !== 200) throw retrievalRefusal(answer);
  return { url: answer.url, matches: await readMatches(answer) };
}

async function readMatches({ message }: PacsAnswer): Promise<readonly JsonObject[]> {
  const rubbish = (): HttpRefusal => new HttpRefusal(502, 'exception', 'The PACS answered with what is no DICOM JSON.');
  try {
    if (answerType(message.headers).kind !== 'json') throw rubbish();
    const value = parseJson(await readText(message));
    if (!Array.isArray(value)) throw rubbish();
    return value.filter(isObject);
  } catch (error) {
    message.destroy();
    if (error instanceof JsonSyntaxError) throw rubbish();
    throw error;
  }
}

/** @throws HttpRefusal 502 when it is too long, or cut */
export async function readText(message: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of message as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > MOST_BYTES) throw new Error('too long');
      parts.push(part);
    }
  } catch {
    throw new HttpRefusal(502, 'exception', 'The answer of the PACS was cut, or too long.');
  }
  return Buffer.concat(parts, length).toString('utf8');
}

/** Of a page, what the caller sees; what does not say of which study it is nobody sees. */
async function visibleOf(
  { access, base }: WebParts,
  caller: Caller,
  path: DicomPath,
  { matches, url }: Page,
): Promise<readonly string[]> {
  const studyOf = (match: JsonObject): string | undefined => uidOf(match) ?? path.study;
  const studies = new Set(matches.map(studyOf).filter((study) => study !== undefined));
  const visible = await access.visible(caller, [...studies]);
  return matches
    .filter((match) => {
      const study = studyOf(match);
      return study !== undefined && visible.has(study) && (path.study === undefined || path.study === study);
    })
    .map((match) => rewriteJsonText(stringifyJson(match), (said) => proxiedUrl(said, url, base)));
}

function uidOf(match: JsonObject): string | undefined {
  const element = match[STUDY_UID];
  const value: unknown = isObject(element) && Array.isArray(element.Value) ? element.Value[0] : undefined;
  return typeof value === 'string' && isUid(value) ? value : undefined;
}
