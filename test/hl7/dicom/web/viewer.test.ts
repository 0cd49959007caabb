import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { registerOwnApps } from '../../../../server/auth/oauth/clients/own-apps.ts';
import { OPERATOR } from '../../../../server/auth/users/actor.ts';
import { createAccount } from '../../../../server/auth/users/create-account.ts';
import { inviteAccount } from '../../../../server/auth/users/invite-account.ts';
import { viewerApp } from '../../../../server/boot/viewer-app.ts';
import { openChromium } from '../../../harness/chromium.ts';
import { openClinicServer } from '../../../harness/clinic-server.ts';
import { describeWith } from '../../../harness/describe-with.ts';
import { until } from '../../../harness/eventually.ts';
import { buildSites } from '../../../console/site.ts';
import { describeImaging } from '../harness/describe-imaging.ts';
import { startOrthanc, type TestOrthanc } from '../harness/orthanc.ts';
import { newUid, sampleImage } from '../harness/sample-image.ts';
import { openImageSite, openSignedInGateway } from './image-site.ts';

jest.setTimeout(240_000);

const ARTEFACTS = join(import.meta.dirname, '../../../artefacts/viewer');
const PASSWORD = 'violet otter gravel 37';
const NARROW = 360;

describeWith('chromium', 'chromium')('the viewer in Chromium', () => {
  describeImaging('with a PACS', () => {
    let orthanc: TestOrthanc;
    let browser: Browser;
    const study = newUid();

    beforeAll(async () => {
      buildSites();
      mkdirSync(ARTEFACTS, { recursive: true });
      orthanc = await startOrthanc();
      const [ct, dx] = [newUid(), newUid()];
      const image = { patientId: 'P-1', patientName: 'Byrne^Oona', birthDate: '20030427', studyUid: study };
      await orthanc.upload(
        ...[1, 2, 3].map((instanceNumber) =>
          sampleImage({ ...image, seriesUid: ct, seriesNumber: 1, modality: 'CT', instanceNumber }),
        ),
        sampleImage({ ...image, seriesUid: dx, seriesNumber: 2, modality: 'DX' }),
      );
      browser = await openChromium();
    });
    afterAll(async () => {
      await browser.close();
      await orthanc.close();
    });

    async function openPage(): Promise<{ page: Page; complaints: readonly string[] }> {
      const page = await (await browser.newContext({ viewport: { width: 1100, height: 800 } })).newPage();
      page.setDefaultTimeout(60_000);
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
      });
      return { page, complaints };
    }

    test('shows frames, by mouse and by key, at any width', async () => {
      const site = await openImageSite(orthanc);
      try {
        await site.keep('s1', study, 'oona');
        site.letEverybodyBe({ roles: ['system'] });
        const { page, complaints } = await openPage();
        await page.goto(`${site.origin}/viewer?StudyInstanceUIDs=${study}`);
        await page.getByText('Image 1 of 3').waitFor();
        expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Byrne, Oona · P-1 · 2003-04-27');
        expect(await greys(page)).toBeGreaterThan(50);
        await page.getByRole('button', { name: 'Next' }).click();
        await page.getByText('Image 2 of 3').waitFor();
        await page.keyboard.press('End');
        await page.getByText('Image 3 of 3').waitFor();
        await page.keyboard.press('ArrowRight');
        await page.keyboard.press('Home');
        await page.getByText('Image 1 of 3').waitFor();
        const source = (): Promise<string | null> => page.getByRole('img').getAttribute('src');
        const before = await source();
        await page.getByLabel('Window').selectOption('Brain');
        // Not by a function in the page: the page's policy refuses the evaluation of strings.
        await until(async () => (await source()) !== before);
        expect(await barriers(page)).toEqual([]);
        await page.screenshot({ path: join(ARTEFACTS, 'frame.png') });
        await page.getByRole('navigation', { name: 'Series' }).getByRole('button').nth(1).click();
        await page.getByText('Image 1 of 1').waitFor();
        await page.setViewportSize({ width: NARROW, height: 740 });
        await page.screenshot({ path: join(ARTEFACTS, 'frame-narrow.png'), fullPage: true });
        expect(Number(await page.evaluate('document.documentElement.scrollWidth'))).toBeLessThanOrEqual(NARROW);
        expect(complaints).toEqual([]);
      } finally {
        await site.close();
      }
    });

    test('says what is not there', async () => {
      const site = await openImageSite(orthanc);
      try {
        site.letEverybodyBe({ roles: ['system'] });
        const { page } = await openPage();
        for (const [query, words] of [
          ['', 'The address names no study (StudyInstanceUIDs).'],
          [`?StudyInstanceUIDs=${study}`, 'There is no such study, or you may not see it.'],
        ]) {
          await page.goto(`${site.origin}/viewer/${query ?? ''}`);
          await page
            .getByRole('alert')
            .getByText(words ?? '')
            .waitFor();
        }
      } finally {
        await site.close();
      }
    });

    test('signs in, and then shows what its user may see', async () => {
      const server = await openClinicServer();
      const site = await openSignedInGateway(orthanc, server);
      try {
        await registerOwnApps(
          server.engine.db,
          server.origin,
          viewerApp({ hl7Gateway: 'off' }, { HL7_HTTP_URL: site.origin }),
        );
        await site.keep('s1', study, 'oona');
        const { page, complaints } = await openPage();
        await choosePassword(page, await invitePatient(server, 'Patient/oona', 'oona@clinic.example'));
        await page.goto(`${site.origin}/viewer/?StudyInstanceUIDs=${study}`);
        await page
          .getByLabel(/mail|login|name/i)
          .first()
          .fill('oona@clinic.example');
        await page.fill('input[name=password]', PASSWORD);
        await page.keyboard.press('Enter');
        await page.getByRole('button', { name: 'Allow' }).click();
        await page.getByText('Image 1 of 3').waitFor();
        expect(new URL(page.url()).search).toBe(`?StudyInstanceUIDs=${study}`);
        expect(await greys(page)).toBeGreaterThan(50);
        expect(
          await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])'),
        ).toBe('[{},{},""]');
        await site.keep('s1', study, 'somebody-else');
        await page.reload();
        // A program at an http address could be any of this machine: it asks each time.
        await page.getByRole('button', { name: 'Allow' }).click();
        await page.getByRole('alert').getByText('There is no such study, or you may not see it.').waitFor();
        expect(complaints.filter((text) => !/status of 4\d\d/.test(text))).toEqual([]);
      } finally {
        await site.close();
        await server.close();
      }
    });
  });
});

