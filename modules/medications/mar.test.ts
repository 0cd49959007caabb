import { testClinic } from '#sdk/testing';
import { BARCODE, furnish, HOUR, hoursFromNow, NURSE, parameters, partsOf, wardOrder } from './ward.fixture.ts';

const clinic = testClinic(import.meta.dirname);
const nurse = clinic.as(NURSE);

const DUE_TIME = 'https://athanor.health/fhir/StructureDefinition/mar-due-time';
const start = hoursFromNow(-6);
const everyFourHours = {
  timing: { repeat: { boundsPeriod: { start: start.toISOString() }, frequency: 1, period: 4, periodUnit: 'h' } },
} as const;
/** Doses: 6 and 2 hours ago, in 2 and 6 hours. */
const dues = [-6, -2, 2, 6].map((hours) => new Date(start.getTime() + (hours + 6) * HOUR).toISOString());
const [, second = '', third = ''] = dues;

function give(order: string, more: Readonly<Record<string, object>>, user = nurse): ReturnType<typeof nurse.send> {
  return user.send(
    'POST',
    `MedicationRequest/${order}/$administer`,
    parameters({ 'patient-barcode': { valueString: 'W-anna' }, ...more }),
  );
}

const scan = { 'lot-barcode': { valueString: BARCODE.acetaminophen } };
const at = (due: string): object => ({ 'dose-time': { valueDateTime: due } });
const textOf = ({ body, status }: Awaited<ReturnType<typeof give>>): readonly unknown[] => [
  status,
  body.issue?.[0]?.details.text,
];

beforeAll(async () => {
  await furnish(clinic);
  await clinic.store(wardOrder('regular', 'acetaminophen', everyFourHours));
  await clinic.store(
    wardOrder('as-needed', 'acetaminophen', {
      asNeededBoolean: true,
      timing: { repeat: { frequency: 1, period: 6, periodUnit: 'h' } },
    }),
  );
  await clinic.store(wardOrder('controlled', 'oxycodone', everyFourHours));
});

async function marOf(order: string): Promise<readonly unknown[]> {
  const { body } = await nurse.get('Encounter/stay/$mar?hours=7');
  return partsOf(body, 'dose')
    .filter(({ request }) => (request as { reference: string }).reference === `MedicationRequest/${order}`)
    .map(({ due, status }) => [due, status]);
}

test('§2.5 the record of a stay lists what is overdue, due and given', async () => {
  expect(await marOf('regular')).toEqual([
    [dues[0], 'overdue'],
    [dues[1], 'overdue'],
    [dues[2], 'scheduled'],
    [dues[3], 'scheduled'],
  ]);
  const given = await give('regular', {
    ...at(second),
    ...scan,
    'given-at': { valueDateTime: hoursFromNow(-1).toISOString() },
  });
  expect([given.status, given.body.medicationReference]).toEqual([
    200,
    { reference: 'Medication/acetaminophen-active' },
  ]);
  expect(given.body.dosage).toMatchObject({ dose: { value: 1, code: '{tablet}' } });
  expect(await marOf('regular')).toEqual([
    [dues[0], 'overdue'],
    [dues[1], 'given'],
    [dues[2], 'scheduled'],
    [dues[3], 'scheduled'],
  ]);
  const refused = await give('regular', { ...at(dues[0] ?? ''), 'not-given': { valueCode: 'refused' } });
  expect([refused.status, refused.body.status]).toEqual([200, 'not-done']);
  expect(await marOf('regular')).toContainEqual([dues[0], 'refused']);
});

test('II.3.2 the same dose twice is a conflict, by the operation and by raw writes', async () => {
  expect((await give('regular', { ...at(second), ...scan })).status).toBe(409);
  const raw = {
    resourceType: 'MedicationAdministration',
    status: 'completed',
    medicationReference: { reference: 'Medication/acetaminophen-active' },
    subject: { reference: 'Patient/anna' },
    context: { reference: 'Encounter/stay' },
    request: { reference: 'MedicationRequest/regular' },
    effectiveDateTime: hoursFromNow(-1).toISOString(),
    extension: [{ url: DUE_TIME, valueDateTime: second.replace('.000Z', '+00:00') }],
  };
  expect((await nurse.send('POST', 'MedicationAdministration', raw)).status).toBe(409);
  expect((await clinic.send('PUT', 'MedicationAdministration/another', { ...raw, id: 'another' })).status).toBe(409);
  const entry = [{ resource: raw, request: { method: 'POST', url: 'MedicationAdministration' } }];
  expect((await clinic.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry })).status).toBe(409);
  const { extension: _none, ...unnamed } = raw;
  expect(textOf(await nurse.send('POST', 'MedicationAdministration', unnamed))).toEqual([
    422,
    expect.stringContaining('mar-due-time'),
  ]);
  const invented = { ...raw, extension: [{ url: DUE_TIME, valueDateTime: hoursFromNow(-1.5).toISOString() }] };
  expect(textOf(await nurse.send('POST', 'MedicationAdministration', invented))).toEqual([
    422,
    expect.stringContaining('no dose is due'),
  ]);
});

