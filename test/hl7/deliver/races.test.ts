import type { MappedEntry } from '../../../hl7-gateway/map/mapped-message.ts';
import {
  messageOf,
  observationEntry,
  openDeliveryClinic,
  patientEntry,
  urn,
  type DeliveryClinic,
} from './delivery-clinic.ts';

let clinic: DeliveryClinic;
beforeAll(async () => {
  clinic = await openDeliveryClinic();
});
afterAll(() => clinic.close());

const AT_ONCE = 20;

test('20 deliveries at once of one new patient make one, with what each says', async () => {
  const messages = Array.from({ length: AT_ONCE }, (_, place) => {
    const patient = patientEntry(['race'], { said: { name: [{ family: 'Byrne' }] } });
    return messageOf([patient, observationEntry(`race-${place}`, patient, {})]);
  });
  const outcomes = await Promise.all(messages.map((message) => clinic.deliver(message)));
  expect(outcomes.flat().map(({ kind }) => kind)).toEqual(messages.map(() => 'applied'));
  expect(await clinic.search('Patient?identifier=race')).toHaveLength(1);
  expect(
    await clinic.search(`Observation?identifier=${messages.map((_, place) => `race-${place}`).join()}`),
  ).toHaveLength(AT_ONCE);
});

test('one message at once in many attempts, in other company each, is applied once', async () => {
  const note: MappedEntry = {
    fullUrl: urn('note'),
    mode: 'upsert',
    match: [],
    resource: { resourceType: 'Basic', code: { text: 'note of the race' } },
  };
  const message = messageOf([note]);
  const outcomes = await Promise.all(
    Array.from({ length: 10 }, (_, place) => clinic.deliver(message, messageOf([patientEntry([`company-${place}`])]))),
  );
  const [first] = outcomes.flat();
  for (const [outcome, other] of outcomes) {
    expect(outcome).toEqual(first);
    expect(other).toMatchObject({ kind: 'applied' });
  }
  expect(await clinic.search('Basic?_count=100')).toHaveLength(1);
  expect(await clinic.deliver(message)).toEqual([first]);
});

test('patients, practitioners and orders whom messages of one batch share are made once', async () => {
  const doctor: MappedEntry = {
    fullUrl: urn('doctor'),
    mode: 'create',
    match: ['identifier=urn:oid:1.2.9|D1'],
    resource: { resourceType: 'Practitioner', identifier: [{ system: 'urn:oid:1.2.9', value: 'D1' }] },
  };
  const messages = Array.from({ length: 5 }, (_, place) => {
    const patient = patientEntry([`shared-${place}`]);
    const performer = [{ reference: place === 0 ? doctor.fullUrl : urn(`doctor ${place}`) }];
    const entry = { ...doctor, fullUrl: performer[0]?.reference ?? '' };
    return messageOf([patient, entry, observationEntry(`shared-${place}`, patient, { performer })]);
  });
  const before = clinic.requests();
  expect((await clinic.deliver(...messages)).map(({ kind }) => kind)).toEqual(messages.map(() => 'applied'));
  expect(clinic.requests() - before).toBe(2);
  const [practitioner, ...others] = await clinic.search('Practitioner?identifier=D1');
  expect(others).toEqual([]);
  const observations = await clinic.search('Observation?identifier=shared-0,shared-1,shared-2,shared-3,shared-4');
  expect(observations.map(({ performer }) => performer)).toEqual(
    messages.map(() => [{ reference: `Practitioner/${practitioner?.id ?? ''}` }]),
  );
});
