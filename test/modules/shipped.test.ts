import { join } from 'node:path';
import { loadModules } from '../../server/boot/load-modules.ts';
import { openModules } from '../../server/module-host/state/open-modules.ts';
import { loadDemos } from '../../server/module-host/state/load-demos.ts';
import type { Registry } from '../../server/registry/registry.ts';
import { ALL_MODULES } from '../../server/registry/selection.ts';
import { openModuleClinic, type ModuleClinic } from '../harness/module-clinic.ts';

/** All modules that come with the server, together. */
const MODULES = join(import.meta.dirname, '../../modules');

let clinic: ModuleClinic;
let registry: Registry;
beforeAll(async () => {
  registry = await loadModules(ALL_MODULES, {}, { folder: MODULES });
  clinic = await openModuleClinic(MODULES, 'all', { PROTECTED: 'default' });
  await loadDemos(clinic.engine, clinic.ctx(), registry, () => true);
}, 180_000);
afterAll(() => clinic.close());

test('their definitions are sound', async () => {
  const modules = await openModules({
    engine: clinic.engine,
    registry,
    onDisable: () => Promise.resolve(),
    now: () => Date.now(),
    onError(error) {
      throw error;
    },
  });
  expect(await modules.install()).toEqual([]);
  await modules.close();
});

async function demoId(type: string, value: string): Promise<string> {
  const { body } = await clinic.get(`${type}?identifier=https://athanor.health/fhir/demo|${value}`);
  const id = body.entry?.[0]?.resource?.id;
  if (id === undefined) throw new Error(`the demo has no ${type} ${value}`);
  return id;
}

test('an erased patient takes the record along, signed notes too, and the shelf stays as it is', async () => {
  const [patient, pharmacy] = [await demoId('Patient', 'patient-7'), await demoId('Location', 'pharmacy')];
  const author = { reference: `Practitioner/${await demoId('Practitioner', 'physician')}` };
  const subject = { reference: `Patient/${patient}` };
  const tablets = (value: number): object => ({ value, system: 'http://unitsofmeasure.org', code: '{tablet}' });
  const product = 'ibuprofen-400mg-tablet';
  await clinic.send('PUT', 'MedicationRequest/order', {
    resourceType: 'MedicationRequest',
    id: 'order',
    status: 'draft',
    intent: 'order',
    subject,
    requester: author,
    medicationCodeableConcept: {
      coding: [{ system: 'https://athanor.health/fhir/CodeSystem/product', code: product }],
    },
    dosageInstruction: [
      { timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd' } }, doseAndRate: [{ doseQuantity: tablets(1) }] },
    ],
    dispenseRequest: { quantity: tablets(20) },
  });
  expect((await clinic.send('POST', 'MedicationRequest/order/$sign')).status).toBe(200);
  const parameter = [
    { name: 'location', valueReference: { reference: `Location/${pharmacy}` } },
    { name: 'quantity', valueInteger: 20 },
  ];
  const before = await shelf(pharmacy, product);
  const dispense = { resourceType: 'Parameters', parameter };
  expect((await clinic.send('POST', 'MedicationRequest/order/$dispense', dispense)).status).toBe(200);
  const note = await clinic.send('POST', 'Composition', {
    resourceType: 'Composition',
    status: 'final',
    type: { coding: [{ system: 'http://loinc.org', code: '11506-3' }] },
    subject,
    date: '2026-01-01',
    author: [author],
    title: 'Note',
  });
  expect(note.status).toBe(201);
  const after = await shelf(pharmacy, product);
  expect(sum(before) - sum(after)).toBe(20);

  const erase = { resourceType: 'Parameters', parameter: texts({ confirm: patient, basis: 'test-data' }) };
  expect((await clinic.send('POST', `Patient/${patient}/$erase`, erase)).status).toBe(200);
  for (const path of [`Patient/${patient}`, 'MedicationRequest/order', `Composition/${note.body.id}`]) {
    expect((await clinic.get(path)).status).toBe(404);
  }
  expect(await shelf(pharmacy, product)).toEqual(after);
  const name = { resourceType: 'Parameters', parameter: texts({ name: 'supply.stock' }) };
  const drift = (await clinic.send('POST', '$verify-projection', name)).text;
  expect(drift).toContain('"exact","valueBoolean":true');
}, 60_000);

function texts(values: Readonly<Record<string, string>>): readonly object[] {
  return Object.entries(values).map(([name, valueString]) => ({ name, valueString }));
}

/** How much of each lot there is. */
async function shelf(place: string, product: string): Promise<readonly number[]> {
  const { text } = await clinic.get(`Location/${place}/$stock-on-hand?product=${product}`);
  return [...text.matchAll(/"on-hand","valueInteger":(\d+)/g)].map(([, count]) => Number(count));
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
