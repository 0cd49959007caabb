import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testClinic } from '#sdk/testing';

const clinic = testClinic(import.meta.dirname);

/** Of administration, for the places; then our own. */
const FOLDERS = [join(import.meta.dirname, '../administration/demo'), join(import.meta.dirname, 'demo')];

function bundles(folder: string): readonly object[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return files.sort().map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as object);
}

test('the demo loads through the rules, and has a formulary in stock at three places', async () => {
  for (const folder of FOLDERS) {
    for (const bundle of bundles(folder)) {
      const { status, body } = await clinic.send('POST', '', bundle);
      expect([status, body.issue]).toEqual([200, undefined]);
    }
  }
  expect((await clinic.get('MedicationKnowledge?_summary=count')).body.total).toBeGreaterThanOrEqual(60);
  for (const place of ['warehouse', 'pharmacy', 'ward', 'vault']) {
    const found = await clinic.get(`Location?identifier=https://athanor.health/fhir/demo|${place}`);
    const [{ resource: { id } } = { resource: { id: '' } }] = found.body.entry as readonly {
      resource: { id: string };
    }[];
    const { status, body } = await clinic.get(`Location/${id}/$stock-on-hand`);
    expect([place, status, (body.parameter ?? []).length > 2]).toEqual([place, 200, true]);
  }
  const { body } = await clinic.get('$rebuild-stock');
  expect(body.parameter).toEqual([{ name: 'differences', valueInteger: 0 }]);
}, 60_000);
