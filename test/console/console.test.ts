import { Secret, TOTP } from 'otpauth';
import type { JsonObject } from '../../server/kernel/json.ts';
import { describeWith } from '../harness/describe-with.ts';
import { openConsoleApp, signIn, type ConsoleApp, type Resource, type Window } from './console-app.ts';

interface Line {
  readonly part: readonly { readonly name: string; readonly valueString?: string; readonly valueInteger?: number }[];
}

/** GS1 codes of lots of the demo. */
const PANTOPRAZOLE = '(01)09520000001094(10)A1009';
const SERTRALINE = '(01)09520000001261(10)A1026';

/** @throws Error when the token is good for longer than a server may believe it */
async function untilRefused(url: string, token: string): Promise<void> {
  const until = Date.now() + 60_000;
  while (Date.now() < until) {
    if ((await fetch(url, { headers: { Authorization: token } })).status === 401) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error('the token is still good');
}

/** An order of a stay, with a dose in five minutes. */
function dueSoon(patient: string, stay: string): JsonObject & { readonly resourceType: string } {
  const start = new Date(Date.now() + 5 * 60_000).toISOString();
  const category = 'http://terminology.hl7.org/CodeSystem/medicationrequest-category';
  const product = 'https://athanor.health/fhir/CodeSystem/product';
  const tablet = { value: 1, unit: 'tablet', system: 'http://unitsofmeasure.org', code: '{tablet}' };
  return {
    resourceType: 'MedicationRequest',
    meta: { profile: ['https://athanor.health/fhir/StructureDefinition/inpatient-order'] },
    status: 'active',
    intent: 'order',
    category: [{ coding: [{ system: category, code: 'inpatient' }] }],
    medicationCodeableConcept: {
      coding: [{ system: product, code: 'pantoprazole-40mg-tablet' }],
      text: 'Pantoprazole 40 mg tablet',
    },
    subject: { reference: `Patient/${patient}` },
    encounter: { reference: `Encounter/${stay}` },
    dosageInstruction: [
      {
        text: 'One tablet every four hours',
        timing: { repeat: { boundsPeriod: { start }, frequency: 1, period: 4, periodUnit: 'h' } },
        doseAndRate: [{ doseQuantity: tablet }],
      },
    ],
  };
}

describeWith('chromium', 'chromium')('the console in Chromium', () => {
  let app: ConsoleApp;
  let physician: Window;
  let pharmacist: Window;
  let nurse: Window;

  beforeAll(async () => {
    app = await openConsoleApp();
    physician = await app.windowOf('physician', 'physician');
    pharmacist = await app.windowOf('pharmacist', 'pharmacist');
    nurse = await app.windowOf('nurse', 'nurse');
  }, 120_000);
  afterAll(() => app.close());

  async function found(type: string, demo: string): Promise<Resource> {
    const { entry = [] } = await app.look(`${type}?identifier=https://athanor.health/fhir/demo|${demo}`);
    const [first] = entry;
    if (first === undefined) throw new Error(`the demo has no ${type} ${demo}`);
    return first.resource;
  }

  /** By a click within the console: loading its page anew would sign out. */
  async function openChart({ page }: Window, demo: string): Promise<void> {
    const family = await familyOf(demo);
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Patients' }).click();
    await page.getByLabel('Name or number').fill(family);
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByRole('link', { name: family }).first().click();
    await page.getByRole('heading', { name: 'Chart' }).waitFor();
  }

  async function familyOf(demo: string): Promise<string> {
    const { name = [] } = (await found('Patient', demo)) as { name?: readonly { readonly family: string }[] };
    return name[0]?.family ?? '';
  }

  const orderIn = (url: string): string => new URL(url).pathname.split('/').at(-1) ?? '';

  async function statusOf(type: string, id: string): Promise<unknown> {
    return (await app.look(`${type}/${id}`)).status;
  }

  /** Base units of a lot at the pharmacy. */
  async function onHand(lotNumber: string): Promise<number> {
    const { id } = await found('Location', 'pharmacy');
    const { parameter = [] } = (await app.look(`Location/${id}/$stock-on-hand`)) as unknown as { parameter?: Line[] };
    const line = parameter.find(({ part }) => part.some(({ valueString }) => valueString === lotNumber));
    return line?.part.find(({ name }) => name === 'on-hand')?.valueInteger ?? 0;
  }

  test('sign-in: nothing is shown before it, and no token is kept by the browser', async () => {
    const { page } = physician;
    await page.goto(`${app.server.origin}/console/chart/1`);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await physician.examine('1-sign-in')).toEqual([]);
    await signIn(physician, app.server.origin);
    expect(await page.getByRole('banner').innerText()).toContain('Sign out');
    expect(new URL(page.url()).search).toBe('');
    expect(await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])')).toBe(
      '[{},{},""]',
    );
    expect(await physician.examine('1-signed-in')).toEqual([]);
  });

  test('search and chart, by keyboard alone', async () => {
    const { page } = physician;
    const name = await familyOf('patient-3');
    const focusOn = async (words: string): Promise<void> => {
      for (let step = 0; step < 40; step += 1) {
        await page.keyboard.press('Tab');
        const focused = String(
          await page.evaluate('document.activeElement.labels?.[0]?.innerText ?? document.activeElement.innerText'),
        );
        if (focused.includes(words)) return;
      }
      throw new Error(`Tab does not lead to ${words}`);
    };
    await focusOn('Patients');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Patients' }).waitFor();
    await focusOn('Name or number');
    await page.keyboard.type(name.slice(0, 4).toLowerCase());
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /\d+ patients?$/ }).waitFor();
    expect(await physician.examine('2-search')).toEqual([]);
    await focusOn(name);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Chart' }).waitFor();
    for (const part of ['Person', 'Problems', 'Allergies', 'Medications', 'Vital signs']) {
      await page.getByRole('heading', { name: part }).waitFor();
    }
    expect(await page.getByRole('region', { name: 'Patient' }).innerText()).toContain(name);
    expect(await physician.examine('2-chart')).toEqual([]);
  });

  test('prescribe: alerts come while it is written, a contraindication stops it until a reason is given', async () => {
    const { page } = physician;
    await openChart(physician, 'patient-1');
    await page.getByRole('link', { name: 'Prescribe' }).click();
    await page.getByLabel('Medicine').fill('Sertraline 50 mg tablet');
    await page.getByLabel('Dose').fill('1');
    await page.getByLabel('For days').fill('28');
    await page.getByLabel('Quantity').fill('28');
    await page.getByRole('region', { name: 'Alerts' }).getByText('Contraindicated').first().waitFor();
    expect(await physician.examine('3-alerts')).toEqual([]);
    await page.getByRole('button', { name: 'Save and review' }).click();
    await page
      .getByRole('heading', { name: /^Contraindicated:/ })
      .first()
      .waitFor();
    expect(await page.getByRole('region', { name: 'Alerts' }).innerText()).toContain('Critical');

    await page.getByRole('button', { name: 'Sign', exact: true }).click();
    await page.getByRole('alert').waitFor();
    expect(await statusOf('MedicationRequest', orderIn(page.url()))).toBe('draft');
    expect(await physician.examine('3-refused')).toEqual([]);

    for (const choice of await page.getByLabel(/^Reason to order it/).all()) {
      await choice.selectOption('Benefit outweighs the risk');
    }
    await page.getByRole('button', { name: 'Sign', exact: true }).click();
    await page.getByText('The order is active.').waitFor();
    expect(await physician.examine('3-signed')).toEqual([]);
    const order = await app.look(`MedicationRequest/${orderIn(page.url())}`);
    expect(order).toMatchObject({ status: 'active', requester: { reference: expect.stringMatching(/^Practitioner/) } });
    const [issue] = order.detectedIssue as { reference: string }[];
    expect(await app.look(issue?.reference ?? '')).toMatchObject({
      mitigation: [{ action: { coding: [{ code: 'benefit-outweighs-risk' }] } }],
    });
  });

  test('a controlled drug is not signed without a second factor, and there is a way to give it', async () => {
    const { page } = physician;
    await openChart(physician, 'patient-8');
    await page.getByRole('link', { name: 'Prescribe' }).click();
    await page.getByLabel('Medicine').fill('Oxycodone 5 mg tablet');
    await page.getByText('Controlled: CII').waitFor();
    await page.getByLabel('Dose').fill('1');
    await page.getByLabel('Quantity').fill('10');
    await page.getByRole('button', { name: 'Save and review' }).click();
    await page.getByRole('button', { name: 'Sign', exact: true }).click();
    await page
      .getByText(/second factor/)
      .first()
      .waitFor();
    const review = page.url();
    expect(await statusOf('MedicationRequest', orderIn(review))).toBe('draft');
    await page.getByRole('button', { name: 'Give the second factor and come back' }).click();
    const key = await page.locator('ol code').innerText();
    await page.fill('input[name=code]', new TOTP({ secret: Secret.fromBase32(key.replaceAll(' ', '')) }).generate());
    await page.getByRole('button', { name: 'Use this app from now on' }).click();
    await page.getByText('I have kept them').click();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('heading', { name: 'Review and sign' }).waitFor();
    expect(page.url()).toBe(review);
    await page.getByRole('button', { name: 'Sign', exact: true }).click();
    await page.getByText('The order is active.').waitFor();
  });

  test('dispense: the lots are seen before they are taken, first expired first', async () => {
    const { page } = pharmacist;
    await signIn(pharmacist, app.server.origin);
    await page.getByRole('link', { name: 'Dispense' }).first().click();
    await page.getByRole('link', { name: 'Sertraline 50 mg tablet' }).first().click();
    const rows = page.getByRole('table', { name: /first expired first/ }).getByRole('row');
    await rows.nth(1).waitFor();
    expect(await pharmacist.examine('4-plan')).toEqual([]);
    const planned = await rows.nth(1).getByRole('rowheader').innerText();
    const before = await onHand(planned);
    await page.getByLabel('Quantity').fill('10');
    await rows.nth(1).getByRole('cell', { name: '10', exact: true }).waitFor();
    await page.getByRole('button', { name: 'Dispense' }).dblclick();
    await page.getByText('Dispensed: 10').waitFor();
    expect(await pharmacist.examine('4-dispensed')).toEqual([]);
    expect(await onHand(planned)).toBe(before - 10);
  });

  test('stock: what is there, and what expires', async () => {
    const { page } = pharmacist;
    await page.getByRole('link', { name: 'Stock' }).first().click();
    const table = page.getByRole('table', { name: /Stock of/ });
    await table.waitFor();
    expect(await table.innerText()).toMatch(/expired|expires in/);
    await page.getByLabel('Only medicines with').fill('sertraline');
    await page.getByRole('table', { name: /: [1-9] lots?$/ }).waitFor();
    expect(await pharmacist.examine('5-stock')).toEqual([]);
    await page.getByLabel('Place').selectOption('Ward 1');
    await page.getByRole('table', { name: /Stock of Ward 1/ }).waitFor();
  });

  test('round: the wristband and the pack of somebody else are refused, the right ones are recorded once', async () => {
    const { page } = nurse;
    await app.store(dueSoon((await found('Patient', 'patient-6')).id, (await found('Encounter', 'stay-1')).id));
    await signIn(nurse, app.server.origin);
    await page.getByRole('link', { name: 'Medication round' }).first().click();
    await page.getByRole('table', { name: 'In-patients' }).getByRole('link').first().click();
    await page.getByRole('table', { name: /^Doses/ }).waitFor();
    expect(await nurse.examine('6-doses')).toEqual([]);
    await page
      .getByRole('button', { name: /^Record Pantoprazole/ })
      .first()
      .click();
    expect(await nurse.examine('6-giving')).toEqual([]);
    const wristband = page.getByLabel('Wristband');
    const pack = page.getByLabel('Pack');
    const scan = async (band: string, code: string): Promise<void> => {
      await wristband.fill(band);
      await wristband.press('Enter');
      await pack.fill(code);
      await pack.press('Enter');
    };
    const { id: patient, identifier = [] } = (await found('Patient', 'patient-6')) as {
      id: string;
      identifier?: { value: string; type?: object }[];
    };
    const number = identifier.find(({ type }) => type !== undefined)?.value ?? '';
    await scan('00000000000', PANTOPRAZOLE);
    await page.getByRole('alert').waitFor();
    await scan(number, SERTRALINE);
    await page.getByRole('alert').filter({ hasNotText: 'wristband' }).waitFor();
    await scan(number, PANTOPRAZOLE);
    await page.getByText('recorded as given').waitFor();
    expect(await nurse.examine('6-given')).toEqual([]);
    const { entry: given = [] } = await app.look(
      `MedicationAdministration?status=completed&subject=Patient/${patient}`,
    );
    expect(given.length).toBe(1);
  });

  test('an unattended console closes itself, and whoever comes next proves who they are', async () => {
    const { page } = pharmacist;
    await page.clock.install();
    await signIn(pharmacist, app.server.origin);
    await page.clock.fastForward(14 * 60_000);
    await page.keyboard.press('Tab');
    await page.clock.fastForward(14 * 60_000);
    expect(await page.getByRole('navigation', { name: 'Main' }).isVisible()).toBe(true);
    await page.clock.fastForward(2 * 60_000);
    await page.getByText('Nobody used the console').waitFor();
    expect(await page.locator('#console').innerText()).not.toContain('Stock');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('input[name=password]').waitFor();
  });

  test('signing out takes the tokens back, and whoever comes next proves who they are', async () => {
    const { page } = physician;
    let token = '';
    page.on('request', (request) => (token = request.headers().authorization ?? token));
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Patients' }).click();
    await page.getByLabel('Name or number').fill('a');
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByRole('heading', { name: /\d+ patients?$/ }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You are signed out').waitFor();
    await page.waitForLoadState('networkidle');
    expect(token).toMatch(/^Bearer /);
    // The server believes a token for some seconds without asking.
    await untilRefused(`${app.server.base}/Patient`, token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('input[name=password]').waitFor();
  });

  test('no script failed, and nothing was tried that the policy of the pages forbids', () => {
    expect([physician, pharmacist, nurse].flatMap(({ complaints }) => complaints)).toEqual([]);
  });
});
