import type { ResourceOf } from '#sdk';
import { testClinic } from '#sdk/testing';
import { codeable, definition, outcome, SENIOR } from './billing.fixture.ts';
import { account, chargeFor, given, netOf, stay, tablets } from './doses.fixture.ts';
import { PRICED_CHARGE } from './names.ts';

const clinic = testClinic(import.meta.dirname);
const desk = clinic.as({ roles: ['biller'], fhirUser: 'Practitioner/desk' });
const base = (value: number) => ({ type: 'base', amount: { value, currency: 'EUR' } }) as const;

beforeAll(async () => {
  await clinic.store({ resourceType: 'Practitioner', id: 'desk' });
  await clinic.store({ resourceType: 'Patient', id: 'bell', birthDate: '1940-02-01' });
  await clinic.store({ resourceType: 'Patient', id: 'twin', birthDate: '1990-02-01' });
  await clinic.store(account('stay', 'bell'));
  await clinic.store(stay('stay', 'bell', ['stay']));
  await clinic.store(tablets('aspirin'));
  const now = {
    id: 'visit',
    ...definition('visit', base(80), { code: codeable('visit'), effectivePeriod: { start: '2026' } }),
  };
  await clinic.store(now);
  const old = {
    id: 'old',
    ...definition('old', base(50), { code: codeable('visit'), effectivePeriod: { end: '2025' } }),
  };
  await clinic.store(old);
  const senior = { type: 'discount', factor: 0.1 } as const;
  await clinic.store(definition('senior', senior, { code: codeable('visit'), when: SENIOR }));
  for (const name of ['one', 'two'])
    await clinic.store({ id: name, ...definition(name, base(5), { code: codeable('twice') }) });
});

const visit: ResourceOf<'ChargeItem'> = {
  resourceType: 'ChargeItem',
  meta: { profile: [PRICED_CHARGE] },
  status: 'billable',
  code: codeable('visit'),
  subject: { reference: 'Patient/bell' },
  quantity: { value: 2 },
};

test('a charge that claims the profile is priced by the definitions in force when it came about, and stays', async () => {
  const made = await clinic.store({ ...visit, occurrenceDateTime: '2026-03-01' });
  expect([netOf(made), made.definitionCanonical?.length]).toEqual([144, 2]);
  expect(netOf(await clinic.store({ ...visit, occurrenceDateTime: '2025-03-01' }))).toBe(90);
  const put = (more: object) => desk.send('PUT', `ChargeItem/${made.id}`, { ...made, ...more });
  for (const more of [
    { quantity: { value: 1 } },
    { extension: undefined },
    { subject: { reference: 'Patient/twin' } },
    { meta: undefined },
    { occurrenceDateTime: '2025-03-01' },
  ]) {
    expect(outcome(await put(more))).toEqual([422, 'billing.chargeFrozen']);
  }
  expect(outcome(await put({ status: 'planned' }))).toEqual([422, 'billing.chargeStep']);
  expect((await put({ status: 'billed', note: [{ text: 'on bill 7' }] })).status).toBe(200);
  expect(outcome(await put({ status: 'entered-in-error' }))).toEqual([422, 'billing.chargeStep']);
  expect(outcome(await clinic.send('DELETE', `ChargeItem/${made.id}`))).toEqual([422, 'billing.chargeKept']);
});

test('what has no price, or several, is refused; a charge from elsewhere is stored as it is', async () => {
  const post = async (code: string) =>
    outcome(await desk.send('POST', 'ChargeItem', { ...visit, code: codeable(code) }));
  expect(await post('unknown')).toEqual([422, 'billing.noPrice']);
  expect(await post('twice')).toEqual([422, 'billing.severalPrices']);
  const { meta: _profile, ...foreign } = visit;
  expect((await desk.send('POST', 'ChargeItem', { ...foreign, code: codeable('unknown') })).status).toBe(201);
});

test('$apply prices a charge by one definition, and stores nothing', async () => {
  const { meta: _profile, ...foreign } = visit;
  const { id } = await clinic.store({ ...foreign, code: codeable('twice') });
  const ask = (name: string, account = 'stay', user: Pick<typeof desk, 'send'> = desk) =>
    user.send('POST', `ChargeItemDefinition/${name}/$apply`, {
      resourceType: 'Parameters',
      parameter: [
        { name: 'chargeItem', valueReference: { reference: `ChargeItem/${id}` } },
        { name: 'account', valueReference: { reference: `Account/${account}` } },
      ],
    });
  const answer = await ask('one');
  expect(answer.body).toMatchObject({
    id,
    definitionCanonical: ['https://clinic.example/price/one|1'],
    account: [{ reference: 'Account/stay' }],
  });
  expect(netOf(answer.body as never)).toBe(10);
  expect((await clinic.get(`ChargeItem/${id}`)).body.definitionCanonical).toBeUndefined();
  expect(outcome(await ask('visit'))).toEqual([422, 'billing.notApplicable']);
  expect(outcome(await ask('one', 'none'))).toEqual([422, 'billing.notFound']);
  expect((await ask('none')).status).toBe(404);
  const nurse = clinic.as({ roles: ['nurse'], fhirUser: 'Practitioner/desk' });
  expect((await ask('one', 'stay', nurse)).status).toBe(403);
});

test('a merge moves what was charged, at the price that it had', async () => {
  const made = await clinic.store(visit);
  const parameter = ['source', 'target'].map((side, index) => ({
    name: `${side}-patient`,
    valueReference: { reference: `Patient/${['bell', 'twin'][index] ?? ''}` },
  }));
  const merged = await clinic.send('POST', 'Patient/$merge', { resourceType: 'Parameters', parameter });
  expect(merged.status).toBe(200);
  const { body } = await clinic.get(`ChargeItem/${made.id}`);
  expect(body.subject).toEqual({ reference: 'Patient/twin' });
  expect(netOf(body as never)).toBe(144);
});

test('II.3.3 no path charges a dose that was not given', async () => {
  await clinic.store({ resourceType: 'Patient', id: 'cole' });
  const dose = await clinic.store(given('aspirin', 'stay', { status: 'not-done' }));
  const accepted = chargeFor(dose.id, 'aspirin', 'stay', { status: 'not-billable' });
  const parts = [
    { name: 'type', valueCode: 'replace' },
    { name: 'path', valueString: 'ChargeItem.status' },
    { name: 'value', valueCode: 'billable' },
  ];
  const bypasses = await clinic.bypasses({
    accepted,
    refused: { ...accepted, status: 'billable' },
    fhirPathPatch: { resourceType: 'Parameters', parameter: [{ name: 'operation', part: parts }] },
    fault: 'billing.notGiven',
  });
  expect(bypasses).toEqual([]);
});

test('no path deletes a priced charge', async () => {
  await clinic.store(definition('free', base(0), { code: codeable('free') }));
  const kept = { ...visit, subject: { reference: 'Patient/cole' }, code: codeable('free') };
  expect(await clinic.deletionBypasses({ kept, fault: 'billing.chargeKept' })).toEqual([]);
});
