import type { Browser, BrowserContext, Page } from 'playwright-core';
import { Secret, TOTP } from 'otpauth';
import { setUpLink } from '../../server/auth/users/set-up.ts';
import { openChromium } from '../harness/chromium.ts';
import { describeWith } from '../harness/describe-with.ts';
import { openUsersApp, PASSWORD, type UsersApp } from './users-app.ts';

describeWith('chromium', 'chromium')('in Chromium', () => {
  let app: UsersApp;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    app = await openUsersApp({ secondFactor: 'staff' });
    // What the person sees is now.
    Object.defineProperty(app.clock, 'now', { get: () => Date.now() });
    browser = await openChromium();
    context = await browser.newContext();
    page = await context.newPage();
    page.setDefaultTimeout(30_000);
    page.on('console', (message) => {
      // Refused forms are answered 403, which the browser notes.
      if (!message.text().includes('status of 403')) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
  });

  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  test('the first administrator is made, signs in, adds a passkey and signs in by it', async () => {
    await page.goto((await setUpLink(app.users)) ?? '');
    const key = (await page.locator('ol code').innerText()).replaceAll(' ', '');
    const totp = new TOTP({ secret: Secret.fromBase32(key) });
    await page.fill('#given', 'Ada');
    await page.fill('#family', 'Min');
    await page.fill('#login', 'ada@clinic.example');
    await page.fill('#new-password', PASSWORD);
    await page.fill('#repeated', PASSWORD);
    await page.fill('#code', totp.generate());
    await page.click('text=Create the administrator');
    const [code = ''] = await page.locator('.codes li').allInnerTexts();

    await page.click('text=I have kept them');
    await page.fill('#login', 'ada@clinic.example');
    await page.fill('#password', 'wrong');
    await page.click('button:text-is("Sign in")');
    expect(await page.locator('.problem').innerText()).toContain('do not go together');
    expect(await page.locator('#password').inputValue()).toBe('');
    await page.fill('#password', PASSWORD);
    await page.keyboard.press('Enter');
    await page.fill('#code', code);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/auth/account');
    expect(await page.locator('main').innerText()).toContain('You act as Ada Min (staff): administrator.');

    const devtools = await context.newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await page.fill('#name', 'Laptop');
    await page.click('text=Add a passkey');
    await page.waitForSelector('text=Laptop, added');
    await page.click('header >> text=Sign out');
    await page.waitForURL('**/auth/sign-in');
    await page.click('text=Sign in with a passkey');
    await page.waitForURL('**/auth/account');
    expect(complaints).toEqual([]);
  });

  test('without script the page works, and offers no passkeys', async () => {
    const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    await plain.goto(`${app.origin}/auth/sign-in`);
    expect(await plain.locator('text=Sign in with a passkey').isVisible()).toBe(false);
    await plain.fill('#login', 'ada@clinic.example');
    await plain.fill('#password', PASSWORD);
    await plain.click('button:text-is("Sign in")');
    expect(await plain.locator('h1').innerText()).toBe('One more step');
  });

  test('on a narrow screen nothing runs over the edge', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto(`${app.origin}/auth/account`);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
  });
});
