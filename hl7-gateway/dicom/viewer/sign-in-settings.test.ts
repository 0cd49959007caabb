import { createServer, type Server } from 'node:http';
import { freePort, listenOn } from '../../../test/harness/free-port.ts';
import { openHttpCaller, type HttpCaller } from '../../client/http-call.ts';
import { createSignInSettings } from './sign-in-settings.ts';

const CONFIGURATION = JSON.stringify({
  issuer: 'https://clinic.example/auth',
  authorization_endpoint: 'https://clinic.example/auth/authorize',
  token_endpoint: 'https://clinic.example/auth/token',
});

let server: Server;
let http: HttpCaller;
let fhirUrl = '';
let said: readonly [number, string] = [200, CONFIGURATION];
const asked: (string | undefined)[] = [];

beforeAll(async () => {
  server = createServer(({ url }, response) => {
    asked.push(url);
    response.writeHead(said[0]).end(said[1]);
  });
  const port = await freePort();
  await listenOn(server, port);
  fhirUrl = `http://127.0.0.1:${port}/fhir/R4`;
  http = openHttpCaller({ timeout: 30_000, answerBytes: 10_000, connections: 2 });
});
afterAll(async () => {
  http.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('where to sign in, by the address that browsers know, and once a minute', async () => {
  let time = 0;
  const settings = createSignInSettings(fhirUrl, http, () => time);
  expect(await settings()).toEqual({
    issuer: 'https://clinic.example/auth',
    authorization: 'https://clinic.example/auth/authorize',
    token: 'https://clinic.example/auth/token',
    fhirBase: 'https://clinic.example/fhir/R4',
  });
  await settings();
  expect(asked).toEqual(['/fhir/R4/.well-known/smart-configuration']);
  time = 60_001;
  await settings();
  expect(asked).toHaveLength(2);
});

test('a server without sign-in asks nobody', async () => {
  said = [404, ''];
  expect(await createSignInSettings(fhirUrl, http, () => 0)()).toBeUndefined();
});

test.each([
  [500, ''],
  [200, '{'],
  [200, '[]'],
  [200, '{"issuer":"https://x"}'],
])('a server that answers %d %j is waited for: nobody is let in without sign-in for that', async (status, text) => {
  said = [status, text];
  await expect(createSignInSettings(fhirUrl, http, () => 0)()).rejects.toMatchObject({ status: 503 });
});

test('nor one that is not there', async () => {
  const nobody = `http://127.0.0.1:${await freePort()}/fhir/R4`;
  await expect(createSignInSettings(nobody, http, () => 0)()).rejects.toMatchObject({ status: 503 });
});
