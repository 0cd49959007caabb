import type { ResourceOf } from '#sdk';
import { testClinic, until } from '#sdk/testing';
import { definition, outcome, SENIOR } from './billing.fixture.ts';
import {
  account,
  charged,
  chargeFor,
  chargesOf,
  found,
  given,
  milligrams,
  netOf,
  productCode,
  stay,
  tablet,
  tablets,
  tasksOf,
} from './doses.fixture.ts';
import { extensionUrl } from './names.ts';

const clinic = testClinic(import.meta.dirname);
const base = (value: number) => ({ type: 'base', amount: { value, currency: 'EUR' } }) as const;

beforeAll(async () => {
  await clinic.store({ resourceType: 'Practitioner', id: 'desk' });
  await clinic.store({ resourceType: 'Patient', id: 'bell', birthDate: '1940-02-01' });
  await clinic.store({ resourceType: 'Patient', id: 'cole' });
  for (const id of ['stay', 'other']) {
    await clinic.store(account(id, 'bell'));
    await clinic.store(stay(id, 'bell', [id]));
  }
  await clinic.store(account('closed', 'bell'));
  await clinic.store({ ...account('closed', 'bell'), status: 'inactive' });
  await clinic.store(account('cole', 'cole'));
  for (const code of ['aspirin', 'rare']) await clinic.store(tablets(code));
  await clinic.store(definition('aspirin', base(1.25), { code: productCode('aspirin') }));
  const senior = { type: 'discount', factor: 0.1 } as const;
  await clinic.store(definition('senior', senior, { code: productCode('aspirin'), when: SENIOR }));
  await clinic.store(
    definition('infusion', base(40), {
      code: productCode('infusion'),
      extension: [{ url: extensionUrl('priced-per'), valueCode: 'administration' }],
    }),
  );
});

const give = async (...what: Parameters<typeof given>) => (await clinic.store(given(...what))).id;

test('II.3.3 a dose that was given is charged to the account of the stay: one ChargeItem, whatever is replayed', async () => {
  const dose = await clinic.store(given('aspirin', 'stay', {}, tablet(3)));
  const charge = await charged(clinic, dose.id);
  expect(charge).toMatchObject({
    account: [{ reference: 'Account/stay' }],
    context: { reference: 'Encounter/stay' },
    subject: { reference: 'Patient/bell' },
    quantity: { value: 3, code: '{tablet}' },
    occurrenceDateTime: dose.effectiveDateTime,
    definitionCanonical: ['https://clinic.example/price/aspirin|1', 'https://clinic.example/price/senior|1'],
    identifier: [{ value: `charge|MedicationAdministration/${dose.id}` }],
  });
  // 3 × 1.25, less 10 %: 3.375 is half a cent above.
  expect(netOf(charge)).toBe(3.38);
  let last = dose;
  for (const text of ['one', 'two', 'three']) last = await clinic.store({ ...last, note: [{ text }] });
  // An event that came after them has been seen.
  await charged(clinic, await give('aspirin', 'stay'));
  await Promise.all([1, 2, 3].map(() => clinic.runBot('missing-charges')));
  expect(await chargesOf(clinic, dose.id)).toEqual([charge]);
});

test.each([
  ['parts of a tablet as whole ones', 'aspirin', tablet(1.5), 2.25],
  ['milligrams by the strength', 'aspirin', milligrams(1000), 2.25],
  ['what is priced by administration whatever its dose', 'infusion', milligrams(77), 40],
])('II.3.3 counts %s', async (_name, code, dose, net) => {
  expect(netOf(await charged(clinic, await give(code, 'stay', {}, dose)))).toBe(net);
});

