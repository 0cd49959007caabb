import type { Partner } from '../../../hl7-gateway/partner/partner.ts';
import {
  LAB,
  messageOf,
  MRN,
  observationEntry,
  openDeliveryClinic,
  patientEntry,
  type DeliveryClinic,
} from './delivery-clinic.ts';

let clinic: DeliveryClinic;
beforeAll(async () => {
  clinic = await openDeliveryClinic();
});
afterAll(() => clinic.close());

const withRules = (patients: Partial<Partner['patients']>): { readonly partner: Partner } => ({
  partner: { ...LAB, patients: { ...LAB.patients, ...patients } },
});
const OONA = { name: [{ family: 'Byrne', given: ['Oona'] }], birthDate: '1980-05-06' };

test('whom nobody knows waits for a person where the partner makes no patients', async () => {
  const [outcome] = await clinic.deliver(messageOf([patientEntry(['nobody'])], withRules({ mayCreate: false })));
  expect(outcome).toMatchObject({ kind: 'parked', reason: 'patient-unknown' });
  expect(await clinic.search('Patient?identifier=nobody')).toEqual([]);
});

test('a patient without identifiers waits for a person', async () => {
  const [outcome] = await clinic.deliver(
    messageOf([{ ...patientEntry([]), resource: { resourceType: 'Patient', ...OONA } }]),
  );
  expect(outcome).toMatchObject({ kind: 'parked', reason: 'patient-unknown' });
});

test('any of several identifiers finds the patient, who gets the others', async () => {
  await clinic.deliver(messageOf([patientEntry(['any-1'])]));
  await clinic.deliver(messageOf([patientEntry(['any-2', 'any-1'])]));
  const [patient, ...others] = await clinic.search('Patient?identifier=any-1,any-2');
  expect(others).toEqual([]);
  expect(patient?.identifier).toEqual([
    { system: MRN, value: 'any-1' },
    { system: MRN, value: 'any-2' },
  ]);
});

test('identifiers of two patients are a conflict, and nothing is written for either', async () => {
  await clinic.deliver(messageOf([patientEntry(['two-1'])]), messageOf([patientEntry(['two-2'])]));
  const patient = patientEntry(['two-1', 'two-2']);
  const [outcome] = await clinic.deliver(messageOf([patient, observationEntry('two', patient, {})]));
  expect(outcome).toMatchObject({ kind: 'parked', reason: 'patient-conflict' });
  expect(await clinic.search('Observation?identifier=two')).toEqual([]);
});

test('an identifier that the partner’s patients are not recognised by finds nobody', async () => {
  await clinic.deliver(messageOf([patientEntry(['untrusted'])]));
  const rules = withRules({ trustedSystems: ['urn:oid:9.9'] });
  const [outcome] = await clinic.deliver(messageOf([patientEntry(['untrusted'])], rules));
  expect(outcome).toMatchObject({ kind: 'parked', reason: 'patient-unknown' });
});

test('another name and birth date under the same identifier are believed by a person only', async () => {
  await clinic.deliver(messageOf([patientEntry(['veto'], { said: OONA })]));
  const other = { name: [{ family: 'Kowalski', given: ['Jan'] }], birthDate: '1951-11-23' };
  const [said] = await clinic.deliver(messageOf([patientEntry(['veto'], { said: other })]));
  expect(said).toMatchObject({ kind: 'parked', reason: 'patient-conflict' });
  const [named] = await clinic.deliver(messageOf([patientEntry(['veto'], { defaults: other })], { event: 'ORU^R01' }));
  expect(named).toMatchObject({ kind: 'parked', reason: 'patient-conflict' });
  expect(await clinic.search('Patient?identifier=veto')).toMatchObject([OONA]);
});

test('what the message says by defaults does not change who is stored', async () => {
  await clinic.deliver(messageOf([patientEntry(['kept'], { said: OONA })]));
  const entry = patientEntry(['kept', 'lab-number'], { defaults: { name: [{ family: 'BYRNE', given: ['O'] }] } });
  await clinic.deliver(messageOf([entry], { event: 'ORU^R01' }));
  const [patient] = await clinic.search('Patient?identifier=lab-number');
  expect(patient).toMatchObject({ name: OONA.name, identifier: [{ value: 'kept' }, { value: 'lab-number' }] });
});

test('a number that a sender uses for two patients takes nothing from one to the other', async () => {
  const [first, second] = [patientEntry(['owner']), patientEntry(['stranger'])];
  await clinic.deliver(messageOf([first, observationEntry('reused', first, { valueString: 'of the owner' })]));
  const [outcome] = await clinic.deliver(
    messageOf([second, observationEntry('reused', second, { valueString: 'wrong' })]),
  );
  expect(outcome).toMatchObject({ kind: 'parked', reason: 'patient-conflict' });
  expect(await clinic.search('Observation?identifier=reused')).toMatchObject([{ valueString: 'of the owner' }]);
  expect(await clinic.search('Patient?identifier=stranger')).toEqual([]);
});
