import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testClinic } from '#sdk/testing';
import { hoursFromNow, partsOf } from './ward.fixture.ts';

const clinic = testClinic(import.meta.dirname);
const DEMO = 'https://athanor.health/fhir/demo';

async function load(module: string): Promise<void> {
  const folder = join(import.meta.dirname, '..', module, 'demo');
  for (const name of readdirSync(folder).sort()) {
    const { status, body } = await clinic.send(
      'POST',
      '',
      JSON.parse(readFileSync(join(folder, name), 'utf8')) as object,
    );
    if (status !== 200) throw new Error(`${name}: ${status} ${JSON.stringify(body).slice(0, 2000)}`);
  }
}

async function idOf(type: string, name: string): Promise<string> {
  const { body } = await clinic.get(`${type}?identifier=${DEMO}|${name}`);
  const [entry] = body.entry as readonly { resource: { id: string } }[];
  return entry?.resource.id ?? '';
}

beforeAll(async () => {
  for (const module of ['administration', 'supply', 'medications']) await load(module);
}, 60_000);

test('the demo clinic has a round to make', async () => {
  const stay = await idOf('Encounter', 'stay-1');
  const at = hoursFromNow(24).toISOString();
  const { body } = await clinic.get(`Encounter/${stay}/$mar?at=${at}`);
  const doses = partsOf(body, 'dose').map(({ medication }) => (medication as { text: string }).text);
  expect(doses.filter((text) => text.startsWith('Acetaminophen'))).toHaveLength(4);
  expect(doses.filter((text) => text.startsWith('Enoxaparin'))).toHaveLength(1);
  expect(partsOf(body, 'as-needed')).toHaveLength(1);
});

test('sertraline beside phenelzine does not come into force until a reason is stored', async () => {
  const id = await idOf('MedicationRequest', 'sertraline-draft');
  const physician = clinic.as({
    roles: ['physician'],
    fhirUser: `Practitioner/${await idOf('Practitioner', 'physician')}`,
  });
  const path = `MedicationRequest/${id}/$sign`;
  const refused = await physician.send('POST', path, { resourceType: 'Parameters' });
  expect(refused.status).toBe(422);
  expect((await clinic.get(`MedicationRequest/${id}`)).body.status).toBe('draft');
  const issues = refused.body.issue as unknown as readonly {
    details: { coding: readonly { system: string; code: string }[] };
  }[];
  const override = (text: string): object => ({
    name: 'override',
    valueCodeableConcept: {
      coding: [{ system: 'https://athanor.health/fhir/CodeSystem/override-reason', code: 'benefit-outweighs-risk' }],
      text,
    },
  });
  const unknown = await physician.send('POST', path, { resourceType: 'Parameters', parameter: [override('no-such')] });
  expect([unknown.status, unknown.body.issue?.[0]?.details.text]).toEqual([422, expect.stringContaining('There are')]);
  const keys = issues.flatMap(({ details }) => details.coding.filter(({ system }) => system.endsWith('/drug-issue')));
  const parameter = keys.map(({ code }) => override(code));
  const signed = await physician.send('POST', path, { resourceType: 'Parameters', parameter });
  expect(signed.status).toBe(200);
  const { body } = await clinic.get(`DetectedIssue?implicated=MedicationRequest/${id}`);
  const [entry] = body.entry as readonly { resource: object }[];
  expect(entry?.resource).toMatchObject({
    status: 'final',
    mitigation: [
      { action: { coding: [{ code: 'benefit-outweighs-risk' }] }, author: { reference: expect.any(String) } },
    ],
  });
});