test('II.3.3 conditions see what was given, not what a charge says of it', async () => {
  const many = { type: 'discount', factor: 0.5 } as const;
  await clinic.store(tablets('bulk'));
  await clinic.store(definition('bulk', base(1), { code: productCode('bulk') }));
  const when = "%context.quantity.value > 3 and %context.occurrence.toString() > '2000'";
  await clinic.store(definition('many', many, { code: productCode('bulk'), when }));
  expect(netOf(await charged(clinic, await give('bulk', 'stay', {}, tablet(4))))).toBe(2);
  const few = await charged(clinic, await give('bulk', 'stay', {}, tablet(3)));
  expect(netOf(few)).toBe(3);
  await clinic.store({ ...few, status: 'entered-in-error' });
  const [dose = ''] = (few.service ?? []).map(({ reference }) => reference?.split('/')[1] ?? '');
  const lie = chargeFor(dose, 'bulk', 'stay', { occurrenceDateTime: '1999-01-01' });
  expect(netOf(await clinic.store(lie))).toBe(3);
});

test('II.3.3 what was not given is not charged', async () => {
  const doses = [
    await give('aspirin', 'stay', { status: 'not-done' }),
    await give('aspirin', 'stay', { status: 'in-progress' }),
    await give('aspirin', 'stay', { context: undefined } as object),
  ];
  await charged(clinic, await give('aspirin', 'stay'));
  await clinic.runBot('missing-charges');
  for (const dose of doses) {
    expect(await chargesOf(clinic, dose)).toEqual([]);
    expect(await tasksOf(clinic, `MedicationAdministration/${dose}`)).toEqual([]);
  }
});

test('II.3.3 a dose that was entered in error is charged no more; one on a bill is to be credited', async () => {
  const [open, billed] = [given('aspirin', 'stay'), given('aspirin', 'stay')];
  const first = await clinic.store(open);
  const second = await clinic.store(billed);
  await charged(clinic, first.id);
  const onBill = await charged(clinic, second.id);
  await clinic.store({ ...onBill, status: 'billed' });
  await clinic.store({ ...first, status: 'entered-in-error' });
  await clinic.store({ ...second, status: 'entered-in-error' });
  await charged(clinic, first.id, 'entered-in-error');
  await found(async () => (await tasksOf(clinic, `ChargeItem/${onBill.id}`))[0]);
  expect((await chargesOf(clinic, second.id)).map(({ status }) => status)).toEqual(['billed']);
});

test('II.3.3 the record of a dose that was charged is not deleted', async () => {
  const dose = await give('aspirin', 'stay');
  await charged(clinic, dose);
  expect((await clinic.send('DELETE', `MedicationAdministration/${dose}`)).status).toBe(409);
});

test('II.3.3 who bills sees what could not be charged, and what is asked stays', async () => {
  const desk = clinic.as({ roles: ['biller'], fhirUser: 'Practitioner/desk' });
  const dose = await give('unpriced', 'stay');
  const { id } = await found(async () => (await tasksOf(desk, `MedicationAdministration/${dose}`))[0]);
  const { body } = await desk.get(`Task/${id}`);
  expect((await desk.send('PUT', `Task/${id}`, { ...body, focus: undefined })).status).toBe(403);
  expect((await desk.send('PUT', `Task/${id}`, { ...body, status: 'rejected' })).status).toBe(200);
  const others = await clinic.store({ resourceType: 'Task', status: 'requested', intent: 'order' });
  expect((await desk.get(`Task/${others.id}`)).status).toBe(404);
});

