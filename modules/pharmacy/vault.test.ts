import type { ResourceOf } from '#sdk';
import { testClinic, type TestAnswer } from '#sdk/testing';
import { deliveryOf } from '#modules/supply';
import { extensionUrl, RECORD_SYSTEM, TASK_SYSTEM } from './names.ts';
import { answered, call, inBundle, lotsAt, orderFor, outcome, person, place, product } from './pharmacy.fixture.ts';

const clinic = testClinic(import.meta.dirname);
const ann = person(clinic, 'pharmacist', 'ann');
const ben = person(clinic, 'nurse', 'ben');

interface Vault {
  readonly vault: string;
  readonly ward: string;
  readonly lot: string;
}

beforeAll(async () => {
  for (const id of ['ann', 'ben']) await clinic.store({ resourceType: 'Practitioner', id });
});

/** A vault with 20 units of a lot, and a ward. */
async function vaultWith(name: string, units = 20): Promise<Vault> {
  const { id: vault } = await clinic.store(place(`${name} vault`, 'controlled-cabinet'));
  const { id: ward } = await clinic.store(place(`${name} ward`, 'ward'));
  const { id: knowledge } = await clinic.store(
    product({ code: `morphine-${name}`, ingredient: 'morphine', schedule: 'CII' }),
  );
  const [lot = ''] = await lotsAt(clinic, knowledge, vault, [{ number: name, there: units }]);
  return { vault, ward, lot };
}

const movement = ({ ward, lot }: Vault, quantity: number) => ({
  type: 'transfer',
  lot: `Medication/${lot}`,
  quantity,
  to: `Location/${ward}`,
});

async function witnessed(here: Vault, quantity: number, by = ben): Promise<string> {
  const answer = await call(by, `Location/${here.vault}/$witness`, {
    ...movement(here, quantity),
    author: 'Practitioner/ann',
  });
  const statement = answered(answer, 'statement')?.valueReference as { reference: string } | undefined;
  if (statement === undefined) throw new Error(JSON.stringify(answer.body));
  return statement.reference;
}

const move = (here: Vault, quantity: number, witness: string, by = ann): Promise<TestAnswer> =>
  call(by, `Location/${here.vault}/$vault-move`, { ...movement(here, quantity), witness });

test('II.4.5 a controlled substance leaves its vault before a witness, with both their names', async () => {
  const here = await vaultWith('moved');
  const answer = await move(here, 5, await witnessed(here, 5));
  expect(outcome(answer)).toEqual([200, undefined]);
  const [stored] = inBundle(answer, 'SupplyDelivery');
  const [provenance] = inBundle(answer, 'Provenance');
  expect(stored?.extension).toContainEqual({
    url: extensionUrl('vault-author'),
    valueReference: { reference: 'Practitioner/ann' },
  });
  expect(provenance?.agent.map(({ who }) => who.reference)).toEqual(['Practitioner/ann', 'Practitioner/ben']);
  expect(provenance?.signature).toHaveLength(2);
  const { body } = await ben.get(`Location/${here.vault}/$verify-vault`);
  expect(body.parameter).toEqual([
    { name: 'intact', valueBoolean: true },
    { name: 'movements', valueInteger: 2 },
  ]);
});

test('a statement serves once, for the movement that was seen, of another person, for whoever it names', async () => {
  const here = await vaultWith('refused');
  const statement = await witnessed(here, 2);
  expect(outcome(await move(here, 3, statement))).toEqual([403, 'pharmacy.witnessedOther']);
  expect(outcome(await move(here, 2, statement, person(clinic, 'pharmacist', 'cleo')))).toEqual([
    403,
    'pharmacy.witnessedOther',
  ]);
  expect(
    outcome(await move(here, 2, statement, clinic.as({ roles: ['pharmacist'], fhirUser: 'Practitioner/ann' }))),
  ).toEqual([403, 'access.secondFactor']);
  expect(outcome(await move(here, 2, statement))).toEqual([200, undefined]);
  expect(outcome(await move(here, 2, statement))).toEqual([409, 'pharmacy.witnessUsed']);
  const self = { ...movement(here, 2), author: 'Practitioner/ann' };
  expect(outcome(await call(ann, `Location/${here.vault}/$witness`, self))).toEqual([403, 'pharmacy.witnessIsAuthor']);
  expect(outcome(await call(person(clinic, 'receptionist', 'dora'), `Location/${here.vault}/$witness`, self))[0]).toBe(
    403,
  );
  expect(outcome(await call(ann, `Location/${here.vault}/$vault-move`, movement(here, 2)))).toEqual([
    403,
    'pharmacy.witnessMissing',
  ]);
});

