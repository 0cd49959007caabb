import { MllpClient } from '../../../../hl7-gateway/mllp/mllp-client.ts';
import type { ParsedMessage, ParsedSegment } from '../../../../hl7-gateway/hl7/parsed-message.ts';
import { until } from '../../../harness/eventually.ts';
import { openPeer, type Peer } from '../../outbound/peer.ts';
import {
  openClinicWithGateway,
  type ClinicWithGateway,
  type FhirResource,
  type Said,
} from '../harness/clinic-with-gateway.ts';
import { echoscu, findWorklist, valueAt, type DicomJson, type DimsePeer } from '../harness/dcmtk.ts';
import { startOrthanc, type TestOrthanc } from '../harness/orthanc.ts';

const CANONICAL = 'https://athanor.health/fhir';
const STUDY_UID = 'urn:dicom:uid';
const IDENTIFIER_TYPES = 'http://terminology.hl7.org/CodeSystem/v2-0203';
/** System of the clinic's patient numbers. */
export const MRN = 'urn:oid:1.2.3.4.5';

/** A clinic with a scanner, a PACS and a radiology information system. */
export interface Radiology {
  readonly clinic: ClinicWithGateway;
  readonly pacs: TestOrthanc;
  /** The radiology information system: what it is told. */
  readonly ris: Peer;
  /** The scanner as a caller of the gateway. */
  readonly scanner: DimsePeer;
  /** The scanner as a caller of the PACS. */
  readonly store: DimsePeer;
  /** Sends a message of the radiology information system. @returns MSA-1 */
  say(...segments: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

/** @param server settings of the server, such as AUTH=off */
export async function openRadiology(server: Readonly<Record<string, string>> = {}): Promise<Radiology> {
  const pacs = await startOrthanc();
  const ris = await openPeer();
  let clinic: ClinicWithGateway;
  try {
    clinic = await openClinicWithGateway({
      server,
      gateway: {
        DICOM_AE_TITLE: 'ATHANOR',
        PACS_DICOMWEB: pacs.dicomWeb,
        PACS_ORTHANC: pacs.base,
        PACS_USER: pacs.user,
        PACS_PASSWORD: pacs.password,
      },
    });
  } catch (error) {
    await ris.close();
    await pacs.close();
    throw error;
  }
  const scanner = { port: clinic.dicomPort, calling: 'SCANNER1', called: 'ATHANOR' };
  const link = new MllpClient({ host: '127.0.0.1', port: clinic.mllpPort });
  let sent = 0;
  const close = async (): Promise<void> => {
    link.close();
    await clinic.close();
    await ris.close();
    await pacs.close();
  };
  try {
    await clinic.store(scannerEndpoint('scanner', 'SCANNER1'));
    await clinic.store(risEndpoint(ris.port));
    await clinic.gateway().partners.refresh();
    await until(async () => (await echoscu(scanner)).code === 0);
    await until(
      async () => (await clinic.send('GET', 'Subscription/hl7-gateway-servicerequest')).body.status === 'active',
    );
  } catch (error) {
    await close();
    throw error;
  }
  return {
    clinic,
    pacs,
    ris,
    scanner,
    store: { port: pacs.dicomPort, calling: 'SCANNER1', called: pacs.aeTitle },
    async say(event, ...segments) {
      sent += 1;
      const head = `MSH|^~\\&|RIS|RADIOLOGY|ATHANOR|CLINIC|20260102110000+0000||${event}|R${sent}|P|2.5.1`;
      const reply = await link.send(Buffer.from([head, ...segments, ''].join('\r')), () => true);
      return /\rMSA\|(..)/.exec(Buffer.from(reply).toString('utf8'))?.[1] ?? '';
    },
    close,
  };
}

/** A modality that may ask for the worklist, from this machine alone. */
export function scannerEndpoint(id: string, aeTitle: string): Said {
  return {
    resourceType: 'Endpoint',
    id,
    meta: { profile: [`${CANONICAL}/StructureDefinition/dicom-modality`] },
    status: 'active',
    connectionType: { system: `${CANONICAL}/CodeSystem/endpoint-connection-type`, code: 'dimse' },
    name: id,
    payloadType: [{ text: 'DICOM' }],
    address: 'dicom://127.0.0.1:104',
    extension: [
      {
        url: `${CANONICAL}/StructureDefinition/dicom-peer`,
        extension: [
          { url: 'ae-title', valueString: aeTitle },
          { url: 'address', valueString: '127.0.0.1' },
        ],
      },
    ],
  };
}

function risEndpoint(port: number): Said {
  const setting = (name: string, ...extension: readonly object[]): object => ({
    url: `${CANONICAL}/StructureDefinition/${name}`,
    extension,
  });
  return {
    resourceType: 'Endpoint',
    id: 'ris',
    meta: { profile: [`${CANONICAL}/StructureDefinition/hl7-partner`] },
    status: 'active',
    connectionType: { system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type', code: 'hl7v2-mllp' },
    name: 'ris',
    payloadType: [{ text: 'HL7 v2' }],
    address: `mllp://127.0.0.1:${port}`,
    extension: [
      setting('hl7-recognition', { url: 'application', valueString: 'RIS' }),
      setting('hl7-patients', { url: 'may-create', valueBoolean: true }, { url: 'trusted-system', valueUri: MRN }),
      setting(
        'hl7-system',
        { url: 'kind', valueCode: 'assigner' },
        { url: 'name', valueString: 'CLINIC' },
        { url: 'uri', valueUri: MRN },
      ),
      setting(
        'hl7-destination',
        { url: 'event', valueString: 'OMI^O23' },
        { url: 'version', valueCode: '2.5.1' },
        { url: 'application', valueString: 'RIS' },
      ),
    ],
  };
}

/** A patient with a number of the clinic. */
export function patientOf(number: string, family: string): Said {
  return {
    resourceType: 'Patient',
    identifier: [{ type: { coding: [{ system: IDENTIFIER_TYPES, code: 'MR' }] }, system: MRN, value: number }],
    name: [{ use: 'official', family, given: ['Anna'] }],
    gender: 'female',
    birthDate: '1980-02-03',
  };
}

/** An order of a CT of the head. */
export function imagingOrder(patient: string): Said {
  return {
    resourceType: 'ServiceRequest',
    status: 'active',
    intent: 'order',
    category: [
      { coding: [{ system: 'http://snomed.info/sct', code: '363679005' }] },
      { coding: [{ system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'CT' }] },
    ],
    code: { coding: [{ system: 'http://loinc.org', code: '24725-4', display: 'CT Head' }], text: 'CT Head' },
    subject: { reference: `Patient/${patient}` },
    authoredOn: '2026-01-02T09:00:00Z',
    occurrenceDateTime: '2026-01-02T10:00:00Z',
  };
}

interface Identifier {
  readonly system?: string;
  readonly value?: string;
  readonly type?: { readonly coding?: readonly { readonly code?: string }[] };
}

/** Accession number and Study Instance UID of an order, where it has them. */
export function numbersOf(order: FhirResource): { readonly accession?: string; readonly studyUid?: string } {
  const identifiers = (order.identifier ?? []) as readonly Identifier[];
  const accession = identifiers.find(({ type }) => type?.coding?.some(({ code }) => code === 'ACSN'))?.value;
  const studyUid = identifiers.find(({ system }) => system === STUDY_UID)?.value?.replace('urn:oid:', '');
  return {
    ...(accession === undefined ? {} : { accession }),
    ...(studyUid === undefined ? {} : { studyUid }),
  };
}

const KEYS = [
  ...['0008,0005', '0008,0050', '0010,0010', '0010,0020', '0010,0021', '0010,0030', '0010,0040'],
  ...['0020,000d', '0032,1060', '0040,1001', '0040,0100[0].0008,0060', '0040,0100[0].0040,0001'],
  ...['0040,0100[0].0040,0002', '0040,0100[0].0040,0009'],
];

/** What the worklist has for an accession number; undefined where it has nothing. */
export async function worklistEntry({ scanner }: Radiology, accession: string): Promise<DicomJson | undefined> {
  const keys = KEYS.map((key) => (key === '0008,0050' ? `${key}=${accession}` : key));
  const { code, found, output } = await findWorklist(scanner, keys);
  if (code !== 0) throw new Error(`findscu: ${output}`);
  return found.find((entry) => valueAt(entry, '00080050') === accession);
}

/** The study that the server has of a UID; undefined where it has none. */
export async function studyOf({ clinic }: Radiology, studyUid: string): Promise<FhirResource | undefined> {
  const [study, ...others] = await clinic.search(`ImagingStudy?identifier=${STUDY_UID}|urn:oid:${studyUid}`);
  if (others.length > 0) throw new Error(`${others.length + 1} ImagingStudies of one study`);
  return study;
}

export function segmentOf(message: ParsedMessage | undefined, name: string): ParsedSegment | undefined {
  return message?.segments.find((segment) => segment.name === name);
}
