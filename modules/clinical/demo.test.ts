import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testClinic } from '#sdk/testing';

const clinic = testClinic(import.meta.dirname);
const DEMO = 'https://athanor.health/fhir/demo';

/** In the order in which the demo loads them: the clinic's places and people, then what is known of the patients. */
const bundles = ['administration', 'clinical'].flatMap((module) => {
  const folder = join(import.meta.dirname, '..', module, 'demo');
  return readdirSync(folder)
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as object);
});

async function load(): Promise<void> {
  for (const bundle of bundles) {
    const { status, body } = await clinic.send('POST', '', bundle);
    if (status !== 200) throw new Error(`${status}: ${JSON.stringify(body.issue)}`);
  }
}

test('what is known of the patients of the demo can be loaded, and a second time adds nothing', async () => {
  await load();
  const count = async (): Promise<unknown[]> =>
    Promise.all(
      ['Observation', 'Condition', 'AllergyIntolerance', 'Immunization', 'FamilyMemberHistory'].map(
        async (type) => (await clinic.get(`${type}?identifier=${DEMO}|&_summary=count`)).body.total,
      ),
    );
  const first = await count();
  expect(first.every((total) => Number(total) > 0)).toBe(true);
  await load();
  expect(await count()).toEqual(first);
});

test('every patient has a summary', async () => {
  const { body } = await clinic.get(`Patient?identifier=${DEMO}|&_count=20`);
  const patients = body.entry as readonly { readonly resource: { readonly id: string } }[];
  expect(patients).toHaveLength(12);
  for (const { resource } of patients) {
    expect((await clinic.get(`Patient/${resource.id}/$summary`)).status).toBe(200);
  }
});
