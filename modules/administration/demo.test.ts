import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testClinic } from '#sdk/testing';
import { mrnOf } from './api.ts';

const clinic = testClinic(import.meta.dirname);
const folder = join(import.meta.dirname, 'demo');
const bundles = readdirSync(folder)
  .sort()
  .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as object);
const DEMO = 'https://athanor.health/fhir/demo';

async function load(): Promise<void> {
  for (const bundle of bundles) {
    const { status, body } = await clinic.send('POST', '', bundle);
    if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body)}`);
  }
}

test('the demo clinic can be loaded, and a second time adds nothing', async () => {
  await load();
  const count = async (): Promise<unknown[]> =>
    Promise.all(
      ['Organization', 'Location', 'Practitioner', 'PractitionerRole', 'Patient', 'Encounter'].map(
        async (type) => (await clinic.get(`${type}?identifier=${DEMO}|&_summary=count`)).body.total,
      ),
    );
  expect(await count()).toEqual([1, 10, 6, 6, 12, 1]);
  await load();
  expect(await count()).toEqual([1, 10, 6, 6, 12, 1]);
});

test('its patients have numbers, and the one who lies in bed can go home', async () => {
  const { body } = await clinic.get(`Patient?identifier=${DEMO}|&_elements=identifier&_count=20`);
  const patients = (body.entry ?? []) as readonly { readonly resource: Parameters<typeof mrnOf>[0] }[];
  expect(new Set(patients.map(({ resource }) => mrnOf(resource)?.value)).size).toBe(12);
  const { body: stays } = await clinic.get(`Encounter?identifier=${DEMO}|stay-1`);
  const [stay] = stays.entry as readonly { readonly resource: { readonly id: string } }[];
  const beds = await clinic.get(`Location?identifier=${DEMO}|bed-2`);
  const [bed] = beds.body.entry as readonly { readonly resource: { readonly id: string } }[];
  const parameter = [{ name: 'bed', valueReference: { reference: `Location/${bed?.resource.id ?? ''}` } }];
  const path = `Encounter/${stay?.resource.id ?? ''}`;
  expect((await clinic.send('POST', `${path}/$transfer`, { resourceType: 'Parameters', parameter })).status).toBe(200);
  const gone = await clinic.send('POST', `${path}/$discharge`, { resourceType: 'Parameters' });
  expect([gone.status, gone.body.status]).toEqual([200, 'finished']);
});
