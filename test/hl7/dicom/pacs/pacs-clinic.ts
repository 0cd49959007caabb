import { openPacs, type Pacs, type PacsOptions } from '../../../../hl7-gateway/dicom/pacs/open-pacs.ts';
import { createLog } from '../../../../server/kernel/log.ts';
import type { Body } from '../../../flows/fhir-server.ts';
import { openDeliveryClinic, type DeliveryClinic } from '../../deliver/delivery-clinic.ts';
import { openSchemaStore, type OpenStore } from '../../outbound/schema-store.ts';
import type { Written } from '../../outbound/sending-clinic.ts';
import { startOrthanc, type TestOrthanc } from '../harness/orthanc.ts';

/** A server, an Orthanc, and the part of a gateway that keeps them in step. */
export interface PacsClinic extends DeliveryClinic {
  readonly opened: OpenStore;
  readonly orthanc: TestOrthanc;
  pacs(): Pacs;
  /** Ends the gateway and begins with another one on the same tables. */
  restart(more?: Partial<PacsOptions>): Promise<void>;
  stop(): Promise<void>;
  create(resource: Written): Promise<Body>;
  /** The ImagingStudies of a Study Instance UID. */
  studies(uid: string): Promise<readonly Body[]>;
}

export const HOOK_SECRET = 'secret-of-the-hook';

/** @param more undefined `orthanc`: the PACS is asked by DICOMweb alone */
export async function openPacsClinic(more: Partial<PacsOptions> = {}): Promise<PacsClinic> {
  const clinic = await openDeliveryClinic();
  const opened = await openSchemaStore();
  const orthanc = await startOrthanc();
  const open = (options: Partial<PacsOptions>): Pacs =>
    openPacs({
      store: opened.store,
      client: clinic.client,
      log: createLog('silent', 'test'),
      dicomWeb: orthanc.dicomWeb,
      orthanc: orthanc.base,
      user: orthanc.user,
      password: orthanc.password,
      timeZone: 'Europe/Berlin',
      publicUrl: 'http://127.0.0.1:2580',
      hookSecret: HOOK_SECRET,
      reconcileEvery: 1000,
      partners: () => [],
      now: () => Date.now(),
      ...more,
      ...options,
    });
  let pacs: Pacs | undefined = open({});
  const stop = async (): Promise<void> => {
    await pacs?.close();
    pacs = undefined;
  };
  return {
    ...clinic,
    opened,
    orthanc,
    pacs() {
      if (pacs === undefined) throw new Error('the gateway is stopped');
      return pacs;
    },
    async restart(options = {}) {
      await stop();
      pacs = open(options);
    },
    stop,
    async create(resource) {
      const { status, body, text } = await clinic.send('POST', resource.resourceType, resource);
      if (status !== 201) throw new Error(`${status} ${text}`);
      return body;
    },
    studies: (uid) => clinic.search(`ImagingStudy?identifier=urn:dicom:uid|urn:oid:${uid}`),
    async close() {
      await stop();
      await orthanc.close();
      await opened.close();
      await clinic.close();
    },
  };
}

const MRN = 'urn:oid:1.2.3';

export function patient(number: string, more: object = {}): Written {
  return {
    resourceType: 'Patient',
    identifier: [
      {
        type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] },
        system: MRN,
        value: number,
      },
    ],
    name: [{ use: 'official', family: 'Müller', given: ['Anna'] }],
    gender: 'female',
    birthDate: '1980-02-03',
    ...more,
  };
}

const ACCESSIONS = 'https://athanor.health/fhir/identifier/accession';

/** An imaging order as module diagnostics makes it. */
export function imagingOrder(patientId: string, accession: string, studyUid: string): Written {
  return {
    resourceType: 'ServiceRequest',
    status: 'active',
    intent: 'order',
    category: [{ coding: [{ system: 'http://snomed.info/sct', code: '363679005' }] }],
    code: { text: 'Chest X-ray' },
    subject: { reference: `Patient/${patientId}` },
    identifier: [
      {
        type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' }] },
        system: ACCESSIONS,
        value: accession,
      },
      { system: 'urn:dicom:uid', value: `urn:oid:${studyUid}` },
    ],
  };
}
