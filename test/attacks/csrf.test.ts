import { LINES } from '../../server/auth/pages/lines.ts';
import { Browser } from '../auth/browser.ts';
import { openClinicServer, type ClinicServer } from '../harness/clinic-server.ts';
import { PASSWORD, signIn, signedInBrowser } from './signed-in.ts';

let server: ClinicServer;
let browser: Browser;
let csrf: string;

beforeAll(async () => {
  server = await openClinicServer({ DYNAMIC_REGISTRATION: 'true' });
  browser = await signedInBrowser(server, 'victim');
  const { text, status } = await browser.get('/auth/account');
  expect(status).toBe(200);
  csrf = /name="csrf"\s+value="([^"]*)"/.exec(text)?.[1] ?? '';
  expect(csrf).not.toBe('');
});

afterAll(() => server.close());

const FORMS = [
  ...LINES.filter(({ post }) => post !== undefined).map(({ path }) => `/auth${path.replace(':id', 'x')}`),
  '/auth/apps',
  '/auth/interaction/x',
];

/** What the page of another site makes the victim's browser send. */
interface Forgery {
  readonly headers: Readonly<Record<string, string>>;
  readonly hasToken: boolean;
}

const FORGERIES: Readonly<Record<string, Forgery>> = {
  'of another site': { headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, hasToken: false },
  'of another site that knows the token': {
    headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    hasToken: true,
  },
  'of a sandboxed frame': { headers: { origin: 'null', 'sec-fetch-site': 'cross-site' }, hasToken: true },
  'of another port of this host': {
    headers: { origin: 'http://localhost:1', 'sec-fetch-site': 'same-site' },
    hasToken: true,
  },
  'that tells nothing of where it is from': { headers: {}, hasToken: true },
  'of the own origin without a token': { headers: { 'sec-fetch-site': 'same-origin' }, hasToken: false },
};

async function forge(path: string, { headers, hasToken }: Forgery, type: string): Promise<number> {
  const fields = {
    'new-password': 'stolen otter gravel 99',
    repeated: 'stolen otter gravel 99',
    password: PASSWORD,
    login: 'victim',
    action: 'revoke',
    decision: 'allow',
    ...(hasToken ? { csrf } : {}),
  };
  const body = type === 'application/json' ? JSON.stringify(fields) : new URLSearchParams(fields).toString();
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const own = headers['sec-fetch-site'] === 'same-origin' ? { origin: server.origin } : {};
  const response = await fetch(server.origin + path, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'Content-Type': type, cookie, ...own, ...headers },
    body,
  });
  await response.arrayBuffer();
  return response.status;
}

test.each(FORMS)('a forged request to %s is refused', async (path) => {
  for (const [name, forgery] of Object.entries(FORGERIES)) {
    for (const type of ['application/x-www-form-urlencoded', 'application/json', 'text/plain']) {
      const status = await forge(path, forgery, type);
      if (![400, 403, 404, 415].includes(status)) throw new Error(`${type} ${name}: ${status}`);
    }
  }
});

test('the victim is signed in still, under the same password', async () => {
  expect((await browser.get('/auth/account')).status).toBe(200);
  await signIn(new Browser(server.origin), 'victim');
});

test('cookies are out of the reach of other sites and of scripts', async () => {
  const fresh = await fetch(`${server.origin}/auth/sign-in`);
  const [set = ''] = fresh.headers.getSetCookie();
  expect(set).toMatch(/HttpOnly/);
  expect(set).toMatch(/SameSite=(Lax|Strict)/);
});

const CALLS = (): readonly (readonly [string, string])[] => [
  ['POST', 'Patient'],
  ['PUT', 'Patient/1'],
  ['PATCH', 'Patient/1'],
  ['DELETE', 'Patient/1'],
  ['GET', 'Patient'],
  ['POST', ''],
  ['POST', 'Patient/_search'],
  ...server.engine.operations.flatMap(({ code, affectsState }) =>
    affectsState ? [['POST', `$${code}`] as const] : [['POST', `$${code}`] as const, ['GET', `$${code}`] as const],
  ),
];

test('no call of the FHIR interface, and no operation, is made by a cookie', async () => {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  for (const [method, path] of CALLS()) {
    for (const type of ['application/fhir+json', 'application/x-www-form-urlencoded', 'text/plain']) {
      const response = await fetch(`${server.base}/${path}`, {
        method,
        headers: { cookie, origin: server.origin, 'sec-fetch-site': 'same-origin', 'Content-Type': type },
        ...(method === 'GET' ? {} : { body: '{"resourceType":"Patient"}' }),
      });
      await response.arrayBuffer();
      // 404 and 405: there is no such call on the system at all.
      expect([401, 404, 405]).toContain(response.status);
    }
  }
});
