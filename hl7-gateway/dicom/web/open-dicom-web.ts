import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FhirClient } from '../../client/fhir-client.ts';
import { openHttpCaller } from '../../client/http-call.ts';
import { HttpRefusal, onlyMethods } from '../../http/http-refusal.ts';
import type { HttpRoute } from '../../http/http-route.ts';
import { sendText } from '../../http/send-answer.ts';
import { callerOf } from './caller.ts';
import { readPath } from './dicom-path.ts';
import { openPacsCaller, type PacsAddress } from './pacs-caller.ts';
import { createMayStore } from './may-store.ts';
import { retrieve, type WebParts } from './retrieve.ts';
import { searchWeb } from './search-web.ts';
import { storeWeb, type StoreParts } from './store-web.ts';
import { createStudyAccess, type StudyAccessOptions } from './study-access.ts';
import { expectNoQuery } from './web-query.ts';

export interface DicomWebOptions extends PacsAddress, Pick<StudyAccessOptions, 'keptStudies' | 'now'> {
  /** FHIR base, without a slash at the end. */
  readonly fhirUrl: string;
  /** Where browsers reach the gateway. */
  readonly publicUrl: string;
  /** The gateway's own. */
  readonly client: FhirClient;
}

/** The images of a PACS, for whom the FHIR server lets see them. */
export interface DicomWeb {
  readonly routes: readonly HttpRoute[];
  close(): void;
}

const SECOND = 1000;
const PREFIX = '/dicom-web/';

/** DICOMweb (QIDO-RS, WADO-RS, STOW-RS) in front of a PACS. Each request is one of its caller's: the gateway's own rights open nothing. */
export function openDicomWeb(options: DicomWebOptions): DicomWeb {
  const pacs = openPacsCaller(options);
  const http = openHttpCaller({ timeout: 20 * SECOND, answerBytes: 8 * 1024 * 1024, connections: 20 });
  const access = createStudyAccess({ ...options, http });
  const mayStore = createMayStore({ ...options, http }, access);
  const parts = { pacs, access, mayStore, base: new URL('dicom-web', slashed(options.publicUrl)).href };
  return {
    routes: [{ prefix: PREFIX, handle: (...exchange) => answer(parts, ...exchange) }],
    close() {
      pacs.close();
      http.close();
    },
  };
}

const slashed = (url: string): string => url.replace(/\/*$/, '/');

async function answer(
  parts: WebParts & StoreParts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<void> {
  const path = readPath(url.pathname.slice(PREFIX.length));
  const { study, series, part, search } = path;
  const isStore =
    search === 'studies' || (study !== undefined && series === undefined && part === undefined && search === undefined);
  onlyMethods(request.method, 'GET', ...(isStore ? ['POST'] : []));
  const caller = callerOf(request);
  const left = new AbortController();
  response.once('close', () => left.abort());
  if (request.method === 'POST') {
    expectNoQuery(url.searchParams);
    await parts.access.admit(caller);
    const { status, text } = await storeWeb(parts, caller, path, request, left.signal);
    sendText(response, status, 'application/dicom+json', text);
  } else if (search !== undefined) {
    const { text, isCut } = await searchWeb(parts, caller, path, url.searchParams, left.signal);
    if (isCut) response.setHeader('Warning', '299 athanor "There may be more matches than these."');
    sendText(response, 200, 'application/dicom+json', text);
  } else if (study === undefined) throw new HttpRefusal(404, 'not-found', 'This names no study.');
  else
    await retrieve(
      parts,
      caller,
      { ...path, study },
      { query: url.searchParams, request, response, signal: left.signal },
    );
}
