import type { Outcome } from '../../../hl7-gateway/deliver/deliver.ts';
import type { PatientMerge } from '../../../hl7-gateway/map/mapped-message.ts';
import type { Body } from '../../flows/fhir-server.ts';
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

function merge(source: string, target: string, kind: PatientMerge['kind'] = 'merge'): PatientMerge {
  const of = (value: string): PatientMerge['source'] => [{ system: MRN, value }];
  return { kind, source: of(source), target: of(target) };
}

async function told(...merges: readonly PatientMerge[]): Promise<Outcome | undefined> {
  const [outcome] = await clinic.deliver(messageOf([], { event: 'ADT^A40', mapped: { merges } }));
  return outcome;
}

async function patients(...values: readonly string[]): Promise<void> {
  await clinic.deliver(
    ...values.map((value) => {
      const patient = patientEntry([value], { said: { name: [{ family: value }] } });
      return messageOf([patient, observationEntry(`of ${value}`, patient, {})]);
    }),
  );
}

async function named(family: string): Promise<Body | undefined> {
  return (await clinic.search(`Patient?family:exact=${family}`))[0];
}

async function ownerOf(value: string): Promise<unknown> {
  const [observation] = await clinic.search(`Observation?identifier=of ${value}`);
  return observation?.subject;
}

test('of a chain in one message all go to the last one, and so does what comes later for the first', async () => {
  await patients('C1', 'C2', 'C3');
  expect(await told(merge('C1', 'C2'), merge('C2', 'C3'))).toMatchObject({ kind: 'applied' });
  const [first, second, last] = [await named('C1'), await named('C2'), await named('C3')];
  const reference = `Patient/${last?.id ?? ''}`;
  for (const gone of [first, second]) {
    expect(gone).toMatchObject({
      active: false,
      link: expect.arrayContaining([{ other: { reference }, type: 'replaced-by' }]),
    });
  }
  expect(last?.identifier).toMatchObject([{ value: 'C3' }, { value: 'C1' }, { value: 'C2' }].sort(byValue(last)));
  expect([await ownerOf('C1'), await ownerOf('C2'), await ownerOf('C3')]).toEqual([1, 2, 3].map(() => ({ reference })));
  const late = patientEntry(['C1']);
  await clinic.deliver(messageOf([late, observationEntry('of late', late, {})]));
  expect(await ownerOf('late')).toEqual({ reference });
  expect(await told(merge('C1', 'C2'), merge('C2', 'C3'))).toMatchObject({ kind: 'applied' });
});

/** In the order in which the survivor has them. */
function byValue(patient: Body | undefined): (a: { value: string }, b: { value: string }) => number {
  const values = (patient?.identifier as { readonly value: string }[] | undefined)?.map(({ value }) => value) ?? [];
  return (a, b) => values.indexOf(a.value) - values.indexOf(b.value);
}

test('a source that nobody knows is kept as one who was replaced', async () => {
  await patients('T1');
  const merged = messageOf([patientEntry(['T1'], { said: { gender: 'female' } })], {
    event: 'ADT^A40',
    mapped: { merges: [merge('T0', 'T1')] },
  });
  expect(await clinic.deliver(merged)).toMatchObject([{ kind: 'applied' }]);
  const survivor = await named('T1');
  expect(survivor).toMatchObject({ gender: 'female', link: [{ type: 'replaces' }] });
  expect(survivor?.identifier).toMatchObject([{ value: 'T1' }, { value: 'T0', use: 'old' }]);
  const late = patientEntry(['T0']);
  await clinic.deliver(messageOf([late, observationEntry('of T0', late, {})]));
  expect(await ownerOf('T0')).toEqual({ reference: `Patient/${survivor?.id ?? ''}` });
});

test('senders may name the number of who goes among those of who stays', async () => {
  await patients('N1', 'N2');
  const survivor = patientEntry(['N2', 'N1']);
  const identifiers = ['N2', 'N1'].map((value) => ({ system: MRN, value }));
  const [outcome] = await clinic.deliver(
    messageOf([survivor], {
      event: 'ADT^A40',
      mapped: { merges: [{ kind: 'merge', source: [{ system: MRN, value: 'N1' }], target: identifiers }] },
    }),
  );
  expect(outcome).toMatchObject({ kind: 'applied' });
  expect(await named('N1')).toMatchObject({ active: false });
  expect(await ownerOf('N1')).toEqual({ reference: `Patient/${(await named('N2'))?.id ?? ''}` });
});

test.each([
  ['a target that nobody knows', ['K1'], merge('K1', 'K2'), 'patient-unknown'],
  ['a link to nobody', ['K3'], merge('K4', 'K3', 'link'), 'patient-unknown'],
  ['a link of one with themselves', ['K5'], merge('K5', 'K5', 'unlink'), 'patient-conflict'],
])('%s waits for a person', async (_what, known, said, reason) => {
  await patients(...known);
  expect(await told(said)).toMatchObject({ kind: 'parked', reason });
  for (const value of known) expect(await named(value)).not.toHaveProperty('link');
});

test('charts are linked and taken apart again, and go on being two', async () => {
  await patients('L1', 'L2');
  expect(await told(merge('L1', 'L2', 'link'))).toMatchObject({ kind: 'applied' });
  const [one, other] = [await named('L1'), await named('L2')];
  expect(one?.link).toEqual([{ other: { reference: `Patient/${other?.id ?? ''}` }, type: 'seealso' }]);
  expect(other?.link).toEqual([{ other: { reference: `Patient/${one?.id ?? ''}` }, type: 'seealso' }]);
  await told(merge('L1', 'L2', 'unlink'));
  for (const value of ['L1', 'L2']) expect(await named(value)).not.toHaveProperty('link');
});

test('nobody is merged by identifiers that the partner’s patients are not recognised by', async () => {
  await patients('U1', 'U2');
  const partner = { ...LAB, patients: { ...LAB.patients, trustedSystems: ['urn:oid:9.9'] } };
  const message = messageOf([], { event: 'ADT^A40', partner, mapped: { merges: [merge('U1', 'U2')] } });
  expect(await clinic.deliver(message)).toMatchObject([{ kind: 'parked', reason: 'patient-unknown' }]);
});
