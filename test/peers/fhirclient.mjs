// fhirclient in a browser: standalone and EHR launch.
import assert from 'node:assert/strict';
import { orderSign } from './app-server.mjs';
import { check } from './checks.mjs';
import { goThrough } from './user.mjs';

const WAIT = 30_000;

/** Opens a launch page and comes back with what the app found. */
async function launch(browser, person, url, appOrigin) {
  const context = await browser.newContext();
  const problems = [];
  try {
    const page = await context.newPage();
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(String(error)));
    await page.goto(url);
    await page.waitForURL((at) => !at.href.startsWith(`${appOrigin}/launch.html`));
    const seen = await goThrough(page, { ...person, target: `${appOrigin}/app.html` });
    await page.waitForFunction(() => document.title === 'done' || document.title === 'failed', undefined, {
      timeout: WAIT,
    });
    const text = await page.textContent('#result');
    if (text.startsWith('ERROR')) throw new Error(`${text} ${problems.join('; ')}`);
    return { ...JSON.parse(text), seen };
  } finally {
    await context.close();
  }
}

const summaries = (cards) => cards.map(({ summary, indicator }) => `${indicator} ${summary}`);

/** What the user is told without the app, with all of their rights. */
async function cardsForUser(server, { fhirUser }, patient, token) {
  const answer = await fetch(`${server.origin}/cds-services/drug-order-sign`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify(orderSign(server.fhirBase, patient.id, fhirUser)),
  });
  return (await answer.json()).cards;
}

export async function fhirclientLaunches({ browser, server, app, person, clientId, patient, userToken }) {
  await check('fhirclient: standalone launch in Chromium', async () => {
    const parameters = new URLSearchParams({
      client_id: clientId,
      server: server.fhirBase,
      scope: 'openid fhirUser launch/patient patient/*.rs user/Practitioner.rs offline_access',
    });
    const result = await launch(browser, person, `${app.origin}/launch.html?${parameters}`, app.origin);
    assert.equal(result.patient, patient.id);
    assert.equal(result.name, patient.family);
    assert.equal(result.observations, 1);
    assert.equal(result.user, person.fhirUser);
    assert.equal(result.refreshed, true);
    assert.deepEqual(
      summaries(result.cards),
      summaries(await cardsForUser(server, person, patient, await userToken())),
    );
    assert.ok(result.cards.some(({ indicator, summary }) => indicator === 'critical' && /Phenelzine/.test(summary)));
    assert.ok(
      result.seen.includes('Sign in') &&
        result.seen.includes('Which patient?') &&
        result.seen.includes('Allow access?'),
    );
  });

  await check('fhirclient: EHR launch in Chromium, with the context of $smart-launch', async () => {
    const answer = await fetch(`${server.fhirBase}/$smart-launch`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/fhir+json', Authorization: `Bearer ${await userToken()}` },
      body: JSON.stringify({
        resourceType: 'Parameters',
        parameter: [
          { name: 'client', valueString: clientId },
          { name: 'patient', valueString: patient.id },
          { name: 'intent', valueString: 'reconcile-medications' },
          { name: 'need_patient_banner', valueBoolean: false },
        ],
      }),
    });
    const body = await answer.json();
    assert.equal(answer.status, 200, JSON.stringify(body));
    const url = new URL(body.parameter.find(({ name }) => name === 'url').valueUri);
    url.searchParams.set('client_id', clientId);
    url.searchParams.set('scope', 'launch openid fhirUser patient/*.rs user/Practitioner.rs offline_access');
    const result = await launch(browser, person, url.href, app.origin);
    assert.equal(result.patient, patient.id);
    assert.equal(result.token.intent, 'reconcile-medications');
    assert.equal(result.token.need_patient_banner, false);
    assert.equal(result.refreshed, true);
    assert.ok(!result.seen.includes('Which patient?'));
  });
}
