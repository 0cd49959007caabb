import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '../harness/describe-with.ts';
import { eventually } from '../harness/eventually.ts';
import { freePort } from '../harness/free-port.ts';
import { partnerOf, result } from '../hl7/messages/browsed-clinic.ts';
import { openConsoleApp, signIn, type ConsoleApp, type Window } from './console-app.ts';
import { openSignedInGateway, type SignedInGateway } from './signed-in-gateway.ts';

describeWith('chromium', 'chromium')('HL7 messages in the console', () => {
  let app: ConsoleApp;
  let dataDir: string;
  let gateway: SignedInGateway;
  let one: Window;
  let two: Window;

  beforeAll(async () => {
    const secret = randomUUID() + randomUUID();
    const url = `http://127.0.0.1:${await freePort()}`;
    dataDir = mkdtempSync(join(tmpdir(), 'athanor-messages-'));
    const own = { DATA_DIR: dataDir, LIMIT_CLIENT: '0' };
    app = await openConsoleApp({ ...own, HL7_GATEWAY_URL: url, HL7_GATEWAY_SECRET: secret });
    const partners = [partnerOf('lab', true), partnerOf('strict', false)];
    for (const each of partners) await app.store(each);
    gateway = await openSignedInGateway(app.server, dataDir, { url, secret });
    await eventually(
      () => gateway.partners.all().length,
      (count) => count >= partners.length,
    );
    expect(await gateway.receive(result('LAB', 'C-1', '700'))).toContain('MSA|AA|C-1');
    expect(await gateway.receive(result('STRICT', 'C-2', '799'))).toContain('MSA|AA|C-2');
    one = await app.windowOf('nurse', 'lab');
    two = await app.windowOf('pharmacist', 'lab');
  }, 180_000);
  afterAll(async () => {
    await gateway.close();
    await app.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function openMessages({ page }: Window): Promise<void> {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'HL7 messages' }).click();
    await page.getByRole('heading', { name: 'HL7 messages', level: 1 }).waitFor();
  }

  test('what waits is found, seen by the names of its fields, and corrected by a proposal', async () => {
    const { page } = one;
    await signIn(one, app.server.origin);
    await openMessages(one);
    const row = page.getByRole('row', { name: /C-2/ });
    await row.waitFor();
    expect(await row.innerText()).toContain('waits for a person');
    expect(await one.examine('7-messages')).toEqual([]);
    await row.getByRole('link').click();
    await page.getByRole('table', { name: 'PID Patient Identification' }).waitFor();
    expect(await page.getByRole('row', { name: 'PID-3.1' }).innerText()).toContain('799');
    expect(await one.examine('7-message')).toEqual([]);
    await page.getByRole('button', { name: 'See what it would change' }).click();
    await page.getByText('patient-unknown').last().waitFor();
    await page.getByRole('button', { name: 'Correct it' }).click();
    const text = page.getByRole('textbox', { name: 'Text', exact: true });
    await text.fill((await text.inputValue()).replace('799^^^MRN', '700^^^MRN'));
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.getByRole('table', { name: 'New: Observation' }).waitFor();
    await page.getByLabel('What is wrong, and how it is known').fill('Digits were swapped; the laboratory said so.');
    expect(await one.examine('7-correction')).toEqual([]);
    await page.getByRole('button', { name: 'Propose' }).click();
    await page.getByRole('heading', { name: /^Proposed text of/ }).waitFor();
    expect(await page.getByRole('button', { name: 'Agree, and apply it' }).count()).toBe(0);
  });

  test('another person agrees, and it is applied', async () => {
    const { page } = two;
    await signIn(two, app.server.origin);
    await openMessages(two);
    await page.getByRole('row', { name: /C-2/ }).getByRole('link').click();
    await page.getByRole('heading', { name: /^Proposed text of/ }).waitFor();
    expect(await page.locator('ins').innerText()).toContain('700^^^MRN');
    expect(await two.examine('7-proposal')).toEqual([]);
    await page.getByRole('button', { name: 'Agree, and apply it' }).click();
    await page.getByText(/^approved by \w/).waitFor();
    await page.getByRole('link', { name: 'All messages' }).click();
    await page.getByLabel('State').selectOption('Applied, or taken by its partner');
    const applied = page.getByRole('row', { name: /C-2.*applied/s });
    await eventually(
      async () => {
        await page.getByRole('button', { name: 'Find' }).click();
        await page
          .getByRole('table', { name: /messages?$/ })
          .last()
          .waitFor();
        return applied.count();
      },
      (count) => count > 0,
    );
    expect(await applied.count()).toBe(1);
  });

  test('a message is worked on once more, and who did so is seen', async () => {
    const { page } = two;
    await page.getByLabel('Control id').fill('C-1');
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByRole('row', { name: /C-1/ }).getByRole('link').click();
    await page.getByRole('button', { name: 'Work on it once more' }).dblclick();
    await page.getByText('It is worked on once more.').waitFor();
    await page.getByRole('table', { name: 'What was tried, and done by people' }).waitFor();
    expect([...one.complaints, ...two.complaints]).toEqual([]);
  });

  test('who may not see messages has no page of them', async () => {
    const receptionist = await app.windowOf('receptionist', 'receptionist');
    await signIn(receptionist, app.server.origin);
    const { page } = receptionist;
    expect(await page.getByRole('link', { name: 'HL7 messages' }).count()).toBe(0);
  });
});