test('ten who use one statement at once move once', async () => {
  const here = await vaultWith('race');
  const statement = await witnessed(here, 1);
  const answers = await Promise.all(Array.from({ length: 10 }, () => move(here, 1, statement)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(9);
});

test('II.4.5 with one signer, or by any other way, nothing leaves a vault', async () => {
  const here = await vaultWith('raw');
  const raw = deliveryOf({ type: 'transfer', lot: here.lot, quantity: 1, origin: here.vault, destination: here.ward });
  const loss = deliveryOf({ type: 'count-loss', lot: here.lot, quantity: 1, origin: here.vault, reason: 'RECOUNTED' });
  const gain = deliveryOf({ type: 'count-gain', lot: here.lot, quantity: 1, destination: here.vault, reason: 'FOUND' });
  const absolute = {
    ...raw,
    extension: raw.extension?.map((each) =>
      each.url.endsWith('/movement-origin')
        ? { ...each, valueReference: { reference: `http://elsewhere.example/fhir/Location/${here.vault}` } }
        : each,
    ),
  };
  for (const delivery of [raw, loss, gain]) {
    expect(outcome(await clinic.send('POST', 'SupplyDelivery', delivery))).toEqual([403, 'pharmacy.vaultNeedsPerson']);
    expect(outcome(await ann.send('POST', 'SupplyDelivery', delivery))).toEqual([403, 'pharmacy.witnessMissing']);
  }
  expect((await ann.send('POST', 'SupplyDelivery', absolute)).status).toBeGreaterThanOrEqual(400);
  const travelling = deliveryOf({
    type: 'transfer',
    lot: here.lot,
    quantity: 1,
    origin: here.vault,
    destination: here.ward,
    status: 'in-progress',
    at: '2026-11-20T00:00:00Z',
  });
  expect(outcome(await ann.send('POST', 'SupplyDelivery', travelling))).toEqual([422, 'pharmacy.vaultAtOnce']);
  const { body } = await ann.get(`Location/${here.vault}/$verify-vault`);
  expect(body.parameter).toContainEqual({ name: 'movements', valueInteger: 1 });
});

test('a statement cannot be made for somebody else, changed, or made by the server', async () => {
  const here = await vaultWith('forged');
  const forged: ResourceOf<'Basic'> = {
    resourceType: 'Basic',
    code: { coding: [{ system: RECORD_SYSTEM, code: 'witness-statement' }] },
    subject: { reference: `Location/${here.vault}` },
    author: { reference: 'Practitioner/ben' },
    created: '2020-01-01',
    extension: [
      { url: extensionUrl('witnessed-movement'), valueString: 'a'.repeat(64) },
      { url: extensionUrl('witnessed-at'), valueInstant: '2999-01-01T00:00:00Z' },
    ],
  };
  const { body } = await ann.send('POST', 'Basic', forged);
  expect(body.author).toEqual({ reference: 'Practitioner/ann' });
  expect(JSON.stringify(body)).not.toContain('2999-01-01');
  const changed = await clinic.send('PUT', `Basic/${body.id ?? ''}`, {
    ...body,
    author: { reference: 'Practitioner/ben' },
  });
  expect(outcome(changed)).toEqual([422, 'pharmacy.recordFrozen']);
  expect(outcome(await clinic.send('DELETE', `Basic/${body.id ?? ''}`))).toEqual([422, 'pharmacy.recordFrozen']);
  const part = [
    { name: 'type', valueCode: 'replace' },
    { name: 'path', valueString: 'Basic.code.coding[0].system' },
    { name: 'value', valueUri: RECORD_SYSTEM },
  ];
  const bypasses = await clinic.bypasses({
    accepted: { ...forged, code: { coding: [{ system: 'urn:other', code: 'witness-statement' }] } },
    refused: forged,
    fhirPathPatch: { resourceType: 'Parameters', parameter: [{ name: 'operation', part }] },
    fault: 'pharmacy.vaultNeedsPerson',
  });
  // They are refused with 403, or 422 where another record would become a statement; the kit knows 422 with the one code.
  const got = bypasses.filter(({ isUnchanged, status }) => !isUnchanged || (status !== 403 && status !== 422));
  expect(got).toEqual([]);
  expect(bypasses.every(({ outcome: text }) => /pharmacy\.(vaultNeedsPerson|recordFrozen)/.test(text))).toBe(true);
});

test('movements of a Bundle are numbered in its order, and sealed ones stay as they are', async () => {
  const here = await vaultWith('bundle');
  const receipt = deliveryOf({ type: 'receipt', lot: here.lot, quantity: 3, destination: here.vault });
  const entry = [1, 2, 3].map(() => ({ resource: receipt, request: { method: 'POST', url: 'SupplyDelivery' } }));
  expect((await clinic.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry })).status).toBe(200);
  const { body } = await ann.get(`Location/${here.vault}/$verify-vault`);
  expect(body.parameter).toEqual([
    { name: 'intact', valueBoolean: true },
    { name: 'movements', valueInteger: 4 },
  ]);
  const { body: found } = await clinic.get(`SupplyDelivery?destination=Location/${here.vault}`);
  const [first] = found.entry as readonly {
    readonly resource: ResourceOf<'SupplyDelivery'> & { readonly id: string };
  }[];
  const changed = { ...first?.resource, extension: first?.resource.extension?.slice(0, -1) };
  expect((await clinic.send('PUT', `SupplyDelivery/${first?.resource.id ?? ''}`, changed)).status).toBe(422);
  const location = { ...place('no vault'), id: here.vault };
  expect(outcome(await clinic.send('PUT', `Location/${here.vault}`, location))).toEqual([422, 'pharmacy.vaultStays']);
});

