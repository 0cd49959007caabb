// SMART and OpenID Connect clients of others against the real server; see .ci/peers.
import { writeFile } from 'node:fs/promises';
import { startApp } from './app-server.mjs';
import { backendServices, makeKeys } from './backend-services.mjs';
import { check, summary } from './checks.mjs';
import { fhirclientLaunches } from './fhirclient.mjs';
import { openidClientFlow } from './openid-client.mjs';
import { freePort, startServer } from './server-process.mjs';
import { choosePassword, openBrowser } from './user.mjs';

const PASSWORD = 'violet-anchor-ladder-42-moss';
const FAMILY = 'Lovelace';

const server = await startServer();
const app = await startApp(await freePort());
const browser = await openBrowser();
try {
  const person = await check('set-up: a physician with a password', async () => {
    const told = await server.command(
      'user',
      'create',
      'doc',
      '--given',
      'Dora',
      '--family',
      'Doc',
      '--role',
      'physician',
    );
    const [, fhirUser] = /is (Practitioner\/[\w-]+)/.exec(told) ?? [];
    const [link] = /https?:\/\/\S+/.exec(told) ?? [];
    await choosePassword(browser, link, PASSWORD);
    return { login: 'doc', password: PASSWORD, fhirUser, patient: FAMILY };
  });
  const clients = await check('set-up: clients', () => registerClients(), 180_000);
  if (person !== undefined && clients !== undefined) {
    const token = await backendServices({ server, clientId: clients.system, keys: clients.keys });
    const patient = await check('set-up: a patient, written by the backend service', () => createPatient(token));
    if (patient !== undefined) {
      const redirectUri = `${app.origin}/callback`;
      const userToken = await openidClientFlow({
        browser,
        server,
        person,
        client: clients.console,
        redirectUri,
        patient,
      });
      await fhirclientLaunches({ browser, server, app, person, clientId: clients.app, patient, userToken });
    }
  }
} finally {
  await browser.close();
  await app.stop();
  await server.stop();
}
process.exitCode = summary();

async function registerClients() {
  const keys = await makeKeys();
  const file = new URL('./node_modules/.backend-jwks.json', import.meta.url);
  await writeFile(file, JSON.stringify(keys.jwks));
  const add = async (...args) => {
    const told = await server.command('client', 'add', ...args);
    return { id: /^\S+/.exec(told)[0], secret: /^secret: (\S+)$/m.exec(told)?.[1] };
  };
  const launchUrl = `${app.origin}/launch.html`;
  return {
    keys,
    app: (await add('Growth chart', '--redirect', `${app.origin}/app.html`, '--public', '--launch-url', launchUrl)).id,
    console: await add('Console', '--redirect', `${app.origin}/callback`),
    system: (await add('Loader', '--role', 'system', '--scope', 'system/*.cruds', '--jwks', file.pathname)).id,
  };
}

async function createPatient(token) {
  const create = async (resource) => {
    const answer = await fetch(`${server.fhirBase}/${resource.resourceType}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/fhir+json', Authorization: `Bearer ${token}` },
      body: JSON.stringify(resource),
    });
    const body = await answer.json();
    if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(body)}`);
    return body.id;
  };
  const id = await create({
    resourceType: 'Patient',
    name: [{ family: FAMILY, given: ['Ada'] }],
    birthDate: '1815-12-10',
  });
  await create({
    resourceType: 'Observation',
    status: 'final',
    code: { text: 'Weight' },
    subject: { reference: `Patient/${id}` },
  });
  await create({
    resourceType: 'MedicationStatement',
    status: 'active',
    medicationCodeableConcept: {
      coding: [{ system: 'https://athanor.health/fhir/CodeSystem/ingredient', code: 'phenelzine' }],
    },
    subject: { reference: `Patient/${id}` },
  });
  return { id, family: FAMILY };
}
