import { testClinic } from '#sdk/testing';
import { furnish, PATIENT, PHYSICIAN, ordered, partsOf } from './ward.fixture.ts';

const clinic = testClinic(import.meta.dirname);
const physician = clinic.as(PHYSICIAN);
const subject = { reference: 'Patient/anna' };
const decision = (code: string): object => ({
  coding: [{ system: 'https://athanor.health/fhir/CodeSystem/reconciliation-decision', code }],
});

beforeAll(async () => {
  await furnish(clinic);
  const drug = { medicationCodeableConcept: ordered('acetaminophen') ?? {}, subject };
  const other = { medicationCodeableConcept: { text: 'Valerian' }, subject };
  const request = { resourceType: 'MedicationRequest', intent: 'order', ...drug } as const;
  const identifier = [{ system: 'urn:elsewhere', value: '4711' }];
  await clinic.store({ ...request, id: 'rx', status: 'active', authoredOn: '2026-02-01T08:00:00Z', identifier });
  await clinic.store({ ...request, id: 'rx-again', status: 'active', authoredOn: '2026-02-01', identifier });
  await clinic.store({ ...request, id: 'old', status: 'stopped', authoredOn: '2020-05-01' });
  await clinic.store({ ...request, id: 'draft', status: 'draft', authoredOn: '2026-03-01' });
  await clinic.store({ ...request, id: 'wrong', status: 'entered-in-error', authoredOn: '2026-03-01' });
  const authorizingPrescription = [{ reference: 'MedicationRequest/rx' }];
  const dispense = { resourceType: 'MedicationDispense', status: 'completed', ...drug } as const;
  await clinic.store({ ...dispense, id: 'fill', authorizingPrescription, whenHandedOver: '2026-02-02T10:00:00Z' });
  await clinic.store({ ...dispense, id: 'over-the-counter', whenHandedOver: '2026-01-05T10:00:00Z' });
  const given = { resourceType: 'MedicationAdministration', status: 'completed', ...drug } as const;
  const ofOrder = { request: { reference: 'MedicationRequest/rx' } };
  await clinic.store({ ...given, ...ofOrder, id: 'dose', effectiveDateTime: '2026-02-03T08:00:00Z' });
  await clinic.store({ ...given, id: 'once', effectiveDateTime: '2025-12-24T08:00:00Z' });
  const statement = { resourceType: 'MedicationStatement', status: 'active' } as const;
  await clinic.store({ ...statement, ...drug, id: 'says', basedOn: authorizingPrescription });
  await clinic.store({ ...statement, ...other, id: 'herbal', effectiveDateTime: '2026-04-01' });
});

test('I.3.4 four sources in one list, the latest first; the same prescription once', async () => {
  const { status, body } = await physician.get('Patient/anna/$medication-history');
  expect(status).toBe(200);
  const sources = (body.parameter ?? []).map(({ part }) =>
    (part as readonly { name: string; valueReference?: { reference: string } }[])
      .filter(({ name }) => name === 'source')
      .map(({ valueReference }) => valueReference?.reference),
  );
  expect(sources).toEqual([
    ['MedicationStatement/herbal'],
    [
      'MedicationRequest/rx-again',
      'MedicationRequest/rx',
      'MedicationStatement/says',
      'MedicationDispense/fill',
      'MedicationAdministration/dose',
    ],
    ['MedicationDispense/over-the-counter'],
    ['MedicationAdministration/once'],
    ['MedicationRequest/old'],
  ]);
  expect(partsOf(body, 'item')[1]).toMatchObject({
    status: 'active',
    'last-dispensed': '2026-02-02T10:00:00Z',
    'last-given': '2026-02-03T08:00:00Z',
  });
});

test('I.3.4 patients read their own history, nobody else', async () => {
  expect((await clinic.as(PATIENT).get('Patient/anna/$medication-history')).body.parameter).toHaveLength(5);
  expect((await clinic.as(PATIENT).get('Patient/ben/$medication-history')).status).toBe(404);
  const { body } = await physician.get('Patient/anna/$medication-history?since=2026-01-01');
  expect(body.parameter).toHaveLength(3);
});

test('§2.5 reconciliation: every medication is decided, all or nothing', async () => {
  const call = (body: object): ReturnType<typeof physician.send> =>
    physician.send('POST', 'Patient/anna/$reconcile', body);
  const { body: list } = await call({ resourceType: 'Parameters' });
  const entry = list.entry as readonly { item: { reference: string } }[];
  expect(entry.map(({ item }) => item.reference).sort()).toEqual([
    'MedicationRequest/rx',
    'MedicationRequest/rx-again',
    'MedicationStatement/herbal',
    'MedicationStatement/says',
  ]);
  expect((await clinic.get('List?subject=Patient/anna')).body.total).toBe(0);

  const partly = entry.slice(1).map((each) => ({ ...each, flag: decision('continue') }));
  expect((await call({ ...list, entry: partly })).body.issue?.[0]?.details.text).toContain('1 of 4');
  const impossible = entry.map((each) => ({ ...each, flag: decision('prescribe') }));
  expect((await call({ ...list, entry: impossible })).status).toBe(422);

  const decisions: Readonly<Record<string, string>> = {
    'MedicationRequest/rx': 'hold',
    'MedicationRequest/rx-again': 'stop',
    'MedicationStatement/herbal': 'prescribe',
    'MedicationStatement/says': 'continue',
  };
  const decided = entry.map((each) => ({ ...each, flag: decision(decisions[each.item.reference] ?? '') }));
  const { status, body: stored } = await call({ ...list, entry: decided });
  expect([status, stored.mode, stored.entry]).toEqual([200, 'snapshot', expect.any(Array)]);
  expect((await clinic.get('MedicationRequest/rx')).body.status).toBe('on-hold');
  expect((await clinic.get('MedicationRequest/rx-again')).body.status).toBe('stopped');
  const made = (stored.entry as readonly { item: { reference: string } }[]).find(
    ({ item }) => item.reference.startsWith('MedicationRequest/') && !item.reference.includes('/rx'),
  );
  expect((await clinic.get(made?.item.reference ?? '')).body).toMatchObject({
    status: 'draft',
    medicationCodeableConcept: { text: 'Valerian' },
  });
  expect((await call({ ...list, entry: decided })).body.issue?.[0]?.details.text).toContain('ask for the list again');
});
