import { testClinic } from '#sdk/testing';
import { localDay } from './record/local-day.ts';

const clinic = testClinic(import.meta.dirname, { env: { CLINICAL_ZONE: 'America/New_York' } });
const nurse = clinic.as({ roles: ['nurse'], fhirUser: 'Practitioner/nurse' });

const CVX = 'http://hl7.org/fhir/sid/cvx';
const dose = (patient: string, occurrenceDateTime: string, more: object = {}) => ({
  resourceType: 'Immunization' as const,
  status: 'completed' as const,
  vaccineCode: { coding: [{ system: CVX, code: '140' }] },
  patient: { reference: `Patient/${patient}` },
  occurrenceDateTime,
  ...more,
});

beforeAll(async () => {
  for (const id of ['twice', 'race', 'expired', 'profile']) await clinic.store({ resourceType: 'Patient', id });
});

test('a second dose of a vaccine on the same day of the place is refused', async () => {
  const post = async (at: string, more?: object) =>
    (await nurse.send('POST', 'Immunization', dose('twice', at, more))).status;
  expect(await post('2026-11-20T23:30:00-05:00')).toBe(201);
  expect(await post('2026-11-21T04:45:00Z')).toBe(409);
  expect(await post('2026-11-21T05:15:00Z')).toBe(201);
  expect(await post('2026-11-20', { vaccineCode: { coding: [{ system: CVX, code: '88' }] } })).toBe(201);
  expect(await post('2026-11-20', { status: 'not-done' })).toBe(201);
});

test('of ten at once one is stored', async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => nurse.send('POST', 'Immunization', dose('race', '2026-11-20'))),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
});

test('one out of an expired lot is stored, with a warning', async () => {
  const { status } = await nurse.send(
    'POST',
    'Immunization',
    dose('expired', '2026-11-20', { expirationDate: '2026-11-19' }),
  );
  expect(status).toBe(201);
});

test('one that claims to be given here needs its lot', async () => {
  const meta = { profile: ['https://athanor.health/fhir/StructureDefinition/clinical-immunization'] };
  const here = dose('profile', '2026-11-20', { meta, primarySource: true });
  expect((await nurse.send('POST', 'Immunization', here)).status).toBe(422);
  const whole = { ...here, lotNumber: 'A1', expirationDate: '2027-01-31' };
  expect((await nurse.send('POST', 'Immunization', whole)).status).toBe(201);
});

test.each([
  ['2026-11-20', 'UTC', '2026-11-20'],
  ['2026-11', 'UTC', undefined],
  ['2026-11-20T23:30:00Z', 'Europe/Vienna', '2026-11-21'],
  ['2026-11-20T23:30:00-05:00', 'America/New_York', '2026-11-20'],
])('%s in %s is of %s', (time, zone, day) => expect(localDay(time, zone)).toBe(day));
