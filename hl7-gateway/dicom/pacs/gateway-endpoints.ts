import type { JsonObject } from '../../../server/kernel/json.ts';
import type { FhirClient } from '../../client/fhir-client.ts';
import { isDown, Unreachable } from '../../client/http-call.ts';
import { isSameJson } from '../../deliver/content/same-json.ts';

/** Where images are had and seen; one each, named by all ImagingStudies. */
const ENDPOINTS = ['Endpoint/athanor-dicom-web', 'Endpoint/athanor-image-viewer'] as const;

const CONNECTIONS = 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type';

/** Milliseconds until it is tried again where the server does not take them. */
const PAUSE = 60_000;

/**
 * Has the server name the gateway's addresses.
 * @param publicUrl where browsers reach the gateway, without a slash at the end; undefined: nowhere
 * @param onError told where the server does not take them: studies are taken over all the same, and name none
 * @returns a function that gives `Endpoint/id` of those that the server has
 */
export function gatewayEndpoints(
  client: FhirClient,
  publicUrl: string | undefined,
  onError: (error: unknown) => void,
): () => Promise<readonly string[]> {
  let isThere = false;
  let next = 0;
  return async () => {
    if (publicUrl === undefined || isThere) return publicUrl === undefined ? [] : ENDPOINTS;
    if (performance.now() < next) return [];
    next = performance.now() + PAUSE;
    try {
      await writeEndpoints(client, publicUrl);
      isThere = true;
      return ENDPOINTS;
    } catch (error) {
      if (error instanceof Unreachable && isDown(error)) next = 0;
      onError(error);
      return [];
    }
  };
}

/** @throws Unreachable when it does not take them now */
async function writeEndpoints(client: FhirClient, publicUrl: string): Promise<void> {
  const [web, viewer] = ENDPOINTS;
  await keep(client, web, {
    connectionType: { system: CONNECTIONS, code: 'dicom-wado-rs' },
    name: 'Images',
    payloadType: [{ text: 'DICOM' }],
    payloadMimeType: ['application/dicom'],
    address: `${publicUrl}/dicom-web`,
  });
  await keep(client, viewer, {
    connectionType: { system: CONNECTIONS, code: 'ihe-iid' },
    name: 'Image viewer',
    payloadType: [{ text: 'DICOM images as a page' }],
    payloadMimeType: ['text/html'],
    address: `${publicUrl}/viewer/`,
  });
}

async function keep(client: FhirClient, path: string, said: JsonObject): Promise<void> {
  const stored = await client.send({ method: 'GET', path });
  const { meta, ...before } = stored.status === 200 ? stored.body : {};
  const body = { resourceType: 'Endpoint', id: path.slice('Endpoint/'.length), status: 'active', ...said };
  if (meta !== undefined && isSameJson(before, body)) return;
  const { status } = await client.send({ method: 'PUT', path, body });
  if (status !== 200 && status !== 201) throw new Unreachable(`an Endpoint was answered ${status}`, status);
}
