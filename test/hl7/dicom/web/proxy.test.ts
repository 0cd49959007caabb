import { describeImaging } from '../harness/describe-imaging.ts';
import { startOrthanc, type TestOrthanc } from '../harness/orthanc.ts';
import { newUid, sampleImage } from '../harness/sample-image.ts';
import { openImageSite, type ImageSite } from './image-site.ts';

jest.setTimeout(180_000);

interface Images {
  readonly study: string;
  readonly series: string;
  readonly instance: string;
}

describeImaging('images of a PACS behind the rights of the FHIR server', () => {
  let orthanc: TestOrthanc;
  let site: ImageSite;
  const [ann, bob] = [newImages(), newImages()];
  let annsToken = '';
  let physician = '';

  beforeAll(async () => {
    orthanc = await startOrthanc();
    site = await openImageSite(orthanc);
    for (const [name, { study, series, instance }] of [
      ['ann', ann],
      ['bob', bob],
    ] as const) {
      const image = { patientId: name, studyUid: study, seriesUid: series, patientName: `Example^${name}` };
      await orthanc.upload(
        sampleImage({ ...image, sopUid: instance, instanceNumber: 1 }),
        sampleImage({ ...image, instanceNumber: 2 }),
      );
      await site.keep(`study-of-${name}`, study, name);
    }
    annsToken = site.tokenOf('ann', { fhirUser: 'Patient/ann', roles: ['patient'] });
    physician = site.tokenOf('doc', { fhirUser: 'Practitioner/doc', roles: ['system'] });
  });
  afterAll(async () => {
    await site.close();
    await orthanc.close();
  });

  const waysTo = ({ study, series, instance }: Images): readonly string[] => {
    const place = `/studies/${study}/series/${series}/instances/${instance}`;
    return [
      `/studies/${study}`,
      `/studies/${study}/metadata`,
      `/studies/${study}/series`,
      `/studies/${study}/instances`,
      `/studies/${study}/series/${series}`,
      `/studies/${study}/series/${series}/metadata`,
      `/studies/${study}/series/${series}/instances`,
      place,
      `${place}/metadata`,
      `${place}/frames/1`,
      `${place}/rendered`,
      `${place}/rendered?window=100,50,linear&viewport=32,32&quality=80`,
      `${place}/frames/1/rendered`,
      `${place}/bulk/00100010`,
      `${place}/bulk/7fe00010`,
    ];
  };
  const studiesOf = (found: unknown): readonly unknown[] =>
    (found as readonly Readonly<Record<string, { readonly Value?: readonly unknown[] }>>[]).map(
      (each) => each['0020000D']?.Value?.[0],
    );

  test('a patient reads all of their own study', async () => {
    for (const way of waysTo(ann)) {
      const { status, bytes } = await site.get(way, annsToken);
      expect({ way, status, isEmpty: bytes.length === 0 }).toEqual({ way, status: 200, isEmpty: false });
    }
  });

  test('another patient’s study is not there for them, in any way', async () => {
    for (const way of waysTo(bob)) {
      expect({ way, status: (await site.get(way, annsToken)).status }).toEqual({ way, status: 404 });
      expect({ way, status: (await site.get(way, physician)).status }).toEqual({ way, status: 200 });
    }
  });

  test('nor is one that no PACS has', async () => {
    const known = await site.get(`/studies/${bob.study}/metadata`, annsToken);
    const unknown = await site.get(`/studies/${newUid()}/metadata`, annsToken);
    expect([known.status, known.bytes.toString()]).toEqual([unknown.status, unknown.bytes.toString()]);
  });

  test('nobody is told anything without a token that holds', async () => {
    const gone = site.tokenOf('gone', { fhirUser: 'Patient/ann', roles: ['patient'] });
    site.revoke(gone);
    for (const token of [undefined, gone]) {
      for (const way of [
        ...waysTo(ann),
        ...waysTo(bob),
        '/studies',
        `/studies?PatientID=nobody`,
        '/series',
        '/instances',
      ]) {
        expect({ way, status: (await site.get(way, token)).status }).toEqual({ way, status: 401 });
      }
    }
    const receptionist = site.tokenOf('rita', { fhirUser: 'Practitioner/1', roles: ['receptionist'] });
    expect((await site.get('/studies', receptionist)).json()).toEqual([]);
    expect((await site.get(`/studies/${ann.study}`, receptionist)).status).toBe(404);
  });

  test('a search finds what its caller sees, and counts that alone', async () => {
    for (const search of ['/studies', '/series', '/instances', `/studies?StudyInstanceUID=${ann.study},${bob.study}`]) {
      const own = await site.get(search, annsToken);
      expect(own.status).toBe(200);
      expect([...new Set(studiesOf(own.json()))]).toEqual([ann.study]);
      expect(new Set(studiesOf((await site.get(search, physician)).json()))).toEqual(new Set([ann.study, bob.study]));
    }
    expect((await site.get(`/studies?StudyInstanceUID=${bob.study}`, annsToken)).json()).toEqual([]);
    expect((await site.get('/studies?PatientName=Example^bob', annsToken)).json()).toEqual([]);
    expect((await site.get('/studies?offset=1', annsToken)).json()).toEqual([]);
    const pages = await Promise.all(
      [0, 1, 2].map((offset) => site.get(`/studies?limit=1&offset=${offset}`, physician)),
    );
    const found = pages.flatMap((page) => studiesOf(page.json()));
    expect(found).toHaveLength(2);
    expect(new Set(found)).toEqual(new Set([ann.study, bob.study]));
  });

  test('addresses are those of the gateway, and lead to what they name', async () => {
    const metadata = await site.get(`/studies/${ann.study}/metadata`, annsToken);
    const search = await site.get('/studies', annsToken);
    const frame = await site.get(waysTo(ann)[9] ?? '', annsToken);
    for (const { bytes } of [metadata, search, frame]) {
      expect(bytes.toString('latin1')).not.toContain(new URL(orthanc.base).host);
    }
    const [, address = ''] = /"BulkDataURI"\s*:\s*"([^"]+)"/.exec(metadata.bytes.toString()) ?? [];
    expect(address).toMatch(/\/bulk\/7fe00010$/i);
    expect(address.startsWith(`${site.base}/studies/${ann.study}/`)).toBe(true);
    const pixels = await site.get(address.replace(site.base, ''), annsToken);
    expect(pixels.bytes.length).toBeGreaterThan(64 * 64);
    expect(search.bytes.toString()).toContain(`${site.base}/studies/${ann.study}`);
    expect(frame.bytes.toString('latin1')).toContain(`Content-Location: ${site.base}/studies/`);
  });

  test('what is retrieved is what was stored', async () => {
    const { bytes, headers } = await site.get(waysTo(ann)[7] ?? '', annsToken);
    const [, boundary = ''] = /boundary="([^"]+)"/.exec(headers.get('content-type') ?? '') ?? [];
    const start = bytes.indexOf('\r\n\r\n') + 4;
    const file = bytes.subarray(start, bytes.indexOf(`\r\n--${boundary}--`, start));
    const [id = ''] = (await orthanc.send('POST', '/tools/lookup', ann.instance)).json() as readonly string[];
    expect(id).toBeDefined();
    const find = await orthanc.send('POST', '/tools/find', {
      Level: 'Instance',
      Query: { SOPInstanceUID: ann.instance },
    });
    const stored = await orthanc.send('GET', `/instances/${(find.json() as string[])[0] ?? ''}/file`);
    expect(file.equals(stored.bytes)).toBe(true);
  });
});

function newImages(): Images {
  return { study: newUid(), series: newUid(), instance: newUid() };
}
