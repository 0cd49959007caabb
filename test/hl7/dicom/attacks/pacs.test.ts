import { setTimeout as pause } from 'node:timers/promises';
import { eventually, until } from '../../../harness/eventually.ts';
import { imagingOrder, MRN, numbersOf, patientOf } from '../end-to-end/radiology.ts';
import { openClinicWithGateway, type ClinicWithGateway, type FhirResource } from '../harness/clinic-with-gateway.ts';
import { describeImaging } from '../harness/describe-imaging.ts';
import { startOrthanc, type TestOrthanc } from '../harness/orthanc.ts';
import { newUid, sampleImage, type SampleImage } from '../harness/sample-image.ts';
import { BAD_MANNERS, openRudePacs, type RudePacs } from './rude-pacs.ts';

jest.setTimeout(300_000);

/** How long a PACS is not well: some looks of the gateway at it. */
const SPELL = 2000;

describeImaging('a PACS that is not well', () => {
  let pacs: TestOrthanc;
  let rude: RudePacs;
  let clinic: ClinicWithGateway;
  let patient: string;
  let number = 0;

  beforeAll(async () => {
    pacs = await startOrthanc();
    rude = await openRudePacs(pacs);
    clinic = await openClinicWithGateway({
      server: { AUTH: 'off' },
      gateway: {
        PACS_DICOMWEB: `${rude.base}/dicom-web`,
        PACS_ORTHANC: rude.base,
        PACS_USER: pacs.user,
        PACS_PASSWORD: pacs.password,
      },
    });
    patient = (await clinic.store(patientOf('4711', 'Müller'))).id;
  });
  afterEach(() => rude.behave('well'));
  afterAll(async () => {
    await clinic.close();
    await rude.close();
    await pacs.close();
  });

  /** An order, and images of it in the PACS. @returns their study */
  async function scan(count: number, more: Partial<SampleImage> = {}): Promise<string> {
    const order = await clinic.store(imagingOrder(patient));
    const { accession, studyUid = newUid() } = numbersOf(order);
    number += 1;
    const image = {
      ...{ patientId: '4711', issuer: MRN.replace('urn:oid:', ''), patientName: 'Müller^Anna', birthDate: '19800203' },
      ...{ sex: 'F', studyUid, seriesUid: newUid(), modality: 'CT', studyDescription: `Study ${number}` },
      ...(accession === undefined ? {} : { accession }),
      ...more,
    };
    const files = Array.from({ length: count }, (_, index) => sampleImage({ ...image, instanceNumber: index + 1 }));
    await pacs.upload(...files);
    return studyUid;
  }

  const studies = (studyUid: string): Promise<readonly FhirResource[]> =>
    clinic.search(`ImagingStudy?identifier=urn:dicom:uid|urn:oid:${studyUid}`);

  async function expectOnce(studyUid: string, count: number): Promise<void> {
    const found = await eventually(
      () => studies(studyUid),
      ([study]) => study?.numberOfInstances === count,
    );
    expect(found).toMatchObject([
      { status: 'available', numberOfInstances: count, subject: { reference: `Patient/${patient}` } },
    ]);
    expect(found[0]?.basedOn).toHaveLength(1);
  }

  test('a study that comes while it is well', async () => {
    await expectOnce(await scan(2), 2);
  });

  test.each(BAD_MANNERS)(
    'it answers with %s for a while: studies come when it is well again, each once',
    async (manners) => {
      rude.behave(manners);
      const studyUid = await scan(2);
      rude.requests();
      await pause(SPELL);
      // It is not run over by one that asks again and again.
      expect(rude.requests()).toBeLessThan(100);
      rude.behave('well');
      await expectOnce(studyUid, 2);
    },
  );

  test.each(['missing', 'other', 'no-list'] as const)(
    'what is known stays as it is while it answers with %s',
    async (manners) => {
      const studyUid = await scan(1);
      await expectOnce(studyUid, 1);
      rude.behave(manners);
      // At its start the gateway compares what it knows with all that the PACS has.
      await clinic.restartGateway();
      await pause(SPELL);
      expect(await studies(studyUid)).toMatchObject([{ status: 'available' }]);
    },
  );

  test('it is away, and comes back with what it had', async () => {
    const before = await scan(1);
    await pacs.kill();
    await pause(SPELL);
    await pacs.start();
    const after = await scan(1);
    await expectOnce(before, 1);
    await expectOnce(after, 1);
  });

  test('it stops in the middle of everything, and goes on', async () => {
    const studyUid = await scan(2);
    pacs.freeze(true);
    await pause(SPELL);
    pacs.freeze(false);
    await expectOnce(studyUid, 2);
  });

  test('the gateway is ended and begins again while studies come', async () => {
    const first = await scan(2);
    await clinic.restartGateway();
    const second = await scan(2);
    await clinic.restartGateway();
    await expectOnce(first, 2);
    await expectOnce(second, 2);
  });

  test('nothing of another person: images with this order’s accession and a stranger’s number are linked to nobody', async () => {
    const studyUid = await scan(1, { patientId: '999999', patientName: 'Somebody^Else', birthDate: '19300101' });
    const tasks = await eventually(
      () => clinic.search('Task?code=study-patient'),
      (found) => JSON.stringify(found).includes(studyUid),
    );
    expect(JSON.stringify(tasks)).toContain(studyUid);
    const linked = (await studies(studyUid)).filter(({ status }) => status === 'available');
    expect(linked).toEqual([]);
  });

  test('late images are counted, and what is deleted is not available any more', async () => {
    const seriesUid = newUid();
    const studyUid = await scan(1, { seriesUid });
    await expectOnce(studyUid, 1);
    const [study] = await studies(studyUid);
    const identifiers = numbersOf(
      await clinic.read(String((study?.basedOn as readonly { readonly reference: string }[])[0]?.reference)),
    );
    await pacs.upload(
      sampleImage({
        ...{
          patientId: '4711',
          issuer: MRN.replace('urn:oid:', ''),
          patientName: 'Müller^Anna',
          birthDate: '19800203',
        },
        ...{ sex: 'F', studyUid, seriesUid: newUid(), modality: 'SR', accession: identifiers.accession ?? '' },
      }),
    );
    await expectOnce(studyUid, 2);
    const lookup = await pacs.send('POST', '/tools/lookup', Buffer.from(studyUid));
    const [{ ID } = { ID: '' }] = lookup.json() as readonly { readonly ID: string }[];
    await pacs.send('DELETE', `/studies/${ID}`);
    await clinic.restartGateway();
    await until(async () => (await studies(studyUid))[0]?.status !== 'available');
    expect(await studies(studyUid)).toHaveLength(1);
  });
});
