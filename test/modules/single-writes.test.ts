import { join } from 'node:path';
import { create } from '../../server/fhir/interactions/create.ts';
import { update } from '../../server/fhir/interactions/update.ts';
import type { FhirRequest } from '../../server/fhir/request.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { openModuleClinic, type ModuleClinic } from '../harness/module-clinic.ts';
import { statementsIn } from '../rules/statements-in.ts';

/** What is written most, in a clinic with all modules, needs no transaction. */
let clinic: ModuleClinic;

beforeAll(async () => {
  clinic = await openModuleClinic(join(__dirname, '../../modules'), 'all');
}, 60_000);
afterAll(() => clinic.close());

const HEADERS: FhirRequest['headers'] = { prefer: {}, accept: [] };
const PATIENT: JsonObject = { resourceType: 'Patient', name: [{ family: 'Noether' }] };
const OBSERVATION: JsonObject = { resourceType: 'Observation', status: 'final', code: { text: 'Weight' } };

function created(body: JsonObject): Promise<readonly string[]> {
  const request: FhirRequest = { method: 'POST', path: [String(body.resourceType)], query: '', headers: HEADERS, body };
  return statementsIn(clinic, (engine, ctx) => create(engine, ctx, request));
}

function updated(body: JsonObject): Promise<readonly string[]> {
  const path = [String(body.resourceType), String(body.id)];
  const request: FhirRequest = { method: 'PUT', path, query: '', headers: HEADERS, body };
  return statementsIn(clinic, (engine, ctx) => update(engine, ctx, request));
}

test('a patient without a number, and the next version', async () => {
  // The first ones learn what is in force, and fetch numbers.
  for (let round = 0; round < 4; round += 1) await created(PATIENT);
  expect(await created(PATIENT)).toEqual(['select', expect.stringMatching(/^insert_.*_kept1$/)]);
  await updated({ ...PATIENT, id: 'emmy' });
  expect(await updated({ ...PATIENT, id: 'emmy', gender: 'female' })).toEqual([
    'read_one_for_write',
    expect.stringMatching(/^update_one_.*_kept1$/),
  ]);
});

test('an observation, and the next version', async () => {
  await created(OBSERVATION);
  expect(await created(OBSERVATION)).toEqual([expect.stringMatching(/^insert_/)]);
  await updated({ ...OBSERVATION, id: 'weight' });
  expect(await updated({ ...OBSERVATION, id: 'weight', status: 'amended' })).toEqual([
    'read_one_for_write',
    expect.stringMatching(/^update_one_/),
  ]);
});