test('twenty confirmations of one dose at once: one is recorded', async () => {
  const order = 'raced';
  await clinic.store(wardOrder(order, 'acetaminophen', everyFourHours));
  const answers = await Promise.all(Array.from({ length: 20 }, () => give(order, { ...at(second), ...scan })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 19 }, () => 409)]);
  expect((await clinic.get(`MedicationAdministration?request=MedicationRequest/${order}`)).body.total).toBe(1);
});

test.each<[string, Readonly<Record<string, object>>, string]>([
  ['the wristband of another patient', { ...scan, 'patient-barcode': { valueString: 'W-ben' } }, 'wristband'],
  ['a lot of another drug', { 'lot-barcode': { valueString: BARCODE.oxycodone } }, 'another medication'],
  ['an expired lot', { 'lot-barcode': { valueString: BARCODE.expired } }, 'expired'],
  ['a recalled lot', { 'lot-barcode': { valueString: BARCODE.recalled } }, 'recalled'],
  ['a quarantined lot', { 'lot-barcode': { valueString: BARCODE.quarantined } }, 'quarantined'],
  ['a lot that nobody knows', { 'lot-barcode': { valueString: `${BARCODE.acetaminophen}X` } }, 'no lot in stock'],
  ['no scan of a lot', {}, 'lot-barcode'],
  ['a time in the future', { ...scan, 'given-at': { valueDateTime: hoursFromNow(3).toISOString() } }, 'future'],
  ['a dose that is not due for two hours', { ...scan, ...at(third) }, '60 minutes before'],
  [
    'oneself as the witness',
    { ...scan, witness: { valueReference: { reference: 'Practitioner/nurse' } } },
    'somebody else',
  ],
])('refused, and nothing recorded: %s', async (_, input, text) => {
  const order = 'refusals';
  await clinic.store(wardOrder(order, 'acetaminophen', everyFourHours));
  expect(textOf(await give(order, { ...at(second), ...input }))).toEqual([422, expect.stringContaining(text)]);
  expect((await clinic.get(`MedicationAdministration?request=MedicationRequest/${order}`)).body.total).toBe(0);
});

test('an order that came in without a profile is given by the same rules while its patient lies here', async () => {
  const { meta: _none, extension: _kept, ...order } = wardOrder('brought', 'acetaminophen', everyFourHours);
  await clinic.store(order);
  const oxycodone = { 'lot-barcode': { valueString: BARCODE.oxycodone } };
  expect(textOf(await give('brought', { ...at(second), ...oxycodone }))).toEqual([
    422,
    expect.stringContaining('another'),
  ]);
  const raw = {
    resourceType: 'MedicationAdministration',
    status: 'completed',
    subject: { reference: 'Patient/anna' },
    request: { reference: 'MedicationRequest/brought' },
    effectiveDateTime: hoursFromNow(-1).toISOString(),
  };
  const lot = { medicationReference: { reference: 'Medication/acetaminophen-active' } };
  expect(textOf(await nurse.send('POST', 'MedicationAdministration', { ...raw, ...lot }))).toEqual([
    422,
    expect.stringContaining('mar-due-time'),
  ]);
  const extension = [{ url: DUE_TIME, valueDateTime: second }];
  const other = { medicationReference: { reference: 'Medication/oxycodone-active' } };
  expect((await nurse.send('POST', 'MedicationAdministration', { ...raw, ...other, extension })).status).toBe(422);
  const named = { medicationCodeableConcept: { coding: [{ system: 'urn:x', code: 'sertraline' }] } };
  expect((await nurse.send('POST', 'MedicationAdministration', { ...raw, ...named, extension })).status).toBe(422);
  expect((await nurse.send('POST', 'MedicationAdministration', { ...raw, ...lot, extension })).status).toBe(201);
  expect((await give('brought', { ...at(second), ...scan })).status).toBe(409);
});

test('II.3.2 raw writes meet the same refusals: lots, patients, times', async () => {
  const raw = (more: object): object => ({
    resourceType: 'MedicationAdministration',
    status: 'completed',
    medicationReference: { reference: 'Medication/acetaminophen-active' },
    subject: { reference: 'Patient/anna' },
    request: { reference: 'MedicationRequest/regular' },
    effectiveDateTime: hoursFromNow(-0.1).toISOString(),
    extension: [{ url: DUE_TIME, valueDateTime: third }],
    ...more,
  });
  const post = async (more: object): Promise<readonly unknown[]> =>
    textOf(await clinic.send('POST', 'MedicationAdministration', raw(more)));
  const lot = (id: string): object => ({ medicationReference: { reference: `Medication/${id}` } });
  expect(await post({ subject: { reference: 'Patient/ben' } })).toEqual([
    422,
    expect.stringContaining('another patient'),
  ]);
  const early = { extension: [{ url: DUE_TIME, valueDateTime: third }] };
  expect(await post(early)).toEqual([422, expect.stringContaining('60 minutes before')]);
  const loose = { request: undefined, extension: undefined };
  expect(await post({ ...loose, ...lot('acetaminophen-expired') })).toEqual([422, expect.stringContaining('expired')]);
  expect(await post({ ...loose, ...lot('oxycodone-recalled') })).toEqual([422, expect.stringContaining('recalled')]);
  expect(await post({ effectiveDateTime: '2026-01' })).toEqual([422, expect.stringContaining('to the minute')]);
});

