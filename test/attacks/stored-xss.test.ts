import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { openChromium } from '../harness/chromium.ts';
import { registerClient } from '../../server/auth/oauth/clients/register-client.ts';
import { describeWith } from '../harness/describe-with.ts';
import { openClinicServer, type ClinicServer } from '../harness/clinic-server.ts';
import { signedInBrowser } from './signed-in.ts';

/** What a payload does when it runs; each of the three would be noticed. */
const RUN = `alert(1);console.log('XSS-RAN');new Image().src='http://localhost/XSS-RAN'`;
const ENCODED = `alert(1);console.log(&quot;XSS-RAN&quot;)`;
const ATTRIBUTE = RUN.replaceAll("'", '&quot;');

const APP = {
  auth: 'none',
  redirectUris: ['https://app.example.org/callback'],
  scopes: ['patient/*.cruds', 'user/*.cruds'],
  mayRefresh: true,
  roles: [],
  corsOrigins: [],
} as const;

const AUTHORIZATION = {
  response_type: 'code',
  redirect_uri: 'https://app.example.org/callback',
  scope: 'openid fhirUser user/*.rs',
  state: 'x',
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
};

const PAYLOADS: readonly string[] = [
  `<script>${RUN}</script>`,
  `<SCRIPT SRC="data:text/javascript,${encodeURIComponent(RUN)}"></SCRIPT>`,
  `<img src="x" onerror='${ATTRIBUTE}'/>`,
  `<img src="javascript:${ENCODED}"/>`,
  `<svg onload='${ATTRIBUTE}' xmlns="http://www.w3.org/2000/svg"/>`,
  `<svg xmlns="http://www.w3.org/2000/svg"><script>${RUN}</script></svg>`,
  `<svg xmlns="http://www.w3.org/2000/svg"><animate onbegin='${ATTRIBUTE}' attributeName="x" dur="1s"/></svg>`,
  `<math xmlns="http://www.w3.org/1998/Math/MathML"><maction actiontype="statusline" xlink:href="javascript:${ENCODED}">x</maction></math>`,
  `<iframe src="javascript:${ENCODED}"></iframe>`,
  `<iframe srcdoc="&lt;script&gt;${ENCODED}&lt;/script&gt;"></iframe>`,
  `<object data="data:text/html,&lt;script&gt;${ENCODED}&lt;/script&gt;"></object>`,
  `<embed src="javascript:${ENCODED}"/>`,
  `<a href="javascript:${ENCODED}" id="lure">click</a>`,
  `<a href=" jav&#x09;ascript:${ENCODED}" id="lure">click</a>`,
  `<a href="data:text/html,&lt;script&gt;${ENCODED}&lt;/script&gt;" id="lure">click</a>`,
  `<form action="javascript:${ENCODED}"><button id="lure">click</button></form>`,
  `<details open="" ontoggle='${ATTRIBUTE}'>x</details>`,
  `<video><source onerror='${ATTRIBUTE}'/></video>`,
  `<input autofocus="" onfocus='${ATTRIBUTE}'/>`,
  `<body onload='${ATTRIBUTE}'/>`,
  `<meta http-equiv="refresh" content="0;url=javascript:${ENCODED}"/>`,
  `<base href="javascript:${ENCODED}//"/>`,
  `<link rel="stylesheet" href="javascript:${ENCODED}"/>`,
  `<style>@import 'javascript:${RUN}';</style>`,
  `<div style="background:url(javascript:${ENCODED})">x</div>`,
  `<x:script xmlns:x="http://www.w3.org/1999/xhtml">${RUN}</x:script>`,
  `<p onclick='${ATTRIBUTE}' id="lure">x</p>`,
  `"><script>${RUN}</script>`,
  `'><img src=x onerror=${RUN.replaceAll(' ', '')}>`,
  `</title></textarea></style></script><script>${RUN}</script>`,
  `<noscript><p title="</noscript><script>${RUN}</script>"></noscript>`,
  `{{constructor.constructor('${RUN.replaceAll("'", '"')}')()}}`,
];

