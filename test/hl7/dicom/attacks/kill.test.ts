import { setTimeout as pause } from 'node:timers/promises';
import { startOwnServer } from '../../../bench/own-server.ts';
import { eventually } from '../../../harness/eventually.ts';
import { createClient, type Client, type Resource } from '../../../reliability/client.ts';
import { imagingOrder, MRN, numbersOf, patientOf } from '../end-to-end/radiology.ts';
import type { FhirResource } from '../harness/clinic-with-gateway.ts';
import { describeImaging } from '../harness/describe-imaging.ts';
import { startOwnImaging, type OwnImaging } from '../harness/gateway-process.ts';
import { startOrthanc, type TestOrthanc } from '../harness/orthanc.ts';
import { newUid, sampleImage } from '../harness/sample-image.ts';

jest.setTimeout(300_000);

const STUDIES = 12;
const IMAGES = 2;

/** Nothing is lost and nothing doubled, whatever is killed while studies come. */
describeImaging('studies come while processes are killed', () => {
  let pacs: TestOrthanc;
  let imaging: OwnImaging;
  let client: Client;
  let patient: string;

  beforeAll(async () => {
    pacs = await startOrthanc();
    imaging = await startOwnImaging(pacs);
    client = createClient(imaging.server.base);
    patient = (await stored(patientOf('4711', 'Müller'))).id;
  });
  afterAll(async () => {
    await imaging.close();
    await pacs.close();
  });

  async function stored(resource: { readonly resourceType: string }): Promise<FhirResource> {
    const { status, text, body } = await client('POST', resource.resourceType, resource);
    if (status !== 201) throw new Error(`${status} ${text}`);
    return body as FhirResource;
  }

  /** Images of new orders, one study after the other; `each` runs after every one of them. */
  async function scan(each: (index: number) => Promise<void>): Promise<readonly string[]> {
    const orders: FhirResource[] = [];
    for (let index = 0; index < STUDIES; index += 1) orders.push(await stored(imagingOrder(patient)));
    const uids: string[] = [];
    for (const [index, order] of orders.entries()) {
      const { accession = '', studyUid = '' } = numbersOf(order);
      const image = {
        ...{
          patientId: '4711',
          issuer: MRN.replace('urn:oid:', ''),
          patientName: 'Müller^Anna',
          birthDate: '19800203',
        },
        ...{ sex: 'F', studyUid, seriesUid: newUid(), modality: 'CT', accession },
      };
      const files = Array.from({ length: IMAGES }, (_, place) => sampleImage({ ...image, instanceNumber: place + 1 }));
      await pacs.upload(...files);
      uids.push(studyUid);
      await each(index);
    }
    return uids;
  }

  async function studies(studyUid: string): Promise<readonly Resource[]> {
    const { body } = await client('GET', `ImagingStudy?identifier=urn:dicom:uid|urn:oid:${studyUid}`);
    return (body.entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : [resource]));
  }

  async function expectEachOnce(uids: readonly string[]): Promise<void> {
    for (const studyUid of uids) {
      const found = await eventually(
        () => studies(studyUid),
        ([study]) => (study as { readonly numberOfInstances?: number } | undefined)?.numberOfInstances === IMAGES,
      );
      expect(found).toMatchObject([
        { status: 'available', numberOfInstances: IMAGES, subject: { reference: `Patient/${patient}` } },
      ]);
    }
    // Each stands for an order of its own.
    const { body } = await client('GET', `ImagingStudy?patient=Patient/${patient}&_count=1000`);
    const based = (body.entry ?? []).map(({ resource }) =>
      JSON.stringify((resource as { readonly basedOn?: unknown }).basedOn),
    );
    expect(new Set(based).size).toBe(based.length);
  }

  test('the gateway', async () => {
    const uids = await scan(async (index) => {
      await pause(Math.random() * 700);
      if (index % 3 !== 2) return;
      await imaging.gateway.kill();
      await imaging.gateway.start();
    });
    await expectEachOnce(uids);
  });

  test('the server', async () => {
    const { dataDir, port } = imaging.server;
    const uids = await scan(async (index) => {
      if (index !== 3) return;
      await pause(1000);
      await imaging.server.stop();
    });
    await pause(3000);
    imaging.server = await startOwnServer({ dataDir, port, env: { AUTH: 'off' } });
    await expectEachOnce(uids);
  });
});
