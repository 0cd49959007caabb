import { join } from 'node:path';
import { loadModules } from '../../server/boot/load-modules.ts';
import { loadDemos } from '../../server/module-host/state/load-demos.ts';
import { ALL_MODULES } from '../../server/registry/selection.ts';
import { openModuleClinic, type ModuleClinic } from '../harness/module-clinic.ts';
import { hasCurl, takeTour } from './readme-tour.ts';

/** The demo clinic, and the tour through the medication loop in it. */
const MODULES = join(import.meta.dirname, '../../modules');

let clinic: ModuleClinic;
beforeAll(async () => {
  clinic = await openModuleClinic(MODULES, 'all');
}, 120_000);
afterAll(() => clinic.close());

test('the demo of all modules loads, with formulary and stock in three places, and a second time adds nothing', async () => {
  const { engine } = clinic;
  const registry = await loadModules(ALL_MODULES, {}, { folder: MODULES });
  expect(await loadDemos(engine, clinic.ctx(), registry, () => true)).toBeGreaterThan(500);
  expect(await loadDemos(engine, clinic.ctx(), registry, () => true)).toBe(0);
  const products = await clinic.get('MedicationKnowledge?_summary=count');
  expect(products.body.total).toBeGreaterThanOrEqual(60);
  for (const place of ['warehouse', 'pharmacy', 'ward']) {
    const found = await clinic.get(`Location?identifier=https://athanor.health/fhir/demo|${place}`);
    const id = found.body.entry?.[0]?.resource?.id;
    const { body } = await clinic.get(`Location/${id}/$stock-on-hand`);
    expect((body as unknown as { readonly parameter: readonly object[] }).parameter.length).toBeGreaterThan(5);
  }
}, 180_000);

(hasCurl() ? test : test.skip)(
  'the tour through the medication loop answers as the README says (skipped where there is no curl)',
  async () => {
    const steps = await takeTour('Prescribe, check, dispense', clinic.base);
    expect(steps.length).toBeGreaterThan(10);
    for (const { actual, expected } of steps) expect(actual).toBe(expected);
  },
  120_000,
);
