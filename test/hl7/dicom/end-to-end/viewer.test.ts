import type { Browser, Page } from 'playwright-core';
import { registerOwnApps } from '../../../../server/auth/oauth/clients/own-apps.ts';
import { OPERATOR } from '../../../../server/auth/users/actor.ts';
import { createAccount } from '../../../../server/auth/users/create-account.ts';
import { inviteAccount } from '../../../../server/auth/users/invite-account.ts';
import { viewerApp } from '../../../../server/boot/viewer-app.ts';
import { buildSites } from '../../../console/site.ts';
import { openChromium } from '../../../harness/chromium.ts';
import { describeWith } from '../../../harness/describe-with.ts';
import { eventually } from '../../../harness/eventually.ts';
import { storescu } from '../harness/dcmtk.ts';
import { describeImaging } from '../harness/describe-imaging.ts';
import { sampleImage } from '../harness/sample-image.ts';
import { imagingOrder, MRN, numbersOf, openRadiology, patientOf, studyOf, type Radiology } from './radiology.ts';

jest.setTimeout(300_000);

const LOGIN = 'radiologist@clinic.example';
const PASSWORD = 'violet otter gravel 37';

/** From images that a scanner sent to their picture, by the address that their ImagingStudy names. */
describeWith('chromium', 'chromium')('images in a browser', () => {
  describeImaging('of the real gateway', () => {
    let browser: Browser;
    beforeAll(async () => {
      buildSites();
      browser = await openChromium();
    });
    afterAll(() => browser.close());

    /** @returns where the ImagingStudy says that the images of a new order are shown, and its reference */
    async function scanned({ clinic, store, ...rest }: Radiology): Promise<{ url: string; study: string }> {
      const patient = await clinic.store(patientOf('4711', 'Müller'));
      const { accession = '', studyUid = '' } = numbersOf(await clinic.store(imagingOrder(patient.id)));
      const image = sampleImage({
        ...{
          patientId: '4711',
          issuer: MRN.replace('urn:oid:', ''),
          patientName: 'Müller^Anna',
          birthDate: '19800203',
        },
        ...{ accession, studyUid, modality: 'CT' },
      });
      expect(await storescu(store, [image])).toMatchObject({ code: 0 });
      const study = await eventually(
        () => studyOf({ clinic, store, ...rest }, studyUid),
        (found) => found?.status === 'available',
      );
      const endpoints = (study?.endpoint ?? []) as readonly { readonly reference: string }[];
      const read = await Promise.all(endpoints.map(({ reference }) => clinic.read(reference)));
      const viewer = read.find(({ connectionType }) => JSON.stringify(connectionType).includes('ihe-iid'));
      const url = `${String(viewer?.address)}?StudyInstanceUIDs=${studyUid}`;
      return { url, study: `ImagingStudy/${study?.id ?? ''}` };
    }

    async function openPage(): Promise<Page> {
      const page = await (await browser.newContext()).newPage();
      page.setDefaultTimeout(60_000);
      return page;
    }

    test('without sign-in', async () => {
      const radiology = await openRadiology({ AUTH: 'off' });
      try {
        const page = await openPage();
        await page.goto((await scanned(radiology)).url);
        await page.getByText('Image 1 of 1').waitFor();
        await expectPicture(page);
      } finally {
        await radiology.close();
      }
    });

    test('with sign-in, and whoever looked is in the audit trail', async () => {
      const radiology = await openRadiology();
      const { server, http } = radiology.clinic;
      try {
        await registerOwnApps(
          server.engine.db,
          server.origin,
          viewerApp({ hl7Gateway: 'off' }, { HL7_HTTP_URL: http }),
        );
        const { url, study } = await scanned(radiology);
        const stranger = await fetch(`${http}/dicom-web/studies/${url.split('=')[1] ?? ''}/metadata`);
        expect(stranger.status).toBe(401);
        const page = await openPage();
        await page.goto(await invited(radiology));
        for (const field of await page.locator('input[type=password]').all()) await field.fill(PASSWORD);
        await page.locator('main form button').first().click();
        await page.waitForLoadState();
        await page.context().clearCookies();
        await page.goto(url);
        await page.locator('input[name=login]').fill(LOGIN);
        await page.fill('input[name=password]', PASSWORD);
        await page.keyboard.press('Enter');
        await page.getByRole('button', { name: 'Allow' }).click();
        await page.getByText('Image 1 of 1').waitFor();
        await expectPicture(page);
        const asked = { tenant: 1, name: 'auditor', roles: ['auditor'], days: 1, createdBy: 'test' };
        const { key } = await server.apiKeys.create(asked);
        const readers = await eventually(
          () => readersOf(server.base, key, study),
          (found) => found.length > 0,
        );
        expect(readers).toContainEqual(expect.stringMatching(/^Practitioner\//));
      } finally {
        await radiology.close();
      }
    });
  });
});

/** A link by which a new radiologist chooses a password. */
async function invited({ clinic: { server } }: Radiology): Promise<string> {
  const person = { name: { family: 'Test', given: 'Radiologist' }, roles: ['physician'] as const };
  const account = await createAccount(server.users, { login: LOGIN, mail: undefined, tenant: 1, person }, OPERATOR);
  const delivery = await inviteAccount(server.users, account, OPERATOR);
  return 'link' in delivery ? delivery.link : '';
}

interface AuditTrail {
  readonly entry?: readonly {
    readonly resource: { readonly agent: readonly { readonly who?: { readonly reference?: string } }[] };
  }[];
}

/** People of whom the audit trail says that they have read a resource. */
async function readersOf(base: string, key: string, resource: string): Promise<readonly string[]> {
  const headers = { authorization: `Bearer ${key}` };
  const answer = await fetch(`${base}/AuditEvent?_sort=-date&_count=200`, { headers });
  const events = ((await answer.json()) as AuditTrail).entry ?? [];
  return events
    .filter((event) => JSON.stringify(event.resource).includes(`${resource}"`))
    .flatMap((event) => event.resource.agent.map(({ who }) => who?.reference ?? ''))
    .filter((reference) => reference.startsWith('Practitioner/'));
}

/** The sample has a ramp from black to grey, and a white square. */
async function expectPicture(page: Page): Promise<void> {
  const [left, square, right] = await page.evaluate<readonly number[]>(`(async () => {
    const image = document.querySelector('img');
    await image.decode();
    const { naturalWidth: width, naturalHeight: height } = image;
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width, height });
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const at = (x, y) => context.getImageData(Math.floor(x * width), Math.floor(y * height), 1, 1).data[0];
    return [at(0, 0.9), at(0.375, 0.375), at(0.99, 0.9)];
  })()`);
  expect(left).toBeLessThan(30);
  expect(square).toBeGreaterThan(240);
  expect(right).toBeGreaterThan(150);
  expect(right).toBeLessThan(240);
}
