import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testClinic } from '#sdk/testing';
import { charged, netOf } from './doses.fixture.ts';

const clinic = testClinic(import.meta.dirname);
const DEMO = 'https://athanor.health/fhir/demo';

async function load(module: string): Promise<void> {
  const folder = join(import.meta.dirname, '..', module, 'demo');
  for (const name of readdirSync(folder).sort()) {
    const bundle = JSON.parse(readFileSync(join(folder, name), 'utf8')) as object;
    const { status, body } = await clinic.send('POST', '', bundle);
    if (status !== 200) throw new Error(`${name}: ${status} ${JSON.stringify(body).slice(0, 2000)}`);
  }
}

test('the demo clinic charges a dose, also when it is loaded twice', async () => {
  for (const module of ['administration', 'supply', 'billing', 'billing']) await load(module);
  const { body } = await clinic.get(`MedicationAdministration?identifier=${DEMO}|dose-day-1`);
  const [entry] = body.entry as readonly { readonly resource: { readonly id: string } }[];
  const charge = await charged(clinic, entry?.resource.id ?? '');
  expect(netOf(charge)).toBe(0.7);
  expect((await clinic.get('ChargeItem?_summary=count')).body.total).toBe(1);
});
