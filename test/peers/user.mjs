// A person at a browser: signs in, chooses the patient, agrees.
import { chromium } from 'playwright-core';

const WAIT = 20_000;

export async function openBrowser() {
  return await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
}

/** Uses the invitation, so that the account has its password. */
export async function choosePassword(browser, link, password) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT);
    await page.goto(link);
    for (const field of await page.locator('input[type=password]').all()) await field.fill(password);
    await page.locator('main form button').first().click();
    await page.waitForLoadState();
    const title = await page.title();
    if (/cannot|ended|refused/i.test(title)) throw new Error(`no password was set: ${title}`);
  } finally {
    await context.close();
  }
}

/**
 * Goes through the pages of the server until the browser is at `target`.
 * @param patient name of the patient to choose
 */
export async function goThrough(page, { login, password, patient, target }) {
  page.setDefaultTimeout(WAIT);
  const seen = [];
  for (let step = 0; step < 12; step += 1) {
    await page.waitForLoadState();
    if (page.url().startsWith(target)) return seen;
    const title = (await page.title()).replace(/ – Athanor$/, '');
    seen.push(title);
    const before = page.url();
    if (title === 'Sign in') {
      await page.fill('input[name=login]', login);
      await page.fill('input[name=password]', password);
      await leave(page, () => page.click('main form[action="/auth/sign-in"] button'));
    } else if (title === 'You are signed in') {
      await page.waitForURL((url) => url.href !== before);
    } else if (title === 'Which patient?') {
      await page.getByLabel(patient).check();
      await leave(page, () => page.getByRole('button', { name: 'Continue' }).click());
    } else if (title === 'Which visit?') {
      await page.getByLabel('No visit').check();
      await leave(page, () => page.getByRole('button', { name: 'Continue' }).click());
    } else if (title === 'Allow access?') {
      await leave(page, () => page.getByRole('button', { name: 'Allow' }).click());
    } else {
      await page
        .waitForURL((url) => url.href !== before, { timeout: 5000 })
        .catch(async () => {
          throw new Error(`stuck at "${title}" ${page.url()}: ${(await page.textContent('body'))?.slice(0, 500)}`);
        });
    }
  }
  throw new Error(`no end: ${seen.join(' → ')}`);
}

async function leave(page, act) {
  await Promise.all([page.waitForNavigation(), act()]);
}
