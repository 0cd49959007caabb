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

test('what the server refuses is parked with its reason, and the others of the batch are applied', async () => {
  const messages = ['a', 'b', 'c', 'd'].map((name) => {
    const patient = patientEntry([name]);
    return messageOf([patient, observationEntry(name, patient, name === 'c' ? { status: 'no status' } : {})]);
  });
  const outcomes = await clinic.deliver(...messages);
  expect(outcomes.map(({ kind }) => kind)).toEqual(['applied', 'applied', 'parked', 'applied']);
  expect(outcomes[2]).toMatchObject({ reason: 'refused', codes: [], outcome: { resourceType: 'OperationOutcome' } });
  const { text } = outcomes[2] as { readonly text: string };
  expect(text).toMatch(/^The server refused it \(4\d\d, .*\) at status/);
  expect(await clinic.search('Patient?identifier=a,b,c,d')).toHaveLength(3);
});

test('of many that are refused each is parked, and a search that the server does not know is its message’s fault', async () => {
  const messages = ['e', 'f', 'g', 'h', 'i'].map((name) => {
    const patient = patientEntry([name]);
    const match = name === 'i' ? { match: ['no-such-parameter=1'] } : {};
    return messageOf([patient, observationEntry(name, patient, 'fh'.includes(name) ? { status: 'none' } : {}, match)]);
  });
  const outcomes = await clinic.deliver(...messages);
  expect(outcomes.map(({ kind }) => kind)).toEqual(['applied', 'parked', 'applied', 'parked', 'parked']);
  expect(await clinic.deliver(...messages.slice(0, 4))).toMatchObject(
    ['applied', 'parked', 'applied', 'parked'].map((kind) => ({ kind })),
  );
});

test('what waits for a person changes nothing, even for those who share it', async () => {
  const patient = patientEntry(['shared']);
  const parked = messageOf([
    patient,
    observationEntry('unknown', patient, { note: [{ text: 'x' }] }, { mode: 'update' }),
  ]);
  const fine = messageOf([patientEntry(['shared'], { said: { gender: 'female' } })]);
  const outcomes = await clinic.deliver(parked, fine);
  expect(outcomes).toMatchObject([{ kind: 'parked', reason: 'target-unknown' }, { kind: 'applied' }]);
  const [shared] = await clinic.search('Patient?identifier=shared');
  expect(shared).toMatchObject({ gender: 'female' });
  expect(await clinic.search(`Provenance?target=Patient/${shared?.id ?? ''}`)).toMatchObject([{ id: fine.id }]);
  expect((await clinic.get(`Provenance/${parked.id}`)).status).toBe(404);
});

test('what may be missing is left out where it is not stored', async () => {
  const patient = patientEntry(['optional']);
  const optional = observationEntry('optional', patient, {}, { mode: 'update', isOptional: true });
  expect(await clinic.deliver(messageOf([patient, optional]))).toMatchObject([{ kind: 'applied' }]);
  expect(await clinic.search('Observation?identifier=optional')).toEqual([]);
});

test('a code that FHIR requires and nobody has translated keeps the message', async () => {
  const code = {
    place: 'PV1-2',
    source: 'HL70004',
    code: 'X',
    target: 'http://hl7.org/fhir/ValueSet/x',
    isRequired: true,
  };
  const other = { ...code, code: 'Y', isRequired: false };
  const [outcome] = await clinic.deliver(
    messageOf([patientEntry(['code'])], { mapped: { unmappedCodes: [code, other] } }),
  );
  expect(outcome).toMatchObject({ kind: 'parked', reason: 'unmapped-code', codes: [code] });
  expect(await clinic.search('Patient?identifier=code')).toEqual([]);
});

test('hundreds of long identifiers are asked for in portions', async () => {
  const values = Array.from({ length: 300 }, (_, place) => `long-${'x'.repeat(300)}-${place}`);
  const entry = patientEntry(values);
  expect(await clinic.deliver(messageOf([entry]))).toMatchObject([{ kind: 'applied' }]);
  const [outcome] = await clinic.deliver(messageOf([patientEntry([...values].reverse())]));
  expect(outcome).toMatchObject({ kind: 'applied' });
  expect(await clinic.search(`Patient?identifier=${values[7] ?? ''}`)).toMatchObject([{ meta: { versionId: '1' } }]);
});
