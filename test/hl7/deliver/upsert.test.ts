import { parseJson, type JsonObject } from '../../../server/kernel/json.ts';
import {
  messageOf,
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

test('a new patient is stored, and changed by what comes later', async () => {
  const first = patientEntry(['1'], {
    said: { name: [{ family: 'Byrne', given: ['Oona'] }], gender: 'female', birthDate: '1980-05-06' },
  });
  const message = messageOf([first], { controlId: 'A 1' });
  const [made] = await clinic.deliver(message);
  expect(made).toMatchObject({ kind: 'applied', superseded: [], resources: [expect.stringMatching(/^Patient\/./)] });
  const later = patientEntry(['1'], { said: { name: [{ family: 'Byrne-Lee', given: ['Oona'] }] }, clears: ['gender'] });
  expect(await clinic.search('Patient?identifier=1')).toMatchObject([
    { meta: { source: 'https://athanor.health/fhir/hl7/lab#A%201' } },
  ]);
  expect((await clinic.get(`Provenance/${message.id}`)).body).toMatchObject({
    entity: [{ role: 'source', what: { identifier: { value: 'A 1' } } }],
  });
  await clinic.deliver(messageOf([later]));
  const [patient, ...others] = await clinic.search('Patient?identifier=1');
  expect(others).toEqual([]);
  expect(patient).toMatchObject({ name: [{ family: 'Byrne-Lee' }], birthDate: '1980-05-06' });
  expect(patient).not.toHaveProperty('gender');
});

test('digits of numbers are kept, and what says the same again is no new version', async () => {
  const patient = patientEntry(['2']);
  const said = { valueQuantity: parseJson('{"value":5.40,"unit":"mmol/L"}') as JsonObject };
  const message = (): ReturnType<typeof messageOf> => messageOf([patient, observationEntry('o2', patient, said)]);
  await clinic.deliver(message());
  const again = await clinic.deliver(message());
  expect(again).toMatchObject([
    { kind: 'applied', resources: [expect.anything(), expect.stringMatching(/^Observation/)] },
  ]);
  const { text } = await clinic.get('Observation?identifier=o2');
  expect(text).toContain('5.40');
  expect(text).toContain('"versionId":"1"');
});
