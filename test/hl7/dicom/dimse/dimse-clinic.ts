import { fileURLToPath } from 'node:url';
import { createFhirClient } from '../../../../hl7-gateway/client/fhir-client.ts';
import { openHttpCaller } from '../../../../hl7-gateway/client/http-call.ts';
import { searchPages } from '../../../../hl7-gateway/client/search-pages.ts';
import { openDimse, type Dimse, type DimseOptions } from '../../../../hl7-gateway/dicom/dimse/open-dimse.ts';
import { createLog, type Log } from '../../../../server/kernel/log.ts';
import type { Body } from '../../../flows/fhir-server.ts';
import { openModuleClinic, type ModuleClinic } from '../../../harness/module-clinic.ts';
import { PRINCIPAL } from '../../../harness/test-principal.ts';
import type { DimsePeer } from '../harness/dcmtk.ts';

const MODULES = fileURLToPath(new URL('../../../../modules', import.meta.url));
const PROFILES = 'https://athanor.health/fhir/StructureDefinition/';

/** A server with imaging orders, and the gateway's DIMSE listener for it, which acts with the role `gateway`. */
export interface DimseClinic extends ModuleClinic {
  readonly dimse: Dimse;
  /** A modality that calls the gateway by its right title. */
  caller(calling: string): DimsePeer;
  /** Stores a modality, and has the gateway know it. */
  addModality(aeTitle: string, settings?: Partial<ModalitySettings>): Promise<void>;
  /** Stores a resource. @returns it as it is stored */
  store(resource: StoredResource): Promise<Body>;
  search(query: string): Promise<readonly Body[]>;
}

interface StoredResource {
  readonly resourceType: string;
  readonly id?: string | undefined;
  readonly [element: string]: unknown;
}

export interface ModalitySettings {
  readonly status: string;
  readonly addresses: readonly string[];
  readonly modalities: readonly string[];
  readonly stations: readonly string[];
}

const ZONE = 'Europe/Vienna';

export async function openDimseClinic(options: Partial<DimseOptions> = {}): Promise<DimseClinic> {
  const clinic = await openModuleClinic(MODULES, 'administration,diagnostics');
  const http = openHttpCaller({ timeout: 60_000, answerBytes: 64 * 1024 * 1024, connections: 20 });
  const principal = JSON.stringify({ kind: 'client', roles: ['gateway'] });
  const client = createFhirClient(clinic.base, {
    ...http,
    call: (call) => http.call({ ...call, headers: { ...call.headers, [PRINCIPAL]: principal } }),
  });
  const log: Log = createLog('error', 'test');
  const dimse = await openDimse({
    listen: { host: '127.0.0.1', port: 0 },
    aeTitle: 'ATHANOR',
    client,
    search: (query) => searchPages(client, clinic.base, query),
    zone: ZONE,
    log,
    now: () => Date.now(),
    ...options,
  });
  const store: DimseClinic['store'] = async (resource) => {
    const { resourceType, id } = resource;
    const path = id === undefined ? resourceType : `${resourceType}/${id}`;
    const { status, body, text } = await clinic.send(id === undefined ? 'POST' : 'PUT', path, resource);
    if (status >= 300) throw new Error(`${status} ${text}`);
    return body;
  };
  return {
    ...clinic,
    dimse,
    store,
    caller: (calling) => ({ port: dimse.port, called: 'ATHANOR', calling }),
    async addModality(aeTitle, settings = {}) {
      await store(endpoint(aeTitle, settings));
      await dimse.refreshPeers();
    },
    async search(query) {
      const { body, status, text } = await clinic.get(query);
      if (status !== 200) throw new Error(text);
      return (body.entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : [resource]));
    },
    async close() {
      await dimse.close();
      http.close();
      await clinic.close();
    },
  };
}

function endpoint(
  aeTitle: string,
  { status = 'active', addresses = [], modalities = [], stations = [] }: Partial<ModalitySettings>,
) {
  return {
    resourceType: 'Endpoint',
    id: aeTitle.toLowerCase().replaceAll(' ', '-'),
    meta: { profile: [`${PROFILES}dicom-modality`] },
    status,
    name: aeTitle,
    connectionType: { system: 'https://athanor.health/fhir/CodeSystem/endpoint-connection-type', code: 'dimse' },
    payloadType: [{ text: 'DICOM' }],
    address: 'dicom://modality.example:104',
    extension: [
      {
        url: `${PROFILES}dicom-peer`,
        extension: [
          { url: 'ae-title', valueString: aeTitle },
          ...addresses.map((valueString) => ({ url: 'address', valueString })),
          ...modalities.map((valueCode) => ({ url: 'modality', valueCode })),
          ...stations.map((reference) => ({ url: 'station', valueReference: { reference } })),
        ],
      },
    ],
  };
}