/** Grey values of the picture that is shown: the sample has a ramp. */
async function greys(page: Page): Promise<number> {
  return Number(
    await page.evaluate(`(async () => {
      const image = document.querySelector('img');
      await image.decode();
      const canvas = document.createElement('canvas');
      canvas.width = image.naturalWidth;
      canvas.height = image.naturalHeight;
      const context = canvas.getContext('2d');
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      return new Set(data.filter((_, index) => index % 4 === 0)).size;
    })()`),
  );
}

async function barriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<{ violations: readonly { id: string; nodes: { html: string }[] }[] }>(
    'axe.run()',
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

async function invitePatient(
  server: Awaited<ReturnType<typeof openClinicServer>>,
  fhirUser: string,
  login: string,
): Promise<string> {
  const account = await createAccount(
    server.users,
    { login, mail: undefined, tenant: 1, person: { fhirUser } },
    OPERATOR,
  );
  const delivery = await inviteAccount(server.users, account, OPERATOR);
  return 'link' in delivery ? delivery.link : '';
}

async function choosePassword(page: Page, link: string): Promise<void> {
  await page.goto(link);
  for (const field of await page.locator('input[type=password]').all()) await field.fill(PASSWORD);
  await page.locator('main form button').first().click();
  await page.waitForLoadState();
  await page.context().clearCookies();
}
