import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { loadModules } from '../../server/boot/load-modules.ts';
import { serverContext } from '../../server/fhir/request-context.ts';
import { route } from '../../server/fhir/router.ts';
import { OPERATOR } from '../../server/auth/users/actor.ts';
import { createAccount } from '../../server/auth/users/create-account.ts';
import { inviteAccount } from '../../server/auth/users/invite-account.ts';
import type { StaffRole } from '../../server/auth/users/staff-directory.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { loadDemos } from '../../server/module-host/state/load-demos.ts';
import { ALL_MODULES } from '../../server/registry/selection.ts';
import { openChromium } from '../harness/chromium.ts';
import { openClinicServer, type ClinicServer } from '../harness/clinic-server.ts';
import { buildSites } from './site.ts';

const PASSWORD = 'violet otter gravel 37';
const ARTEFACTS = join(import.meta.dirname, '../artefacts/console');
const DEMO = 'https://athanor.health/fhir/demo';

/** The clinic of the demo data with sign-in, and a browser in front of it. */
export interface ConsoleApp {
  readonly server: ClinicServer;
  /** Opens a window of its own for somebody of the demo's staff, who can sign in with the role from then on. */
  windowOf(person: string, role: StaffRole): Promise<Window>;
  /** Stores something as the server itself. */
  store(resource: JsonObject & { readonly resourceType: string }): Promise<void>;
  /** What the server has, past all rights. @param path with its query, below the FHIR base */
  look(path: string): Promise<Resource>;
  close(): Promise<void>;
}

export interface Window {
  readonly page: Page;
  readonly login: string;
  /** What the browser complained of: scripts that failed, what the policy of the pages forbids. */
  readonly complaints: readonly string[];
  /** Keeps a picture, and says what is wrong with the page as it is: by axe, and at 360 pixels. */
  examine(name: string): Promise<readonly string[]>;
}

export interface Resource {
  readonly id: string;
  readonly entry?: readonly { readonly resource: Resource }[];
  readonly [element: string]: unknown;
}

/** @param env settings of the server */
export async function openConsoleApp(env: Readonly<Record<string, string>> = {}): Promise<ConsoleApp> {
  buildSites();
  mkdirSync(ARTEFACTS, { recursive: true });
  const server = await openClinicServer({ MODULES: 'all', ...env });
  const { engine } = server;
  const ctx = serverContext(engine, 1, 'demo', server.base);
  const browser = await openChromium();
  const close = async (): Promise<void> => {
    await browser.close();
    await server.close();
  };
  try {
    await loadDemos(engine, ctx, await loadModules(ALL_MODULES, {}), () => true);
  } catch (error) {
    await close();
    throw error;
  }

  async function look(path: string): Promise<Resource> {
    const [type = '', query = ''] = path.split(/\?(.*)/s);
    const request = { method: 'GET', path: type.split('/'), query, headers: { prefer: {}, accept: [] } } as const;
    const { text = '{}' } = await route(engine, ctx, request);
    return JSON.parse(text) as Resource;
  }

  return {
    server,
    look,
    async store(resource) {
      const request = { method: 'POST', path: [resource.resourceType], query: '', body: resource } as const;
      await route(engine, ctx, { ...request, headers: { prefer: {}, accept: [] } });
    },
    async windowOf(person, role) {
      const found = await look(`Practitioner?identifier=${DEMO}|${person}`);
      const fhirUser = `Practitioner/${found.entry?.[0]?.resource.id ?? ''}`;
      await server.users.staff.grantRole(1, fhirUser, role);
      const login = `${person}@clinic.example`;
      const account = await createAccount(
        server.users,
        { login, mail: undefined, tenant: 1, person: { fhirUser } },
        OPERATOR,
      );
      const delivery = await inviteAccount(server.users, account, OPERATOR);
      const window = await openWindow(browser, login);
      await choosePassword(window.page, 'link' in delivery ? delivery.link : '');
      return window;
    },
    close,
  };
}

async function openWindow(browser: Browser, login: string): Promise<Window> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // Of what the server refuses the browser notes the status.
    const isRefusal = /status of (?:4\d\d)/.test(message.text());
    if (['error', 'warning'].includes(message.type()) && !isRefusal) complaints.push(message.text());
  });
  return { page, login, complaints, examine: (name) => examine(page, name) };
}

async function choosePassword(page: Page, link: string): Promise<void> {
  await page.goto(link);
  for (const field of await page.locator('input[type=password]').all()) await field.fill(PASSWORD);
  await page.locator('main form button').first().click();
  await page.waitForLoadState();
  await page.context().clearCookies();
}

/** Begins at the console's own page, and goes through those of the server until the console is open. */
export async function signIn({ page, login }: Window, origin: string): Promise<void> {
  await page.goto(`${origin}/console/`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  const allow = page.getByRole('button', { name: 'Allow' });
  await page.locator('input[name=login]').or(allow).waitFor();
  // A browser that is signed in at the server is asked for the console alone.
  if (!(await allow.isVisible())) {
    await page.fill('input[name=login]', login);
    await page.fill('input[name=password]', PASSWORD);
    await page.keyboard.press('Enter');
  }
  await allow.click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
}

const NARROW = 360;

async function examine(page: Page, name: string): Promise<readonly string[]> {
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: join(ARTEFACTS, `${name}.png`), fullPage: true });
  const wrong = await barriers(page);
  const before = page.viewportSize();
  await page.setViewportSize({ width: NARROW, height: 740 });
  await page.screenshot({ path: join(ARTEFACTS, `${name}-narrow.png`), fullPage: true });
  const width = Number(await page.evaluate('document.documentElement.scrollWidth'));
  if (before !== null) await page.setViewportSize(before);
  return [...wrong, ...(width > NARROW ? [`${name} is ${width} pixels wide`] : [])];
}

interface Finding {
  readonly id: string;
  readonly impact?: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

/** https://github.com/dequelabs/axe-core/blob/develop/doc/API.md */
async function barriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<{ violations: readonly Finding[] }>('axe.run()');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