test('II.4.5 two persons count blind: a mismatch opens a Task, and the shift does not end until they agree', async () => {
  const here = await vaultWith('counted', 10);
  const count = (by: typeof ann, quantity: number): Promise<TestAnswer> =>
    call(by, `Location/${here.vault}/$vault-count`, { lot: `Medication/${here.lot}`, quantity });
  const close = (): Promise<TestAnswer> => call(ann, `Location/${here.vault}/$close-shift`, {});
  expect(outcome(await close())).toEqual([409, 'pharmacy.notCounted']);
  const first = await count(ann, 9);
  expect(answered(first, 'result')).toEqual({ name: 'result', valueCode: 'first' });
  expect(first.body.parameter?.map(({ name }) => name)).toEqual(['result', 'count']);
  expect(answered(await count(ann, 9), 'result')).toMatchObject({ valueCode: 'first' });
  const second = await count(ben, 9);
  expect(answered(second, 'result')).toMatchObject({ valueCode: 'differs' });
  expect(answered(second, 'lot')).toMatchObject({ valueReference: { reference: `Medication/${here.lot}` } });
  expect(outcome(await close())).toEqual([409, 'pharmacy.openDiscrepancy']);
  const open = `Task?code=${TASK_SYSTEM}|vault-discrepancy&subject=Location/${here.vault}&status=requested`;
  expect((await ann.get(open)).body.total).toBe(1);
  // It was found: both count again.
  await count(ann, 10);
  expect(answered(await count(ben, 10), 'result')).toMatchObject({ valueCode: 'agrees' });
  expect((await ann.get(open)).body.total).toBe(0);
  const closed = await close();
  expect(outcome(closed)).toEqual([200, undefined]);
  expect(closed.body.author).toEqual({ reference: 'Practitioner/ann' });
  // Something is moved: the count is of yesterday.
  expect(outcome(await move(here, 1, await witnessed(here, 1)))).toEqual([200, undefined]);
  expect(outcome(await close())).toEqual([409, 'pharmacy.notCounted']);
});