describeWith('chromium', 'chromium')('in a real Chromium nothing that was stored or sent runs', () => {
  let server: ClinicServer;
  let browser: Browser;
  let page: Page;
  let host: Server;
  let authorization: string;
  let ran: string[] = [];

  beforeAll(async () => {
    server = await openClinicServer({ VALIDATION: 'full' });
    const request = { tenant: 1, name: 'test', roles: ['system'], days: 1, createdBy: 'test' };
    authorization = `Bearer ${(await server.apiKeys.create(request)).key}`;
    browser = await openChromium();
    page = await browser.newPage({ extraHTTPHeaders: { authorization }, ignoreHTTPSErrors: true });
    page.on('dialog', (dialog) => {
      ran.push(`dialog at ${page.url()}`);
      void dialog.dismiss();
    });
    page.on('console', (message) => {
      if (message.type() === 'log' && message.text() === 'XSS-RAN') ran.push(`console at ${page.url()}`);
    });
    page.on('request', (sent) => {
      if (sent.url() === 'http://localhost/XSS-RAN') ran.push(`request at ${page.url()}`);
    });
    // A page of another site, which shows what it is told to.
    host = createServer((incoming, response) => {
      const html = decodeURIComponent(new URL(incoming.url ?? '', 'http://a').searchParams.get('html') ?? '');
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(html);
    });
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
  }, 60_000);

  beforeEach(() => (ran = []));

  afterAll(async () => {
    await browser.close();
    host.closeAllConnections();
    await new Promise((resolve) => host.close(resolve));
    await server.close();
  });

  /** Looks at a page, and clicks on what is there to be clicked. */
  async function visit(url: string): Promise<void> {
    // Downloads end the visit; that is fine.
    await page.goto(url, { waitUntil: 'load', timeout: 5000 }).catch(() => undefined);
    const lure = page.locator('#lure').first();
    if ((await lure.count().catch(() => 0)) > 0)
      await lure.click({ timeout: 500, noWaitAfter: true }).catch(() => undefined);
    await page.waitForTimeout(20);
  }

  async function put(type: string, id: string, body: string, contentType = 'application/fhir+json'): Promise<number> {
    const response = await fetch(`${server.base}/${type}/${id}`, {
      method: 'PUT',
      headers: { authorization, 'Content-Type': contentType },
      body,
    });
    await response.arrayBuffer();
    return response.status;
  }

  test('these payloads do run where nothing keeps them from it, and are noticed', async () => {
    const { port } = host.address() as AddressInfo;
    await visit(`http://127.0.0.1:${port}/?html=${encodeURIComponent(encodeURIComponent(PAYLOADS[0] ?? ''))}`);
    expect(ran.map((text) => text.split(' ')[0])).toEqual(expect.arrayContaining(['dialog', 'console', 'request']));
  });

  test('narratives', async () => {
    let stored = 0;
    for (const [index, payload] of PAYLOADS.entries()) {
      const div = `<div xmlns="http://www.w3.org/1999/xhtml">${payload}</div>`;
      const id = `n${index}`;
      const json = JSON.stringify({ resourceType: 'Patient', id, text: { status: 'generated', div } });
      const xml = `<Patient xmlns="http://hl7.org/fhir"><id value="${id}"/><text><status value="generated"/>${div}</text></Patient>`;
      const statuses = [await put('Patient', id, json), await put('Patient', id, xml, 'application/fhir+xml')];
      if (!statuses.some((status) => status < 300)) continue;
      stored += 1;
      for (const query of ['', '?_format=xml', '?_format=json&_pretty=true', '/_history?_format=xml'])
        await visit(`${server.base}/Patient/${id}${query}`);
    }
    console.log(`narratives: ${stored} of ${PAYLOADS.length} payloads were stored at all`);
    expect(stored).toBeLessThan(PAYLOADS.length / 4);
    await visit(`${server.base}/Patient?_format=xml`);
    expect(ran).toEqual([]);
  }, 120_000);

  test('texts of elements', async () => {
    for (const [index, payload] of PAYLOADS.entries()) {
      const id = `t${index}`;
      const status = await put(
        'Patient',
        id,
        JSON.stringify({ resourceType: 'Patient', id, name: [{ family: payload }] }),
      );
      expect([200, 201]).toContain(status);
      for (const format of ['xml', 'json']) await visit(`${server.base}/Patient/${id}?_format=${format}`);
    }
    expect(ran).toEqual([]);
  }, 120_000);

  test.each([
    'text/html',
    'text/html; charset=utf-7',
    'application/xhtml+xml',
    'image/svg+xml',
    'text/xml',
    'application/xml',
    'text/javascript',
    'text/css',
    'application/pdf',
    'multipart/x-mixed-replace; boundary=x',
    'text/plain',
    'application/octet-stream',
    'unknown/unknown',
    '*/*',
  ])(
    'a Binary of %s',
    async (type) => {
      const { port } = host.address() as AddressInfo;
      const documents = [
        `<!doctype html><html><body>${PAYLOADS.join('')}</body></html>`,
        `<html xmlns="http://www.w3.org/1999/xhtml"><head><script>${RUN}</script></head><body/></html>`,
        `<svg xmlns="http://www.w3.org/2000/svg"><script>${RUN}</script></svg>`,
        RUN,
        `--x\r\nContent-Type: text/html\r\n\r\n<script>${RUN}</script>\r\n--x--`,
      ];
      for (const [index, text] of documents.entries()) {
        const id = `b${index}`;
        await put('Binary', id, text, type);
        const url = `${server.base}/Binary/${id}`;
        await visit(url);
        await visit(`${url}?_format=xml`);
        const frames = `<script src="${url}"></script><iframe src="${url}"></iframe><object data="${url}"></object><embed src="${url}"><img src="${url}"><link rel="stylesheet" href="${url}">`;
        await visit(`http://127.0.0.1:${port}/?html=${encodeURIComponent(encodeURIComponent(frames))}`);
      }
      expect(ran).toEqual([]);
    },
    60_000,
  );

  test('what refusals quote', async () => {
    for (const payload of PAYLOADS) {
      const text = encodeURIComponent(payload);
      for (const path of [
        text,
        `Patient/${text}`,
        `Patient?${text}=1`,
        `Patient?name:${text}=1`,
        `Patient?birthdate=${text}`,
        `Patient?_format=${text}`,
        `Patient?_sort=${text}`,
        `$${text}`,
      ]) {
        for (const format of ['&_format=xml']) {
          await page
            .goto(`${server.base}/${path}${format.replace('&', path.includes('?') ? '&' : '?')}`, { timeout: 5000 })
            .catch(() => undefined);
        }
      }
      await visit(`${server.origin}/${text}`);
    }
    expect(ran).toEqual([]);
  }, 120_000);

  test('what pages for people show', async () => {
    for (const payload of PAYLOADS) {
      const text = encodeURIComponent(payload);
      for (const path of [
        'sign-in?return_to=',
        'sign-in?error=',
        'reset?login=',
        'reset/',
        'invitation/',
        'set-up/',
        'sso/',
        'sso/x/callback?error=',
        'interaction/',
        'authorize?client_id=',
        'authorize?response_type=code&client_id=x&redirect_uri=',
        'apps?',
        'register/',
        '',
      ]) {
        await page.goto(`${server.origin}/auth/${path}${text}`, { timeout: 5000 }).catch(() => undefined);
      }
      await page.goto(`${server.origin}/auth/sign-in?return_to=${encodeURIComponent(`javascript:${RUN}`)}`);
      await page.fill('input[name=login]', payload);
      await page.fill('input[name=password]', payload);
      await page.click('main button[type=submit], main form button');
      await page.waitForLoadState();
    }
    expect(ran).toEqual([]);
  }, 240_000);

  test('names of apps on the pages of an authorization', async () => {
    const victim = await signedInBrowser(server, 'victim');
    await page.context().addCookies([...victim.cookies].map(([name, value]) => ({ name, value, url: server.origin })));
    const names = PAYLOADS.filter((payload) => payload.length <= 200);
    for (const name of names) {
      const { client } = await registerClient(
        { db: server.engine.db, rules: { isScope: () => true }, now: () => Date.now() },
        { ...APP, name },
      );
      const parameters = { ...AUTHORIZATION, client_id: client.id, aud: server.base };
      await page.goto(`${server.origin}/auth/authorize?${new URLSearchParams(parameters).toString()}`);
      const shown = await page.locator('body').innerText();
      expect(shown).toContain(name.replace(/\s+/g, ' ').slice(0, 20));
      expect(await page.locator('script, main img, iframe, svg').count()).toBe(0);
    }
    await page.goto(`${server.origin}/auth/apps`);
    console.log(`${names.length} names of apps were shown`);
    expect(ran).toEqual([]);
  }, 120_000);
});
