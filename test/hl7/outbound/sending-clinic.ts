import { openSchemaStore, type OpenStore } from './schema-store.ts';
import { openOutbound, type Outbound } from '../../../hl7-gateway/outbound/open-outbound.ts';
import { searchPages } from '../../../hl7-gateway/client/search-pages.ts';
import { openPartners, type Partners } from '../../../hl7-gateway/partner/partners.ts';
import { createLog } from '../../../server/kernel/log.ts';
import type { Body } from '../../flows/fhir-server.ts';
import { openDeliveryClinic, type DeliveryClinic } from '../deliver/delivery-clinic.ts';

/** What a test writes. */
export interface Written {
  readonly resourceType: string;
  readonly id?: string;
  readonly [element: string]: unknown;
}

/** A server, a gateway that sends its changes, and partners as Endpoints. */
export interface SendingClinic extends DeliveryClinic {
  readonly opened: OpenStore;
  readonly partners: Partners;
  /** Ends the gateway and begins with another one on the same tables. */
  restart(): Promise<void>;
  stop(): Promise<void>;
  start(): void;
  create(resource: Written): Promise<Body>;
  update(resource: Written): Promise<Body>;
}

/** @param selection modules, as in the setting MODULES */
export async function openSendingClinic(selection?: string): Promise<SendingClinic> {
  const clinic = await openDeliveryClinic(undefined, selection);
  const opened = await openSchemaStore();
  const partners = openPartners({
    search: (query) => searchPages(clinic.client, clinic.base, query),
    zone: 'UTC',
    pause: 200,
    onError: clinic.onError,
    onProblem: (endpoint, problems) => clinic.onError(new Error(`${endpoint}: ${problems.join()}`)),
  });
  let outbound: Outbound | undefined;
  const start = (): void => {
    outbound = openOutbound({
      store: opened.store,
      client: clinic.client,
      log: createLog('silent', 'test'),
      sender: { application: 'ATHANOR', facility: 'CLINIC' },
      partners: () => partners.all(),
      now: () => Date.now(),
    });
  };
  const stop = async (): Promise<void> => {
    await outbound?.close();
    outbound = undefined;
  };
  const written = async (method: 'POST' | 'PUT', path: string, resource: Written): Promise<Body> => {
    const { status, body, text } = await clinic.send(method, path, resource);
    if (status !== 200 && status !== 201) throw new Error(`${status} ${text}`);
    return body;
  };
  start();
  return {
    ...clinic,
    opened,
    partners,
    start,
    stop,
    async restart() {
      await stop();
      start();
    },
    create: (resource) => written('POST', resource.resourceType, resource),
    update: (resource) => written('PUT', `${resource.resourceType}/${String(resource.id)}`, resource),
    async close() {
      await stop();
      await partners.close();
      await opened.close();
      await clinic.close();
    },
  };
}

const BASE = 'https://athanor.health/fhir/StructureDefinition/';

export interface PeerSettings {
  readonly id: string;
  readonly port: number;
  readonly events: readonly string[];
  readonly version?: string;
  readonly charset?: string;
  readonly organization?: string;
  readonly more?: readonly object[];
}

/** An Endpoint of a partner that takes messages. */
export function partnerEndpoint({
  id,
  port,
  events,
  version,
  charset,
  organization,
  more = [],
}: PeerSettings): Written {
  return {
    resourceType: 'Endpoint',
    id,
    meta: { profile: [`${BASE}hl7-partner`] },
    status: 'active',
    connectionType: { system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type', code: 'hl7v2-mllp' },
    name: id,
    payloadType: [{ text: 'HL7 v2' }],
    address: `mllp://127.0.0.1:${port}`,
    ...(organization === undefined ? {} : { managingOrganization: { reference: organization } }),
    extension: [
      { url: `${BASE}hl7-recognition`, extension: [{ url: 'application', valueString: id.toUpperCase() }] },
      {
        url: `${BASE}hl7-destination`,
        extension: [
          ...events.map((event) => ({ url: 'event', valueString: event })),
          ...(version === undefined ? [] : [{ url: 'version', valueCode: version }]),
          ...(charset === undefined ? [] : [{ url: 'charset', valueCode: charset }]),
          { url: 'application', valueString: id.toUpperCase() },
          ...more,
        ],
      },
    ],
  };
}

/** A patient, and an order for them. */
export const PATIENT = {
  resourceType: 'Patient',
  identifier: [
    {
      type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] },
      system: 'urn:oid:1.2.3',
      value: 'P-1',
    },
  ],
  name: [{ use: 'official', family: 'Müller|Ω', given: ['Anna', 'Maria'] }],
  gender: 'female',
  birthDate: '1980-02-03',
};

export function orderFor(patient: string, more: object = {}): Written {
  return {
    resourceType: 'ServiceRequest',
    status: 'active',
    intent: 'order',
    category: [{ coding: [{ system: 'http://snomed.info/sct', code: '108252007' }] }],
    priority: 'stat',
    code: { coding: [{ system: 'http://loinc.org', code: '2345-7', display: 'Glucose' }], text: 'Glucose' },
    subject: { reference: `Patient/${patient}` },
    authoredOn: '2026-01-02T03:04:05+01:00',
    ...more,
  };
}