test('schedule II is listed apart from III to V, and the register names both persons', async () => {
  const here = await vaultWith('listed', 20);
  await move(here, 5, await witnessed(here, 5));
  const report = async (path: string): Promise<unknown> => (await ann.get(`$report?_format=json&${path}`)).body.rows;
  const rows = await report(`report=controlled-inventory&location=Location/${here.vault}&group=CII`);
  expect(JSON.stringify(rows)).toContain(',15,"{tablet}"');
  const others = await report(`report=controlled-inventory&location=Location/${here.vault}&group=CIII-V`);
  expect(JSON.stringify(others ?? [])).not.toContain('morphine');
  const register = JSON.stringify(await report(`report=vault-register&vault=Location/${here.vault}`));
  expect(register).toContain('Practitioner/ann');
  expect(register).toContain('Practitioner/ben');
});

test('II.4.5 a patient gets a controlled substance out of a vault on an order, before a witness', async () => {
  const here = await vaultWith('issued');
  await clinic.store({ resourceType: 'Patient', id: 'bell' });
  const order = await orderFor(clinic, 'bell', 'morphine-issued');
  const seen = { type: 'issue', lot: `Medication/${here.lot}`, quantity: 2 };
  const values = { location: `Location/${here.vault}`, quantity: 2, lot: `Medication/${here.lot}` };
  const dispense = (more: object): Promise<TestAnswer> =>
    call(ann, `MedicationRequest/${order.id}/$dispense`, { ...values, ...more });
  expect(outcome(await dispense({}))).toEqual([403, 'pharmacy.witnessMissing']);
  const answer = await call(ben, `Location/${here.vault}/$witness`, { ...seen, author: 'Practitioner/ann' });
  const { reference } = answered(answer, 'statement')?.valueReference as { readonly reference: string };
  const dispensed = await dispense({ witness: reference });
  expect(outcome(dispensed)).toEqual([200, undefined]);
  expect(inBundle(dispensed, 'Provenance')).toHaveLength(1);
  // Without an order nobody gets it, whoever witnesses.
  const again = await call(ben, `Location/${here.vault}/$witness`, { ...seen, author: 'Practitioner/ann' });
  const witness = answered(again, 'statement')?.valueReference as { readonly reference: string };
  const moved = await call(ann, `Location/${here.vault}/$vault-move`, { ...seen, witness: witness.reference });
  expect(outcome(moved)).toEqual([422, 'pharmacy.needsDispense']);
});

test('II.4.5 what is wasted of an ampoule, and what is taken back, is witnessed too', async () => {
  const here = await vaultWith('wasted');
  const waste = { value: 0.5, unit: 'mL', system: 'http://unitsofmeasure.org', code: 'mL' };
  const seen = { type: 'waste', lot: `Medication/${here.lot}`, quantity: 1, waste };
  const statement = async (values: object): Promise<string> => {
    const answer = await call(ben, `Location/${here.vault}/$witness`, { ...values, author: 'Practitioner/ann' });
    return (answered(answer, 'statement')?.valueReference as { readonly reference: string }).reference;
  };
  const path = `Location/${here.vault}/$vault-move`;
  const witness = await statement(seen);
  const other = { ...seen, waste: { ...waste, value: 0.4 }, reason: 'PARTIAL_DOSE', witness };
  expect(outcome(await call(ann, path, other))).toEqual([403, 'pharmacy.witnessedOther']);
  const answer = await call(ann, path, { ...seen, reason: 'PARTIAL_DOSE', witness });
  expect(outcome(answer)).toEqual([200, undefined]);
  const [wasted] = inBundle(answer, 'SupplyDelivery');
  expect(wasted?.extension).toContainEqual({ url: extensionUrl('vault-waste'), valueQuantity: waste });
  const reversal = { type: 'reversal', lot: `Medication/${here.lot}`, quantity: 1, from: 'Location/stock-loss' };
  const back = { ...reversal, reverses: `SupplyDelivery/${wasted?.id ?? ''}`, reason: 'DATA_ENTRY' };
  expect(outcome(await call(ann, path, back))).toEqual([403, 'pharmacy.witnessMissing']);
  expect(outcome(await call(ann, path, { ...back, witness: await statement(reversal) }))).toEqual([200, undefined]);
});
