import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MllpClient } from '../../../hl7-gateway/mllp/mllp-client.ts';
import { describeWith } from '../../harness/describe-with.ts';
import { eventually, until } from '../../harness/eventually.ts';
import { freePort } from '../../harness/free-port.ts';
import { openClinicWithGateway, type ClinicWithGateway } from '../dicom/harness/clinic-with-gateway.ts';
import { labResult } from '../inbox/lab-messages.ts';
import { openPeer, type Peer } from './peer.ts';
import { orderFor, partnerEndpoint, PATIENT } from './sending-clinic.ts';

const EVENTS = [
  ...['ADT^A28', 'ADT^A31', 'ADT^A40', 'ADT^A04', 'ADT^A03', 'SIU^S12', 'SIU^S15'],
  ...['OML^O21', 'ORU^R01', 'MDM^T02', 'VXU^V04'],
];
const TOLD_TYPES = [
  ...['patient', 'encounter', 'servicerequest', 'appointment', 'diagnosticreport', 'documentreference', 'immunization'],
];
const PDF = { contentType: 'application/pdf', data: 'JVBERi0xLjQK' };

/** The gateway as `npm start` lets it run with sign-in on: as a client with its role; all links in TLS with certificates. */
describeWith('openssl', 'openssl')('the gateway with sign-in and TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'athanor-signed-in-'));
  const file = (name: string): string => join(folder, name);
  const pem = (name: string): string => readFileSync(file(name), 'utf8');
  let clinic: ClinicWithGateway;
  let his: Peer;
  let port: number;

  function certify(name: string): void {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', file(`${name}.key`)];
    const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-days', '2'];
    execFileSync('openssl', ['req', '-x509', ...key, ...subject, '-out', file(`${name}.crt`)], { stdio: 'ignore' });
  }

  beforeAll(async () => {
    certify('ours');
    certify('his');
    port = await freePort();
    const identity = { key: pem('his.key'), cert: pem('his.crt') };
    his = await openPeer(0, { ...identity, ca: pem('ours.crt'), clientCertificate: 'required' });
    clinic = await openClinicWithGateway({
      gateway: {
        HL7_LISTEN: `mllps://127.0.0.1:${port}`,
        HL7_TLS_KEY: file('ours.key'),
        HL7_TLS_CERT: file('ours.crt'),
        HL7_TLS_CLIENT_CA: file('his.crt'),
        HL7_DESTINATION_CA: file('his.crt'),
        HL7_DESTINATION_CERT: file('ours.crt'),
        HL7_DESTINATION_KEY: file('ours.key'),
      },
    });
    const endpoint = partnerEndpoint({ id: 'his', port: his.port, events: EVENTS });
    await clinic.store({ ...endpoint, address: `mllps://127.0.0.1:${his.port}` });
    for (const type of TOLD_TYPES) {
      await until(async () => (await clinic.send('GET', `Subscription/hl7-gateway-${type}`)).body.status === 'active');
    }
  });
  afterAll(async () => {
    await clinic.close();
    await his.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The message of a kind that came last, when it has come. */
  async function told(event: string): Promise<(typeof his.received)[number] | undefined> {
    const find = (): (typeof his.received)[number] | undefined => his.received.findLast((each) => each.event === event);
    return eventually(find, (found) => found !== undefined);
  }

  test('registrations, visits, orders, appointments, reports, documents and vaccinations are told', async () => {
    const patient = await clinic.store(PATIENT);
    const subject = { reference: `Patient/${patient.id}` };
    expect((await told('ADT^A28'))?.segments.find(({ name }) => name === 'PID')?.get(3, 1, 1)).toBe('P-1');
    await clinic.store({ ...patient, gender: 'other' });
    expect((await told('ADT^A31'))?.segments.find(({ name }) => name === 'PID')?.get(8)).toBe('O');

    const ambulatory = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' };
    const start = '2026-01-02T08:00:00Z';
    const visit = await clinic.store({
      ...{ resourceType: 'Encounter', status: 'in-progress', class: ambulatory, subject, period: { start } },
    });
    expect(await told('ADT^A04')).toBeDefined();
    const numbered = await clinic.read(`Encounter/${visit.id}`);
    await clinic.store({ ...numbered, status: 'finished', period: { start, end: '2026-01-02T09:00:00Z' } });
    expect(await told('ADT^A03')).toBeDefined();

    await clinic.store(orderFor(patient.id));
    expect((await told('OML^O21'))?.segments.find(({ name }) => name === 'OBR')?.get(4, 1, 1)).toBe('2345-7');

    const booked = await clinic.store({
      ...{ resourceType: 'Appointment', status: 'booked', participant: [{ actor: subject, status: 'accepted' }] },
      ...{ start: '2026-02-01T09:00:00Z', end: '2026-02-01T09:30:00Z' },
    });
    expect(await told('SIU^S12')).toBeDefined();
    await clinic.store({ ...(await clinic.read(`Appointment/${booked.id}`)), status: 'cancelled' });
    expect(await told('SIU^S15')).toBeDefined();

    const code = { text: 'Report' };
    await clinic.store({ resourceType: 'DiagnosticReport', status: 'final', code, subject, conclusion: 'fine' });
    expect(await told('ORU^R01')).toBeDefined();
    await clinic.store({
      resourceType: 'DocumentReference',
      status: 'current',
      subject,
      content: [{ attachment: PDF }],
    });
    expect((await told('MDM^T02'))?.segments.find(({ name }) => name === 'OBX')?.get(5, 1, 5)).toBe(PDF.data);
    await clinic.store({
      ...{ resourceType: 'Immunization', status: 'completed', patient: subject, occurrenceDateTime: '2026-01-02' },
      vaccineCode: { coding: [{ system: 'http://hl7.org/fhir/sid/cvx', code: '141' }] },
    });
    expect(await told('VXU^V04')).toBeDefined();
  }, 300_000);

  test('charts that were merged are told', async () => {
    const [source, target] = [
      await clinic.store({ ...PATIENT, identifier: [{ system: 'urn:oid:1.2.3', value: 'OLD' }] }),
      await clinic.store({ ...PATIENT, identifier: [{ system: 'urn:oid:1.2.3', value: 'NEW' }] }),
    ];
    const { status } = await clinic.send('POST', 'Patient/$merge', {
      resourceType: 'Parameters',
      parameter: [
        { name: 'source-patient', valueReference: { reference: `Patient/${source.id}` } },
        { name: 'target-patient', valueReference: { reference: `Patient/${target.id}` } },
      ],
    });
    expect(status).toBe(200);
    const segments = (await told('ADT^A40'))?.segments ?? [];
    expect(segments.find(({ name }) => name === 'MRG')?.get(1, 1, 1)).toBe('OLD');
    expect(segments.find(({ name }) => name === 'PID')?.get(3, 1, 1)).toBe('NEW');
  });

  test('a message that the partner refuses becomes a Task', async () => {
    const patient = await clinic.store({ ...PATIENT, identifier: [{ system: 'urn:oid:1.2.3', value: 'P-2' }] });
    his.react = ({ event }) => (event === 'OML^O21' ? 'AR' : 'AA');
    const order = await clinic.store(orderFor(patient.id));
    const tasks = await eventually(
      () => clinic.search(`Task?focus=ServiceRequest/${order.id}`),
      (found) => found.length > 0,
    );
    his.react = () => 'AA';
    expect(tasks).toMatchObject([{ status: 'requested', code: { coding: [{ code: 'not-taken' }] } }]);
  });

  test('a result that comes over TLS is applied; without a certificate nobody is heard', async () => {
    await clinic.store({
      ...partnerEndpoint({ id: 'lab', port: his.port, events: [] }),
      extension: [
        {
          url: 'https://athanor.health/fhir/StructureDefinition/hl7-recognition',
          extension: [{ url: 'application', valueString: 'LAB' }],
        },
        {
          url: 'https://athanor.health/fhir/StructureDefinition/hl7-patients',
          extension: [{ url: 'may-create', valueBoolean: true }],
        },
      ],
    });
    const tls = { ca: pem('ours.crt'), cert: pem('his.crt'), key: pem('his.key') };
    const lab = new MllpClient({ host: '127.0.0.1', port, tls });
    const stranger = new MllpClient({ host: '127.0.0.1', port, tls: { ca: tls.ca } });
    const { text, controlId } = labResult('SIGNED', 1, 1);
    const send = async (client: MllpClient): Promise<string> =>
      Buffer.from(await client.send(Buffer.from(text), () => true)).toString();
    try {
      const reply = await eventually(
        () => send(lab),
        (each) => each.includes('MSA|AA'),
      );
      expect(reply).toContain(`MSA|AA|${controlId}`);
      await expect(send(stranger)).rejects.toThrow();
    } finally {
      lab.close();
      stranger.close();
    }
    const reports = await eventually(
      () => clinic.search(`DiagnosticReport?identifier=${controlId}`),
      (found) => found.length > 0,
    );
    expect(reports).toMatchObject([{ status: 'final' }]);
  });
});