test('no path stores a dose that was given in the future', async () => {
  const given = (time: string) =>
    ({
      resourceType: 'MedicationAdministration',
      status: 'completed',
      medicationCodeableConcept: { text: 'Acetaminophen' },
      subject: { reference: 'Patient/ben' },
      effectiveDateTime: time,
    }) as const;
  const bypasses = await clinic.bypasses({
    accepted: given('2026-01-01T08:00:00Z'),
    refused: given('2199-01-01T08:00:00Z'),
    fhirPathPatch: {
      resourceType: 'Parameters',
      parameter: [
        {
          name: 'operation',
          part: [
            { name: 'type', valueCode: 'replace' },
            { name: 'path', valueString: 'MedicationAdministration.effective' },
            { name: 'value', valueDateTime: '2199-01-01T08:00:00Z' },
          ],
        },
      ],
    },
    fault: 'medications.inFuture',
  });
  expect(bypasses).toEqual([]);
});

test('as needed: not before the interval is over, nor back-dated into it', async () => {
  const when = (hours: number): object => ({ 'given-at': { valueDateTime: hoursFromNow(hours).toISOString() } });
  expect((await give('as-needed', { ...scan, ...when(-7) })).status).toBe(200);
  expect(textOf(await give('as-needed', { ...scan, ...when(-3) }))).toEqual([
    422,
    expect.stringContaining('may be given at'),
  ]);
  expect((await give('as-needed', { ...scan, ...when(-12) })).status).toBe(422);
  const answers = await Promise.all([give('as-needed', scan), give('as-needed', scan), give('as-needed', scan)]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 422, 422]);
  const { body } = await nurse.get('Encounter/stay/$mar');
  expect(partsOf(body, 'as-needed')).toEqual([
    expect.objectContaining({
      request: { reference: 'MedicationRequest/as-needed' },
      'next-allowed': expect.any(String),
    }),
  ]);
});

test('a controlled drug is given before a witness who works here', async () => {
  const oxycodone = { ...at(second), 'lot-barcode': { valueString: BARCODE.oxycodone } };
  const witness = (id: string): object => ({ witness: { valueReference: { reference: `Practitioner/${id}` } } });
  expect(textOf(await give('controlled', oxycodone))).toEqual([422, expect.stringContaining('witness')]);
  expect((await give('controlled', { ...oxycodone, ...witness('receptionist') })).status).toBe(422);
  const { status, body } = await give('controlled', { ...oxycodone, ...witness('nurse-2') });
  expect([status, body.performer]).toEqual([
    200,
    [
      expect.objectContaining({ actor: { reference: 'Practitioner/nurse' } }),
      expect.objectContaining({ actor: { reference: 'Practitioner/nurse-2' } }),
    ],
  ]);
});

test('what is recorded stays: it is corrected by an entry in error and a new record', async () => {
  const { body } = await clinic.get('MedicationAdministration?request=MedicationRequest/controlled');
  const [entry] = body.entry as readonly { resource: { id: string; status: string; effectiveDateTime: string } }[];
  const record = entry?.resource ?? { id: '', status: '', effectiveDateTime: '' };
  const path = `MedicationAdministration/${record.id}`;
  const changed = await nurse.send('PUT', path, { ...record, effectiveDateTime: hoursFromNow(-1).toISOString() });
  expect(textOf(changed)).toEqual([422, expect.stringContaining('entered in error')]);
  expect(textOf(await clinic.send('DELETE', path))).toEqual([422, expect.stringContaining('not deleted')]);
  expect((await nurse.send('PUT', path, { ...record, status: 'entered-in-error' })).status).toBe(200);
  const again = {
    ...at(second),
    'lot-barcode': { valueString: BARCODE.oxycodone },
    witness: { valueReference: { reference: 'Practitioner/nurse-2' } },
  };
  expect((await give('controlled', again)).status).toBe(200);
});

test('of an order that is held nothing is given', async () => {
  const order = await clinic.store(wardOrder('paused', 'acetaminophen', everyFourHours));
  await clinic.store({ ...order, status: 'on-hold' });
  expect(textOf(await give('paused', { ...at(second), ...scan }))).toEqual([422, expect.stringContaining('on-hold')]);
  expect(await marOf('paused')).toEqual(dues.map((due) => [due, 'on-hold']));
});

test('who does not care for the patient gives nothing', async () => {
  const desk = clinic.as({ roles: ['receptionist'], fhirUser: 'Practitioner/receptionist' });
  expect((await give('regular', { ...at(third), ...scan }, desk)).status).toBe(403);
  expect((await desk.get('Encounter/stay/$mar')).status).toBe(403);
});