test('II.3.3 without an account, or a price, a Task says so; it is charged as soon as there is one', async () => {
  await clinic.store(stay('without', 'bell', []));
  await clinic.store(stay('wrong', 'bell', ['closed', 'cole']));
  await clinic.store(stay('both', 'bell', ['stay', 'other']));
  const doses = {
    'billing.noAccount': await give('aspirin', 'without'),
    'billing.noPrice': await give('rare', 'stay'),
    'billing.severalAccounts': await give('aspirin', 'both'),
    'billing.noQuantity': await give('aspirin', 'stay', {}, { value: 5, unit: 'drops' }),
  };
  const wrong = await give('aspirin', 'wrong');
  const reasons = async (dose: string) => {
    const task = await found(async () => (await tasksOf(clinic, `MedicationAdministration/${dose}`))[0]);
    return [task.status, task.reasonCode?.coding?.[0]?.code];
  };
  for (const [code, dose] of Object.entries(doses)) expect(await reasons(dose)).toEqual(['requested', code]);
  expect(await reasons(wrong)).toEqual(['requested', 'billing.noAccount']);
  await clinic.store(account('without', 'bell'));
  await clinic.store(stay('without', 'bell', ['without']));
  await clinic.store(definition('rare', base(9), { code: productCode('rare') }));
  await clinic.runBot('missing-charges');
  expect(netOf(await charged(clinic, doses['billing.noPrice']))).toBe(9);
  expect((await charged(clinic, doses['billing.noAccount'])).account).toEqual([{ reference: 'Account/without' }]);
  expect(await reasons(doses['billing.noPrice'])).toEqual(['completed', 'billing.noPrice']);
  expect(await reasons(doses['billing.severalAccounts'])).toEqual(['requested', 'billing.severalAccounts']);
  const lost = await clinic.get(`MedicationAdministration/${wrong}`);
  await clinic.send('PUT', `MedicationAdministration/${wrong}`, { ...lost.body, status: 'entered-in-error' });
  await until(async () => (await reasons(wrong))[0] === 'cancelled');
});

test('II.3.3 what is entered by hand meets the same rules', async () => {
  const dose = await give('aspirin', 'stay');
  const refused = await give('aspirin', 'stay', { status: 'not-done' });
  await charged(clinic, dose);
  const post = async (id: string, more: Partial<ResourceOf<'ChargeItem'>>) =>
    outcome(await clinic.send('POST', 'ChargeItem', chargeFor(id, 'aspirin', 'stay', more)));
  expect(await post(refused, {})).toEqual([422, 'billing.notGiven']);
  expect(await post(dose, {})).toEqual([409, 'billing.alreadyCharged']);
  expect(await post(`${dose}/_history/1`, {})).toEqual([409, 'billing.alreadyCharged']);
  const [charge] = await chargesOf(clinic, dose);
  await clinic.store({ ...charge, resourceType: 'ChargeItem', status: 'entered-in-error' });
  const wrong: readonly (readonly [Partial<ResourceOf<'ChargeItem'>>, string])[] = [
    [{ subject: { reference: 'Patient/cole' } }, 'otherPatient'],
    [{ context: { reference: 'Encounter/other' } }, 'otherPatient'],
    [{ account: [{ reference: 'Account/other' }] }, 'wrongAccount'],
    [{ account: [] }, 'wrongAccount'],
    [{ code: productCode('infusion') }, 'otherCode'],
    [{ quantity: { value: 0.01 } }, 'wrongPrice'],
    [{ definitionCanonical: ['urn:cheap'] }, 'wrongPrice'],
    [{ extension: [price(0)] }, 'wrongPrice'],
    [{ service: [dose, refused].map((id) => ({ reference: `MedicationAdministration/${id}` })) }, 'oneDose'],
  ];
  for (const [{ account: none, ...more }, code] of wrong) {
    const body = { ...more, ...(none === undefined ? {} : { account: none.length === 0 ? undefined : none }) };
    expect(await post(dose, body as object)).toEqual([422, `billing.${code}`]);
  }
  expect(await post(dose, { status: 'not-billable' })).toEqual([201, undefined]);
  const both = await Promise.all([1, 2, 3].map(() => post(dose, {})));
  expect(both.map(([status]) => status).sort()).toEqual([201, 409, 409]);
});

function price(value: number) {
  const amount = { value, currency: 'EUR' } as const;
  const component = [
    { url: 'type', valueCode: 'base' },
    { url: 'amount', valueMoney: amount },
  ];
  return {
    url: extensionUrl('charge-price'),
    extension: [
      { url: 'net', valueMoney: amount },
      { url: 'component', extension: component },
    ],
  };
}
