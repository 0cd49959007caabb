// A SMART app of two pages that uses the published browser build of fhirclient.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

const FHIRCLIENT = fileURLToPath(new URL('./node_modules/fhirclient/build/fhir-client.js', import.meta.url));

const page = (script) => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>App</title>
<script src="/fhir-client.js"></script></head><body><pre id="result">…</pre><script>${script}</script></body></html>`;

const LAUNCH = page(`
  const parameters = new URL(location.href).searchParams;
  FHIR.oauth2.authorize({
    clientId: parameters.get('client_id'),
    scope: parameters.get('scope'),
    redirectUri: '/app.html',
    ...(parameters.has('launch') ? {} : { iss: parameters.get('server') }),
  }).catch((error) => { document.getElementById('result').textContent = 'ERROR ' + error; document.title = 'failed'; });
`);

/** What an app asks before an order is signed: sertraline for the patient in context. */
export function orderSign(fhirServer, patient, userId) {
  const order = {
    resourceType: 'MedicationRequest',
    id: 'draft',
    status: 'draft',
    intent: 'order',
    subject: { reference: `Patient/${patient}` },
    medicationCodeableConcept: {
      coding: [{ system: 'https://athanor.health/fhir/CodeSystem/ingredient', code: 'sertraline' }],
    },
  };
  const draftOrders = { resourceType: 'Bundle', type: 'collection', entry: [{ resource: order }] };
  const hookInstance = crypto.randomUUID();
  return { hook: 'order-sign', hookInstance, fhirServer, context: { userId, patientId: patient, draftOrders } };
}

const APP = page(`
  ${orderSign.toString()}
  async function cardsOf(client, user) {
    const { serverUrl, tokenResponse } = client.state;
    const answer = await fetch(new URL('/cds-services/drug-order-sign', serverUrl), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: 'Bearer ' + tokenResponse.access_token },
      body: JSON.stringify(orderSign(serverUrl, client.patient.id, user.resourceType + '/' + user.id)),
    });
    return (await answer.json()).cards;
  }
  FHIR.oauth2.ready().then(async (client) => {
    const patient = await client.patient.read();
    const observations = await client.request('Observation?patient=' + client.patient.id);
    const user = await client.user.read();
    const before = client.state.tokenResponse.access_token;
    const hasRefresh = Boolean(client.state.tokenResponse.refresh_token);
    if (hasRefresh) await client.refresh();
    const after = client.state.tokenResponse.access_token;
    const again = await client.patient.read();
    const cards = await cardsOf(client, user);
    return {
      patient: patient.id, name: patient.name[0].family, observations: observations.entry?.length ?? 0,
      user: user.resourceType + '/' + user.id, encounter: client.encounter.id,
      cards, refreshed: hasRefresh && before !== after && again.id === patient.id, token: client.state.tokenResponse,
    };
  }).then(
    (result) => { document.getElementById('result').textContent = JSON.stringify(result); document.title = 'done'; },
    (error) => { document.getElementById('result').textContent = 'ERROR ' + (error.stack || error); document.title = 'failed'; },
  );
`);

export async function startApp(port) {
  const client = await readFile(FHIRCLIENT);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://app');
    if (pathname === '/fhir-client.js') response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(client);
    else if (pathname === '/launch.html') response.writeHead(200, { 'Content-Type': 'text/html' }).end(LAUNCH);
    else if (pathname === '/app.html') response.writeHead(200, { 'Content-Type': 'text/html' }).end(APP);
    else if (pathname === '/callback') response.writeHead(200, { 'Content-Type': 'text/plain' }).end('back');
    else response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    origin: `http://localhost:${port}`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
