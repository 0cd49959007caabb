import { openConsoleApp, signIn, type ConsoleApp, type Window } from '../../../console/console-app.ts';
import { describeWith } from '../../../harness/describe-with.ts';

jest.setTimeout(240_000);

describeWith('chromium', 'chromium')('images in the chart, in Chromium', () => {
  let app: ConsoleApp;
  let physician: Window;
  beforeAll(async () => {
    app = await openConsoleApp();
    physician = await app.windowOf('physician', 'physician');
  });
  afterAll(() => app.close());

  test('examinations of the patient, each with a link to the viewer that its Endpoint names', async () => {
    const patient = (await app.look('Patient?_sort=_id&_count=1')).entry?.[0]?.resource.id ?? '';
    await app.store({
      resourceType: 'Endpoint',
      status: 'active',
      connectionType: { system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type', code: 'ihe-iid' },
      name: 'viewer of the test',
      payloadType: [{ text: 'images' }],
      address: 'https://images.clinic.example/viewer/',
    });
    const endpoint = (await app.look('Endpoint?name=viewer of the test')).entry?.[0]?.resource.id ?? '';
    for (const [status, description] of [
      ['available', 'Chest, two views'],
      ['unknown', 'Of somebody else perhaps'],
    ] as const) {
      await app.store({
        resourceType: 'ImagingStudy',
        status,
        description,
        subject: { reference: `Patient/${patient}` },
        identifier: [{ system: 'urn:dicom:uid', value: `urn:oid:1.2.${status.length}` }],
        started: '2026-01-02T10:15:00Z',
        modality: [{ system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'DX' }],
        numberOfSeries: 1,
        numberOfInstances: 2,
        endpoint: [{ reference: `Endpoint/${endpoint}` }],
      });
    }
    const { page } = physician;
    await signIn(physician, app.server.origin);
    await page.goto(`${app.server.origin}/console/chart/${patient}`);
    // Loading a page anew asks for new tokens.
    const again = page.getByRole('button', { name: 'Sign in' });
    const images = page.getByRole('region', { name: 'Images' });
    await again.or(images).first().waitFor();
    if (await again.isVisible()) {
      await again.click();
      await page.getByRole('button', { name: 'Allow' }).click();
    }
    const link = images.getByRole('link', { name: 'View images of Chest, two views' });
    await link.waitFor();
    expect(await link.getAttribute('href')).toBe('https://images.clinic.example/viewer/?StudyInstanceUIDs=1.2.9');
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
    const text = await images.innerText();
    expect(text).toContain('1 series, 2 images');
    expect(text).not.toContain('somebody else');
    expect(await physician.examine('chart-images')).toEqual([]);
    expect(physician.complaints).toEqual([]);
  });
});
