import { testClinic } from '#sdk/testing';
import { checkDigits, hasValidCheckDigits } from './mrn/check-digits.ts';
import { numberIdentifier, ownNumbers, systemOf } from './mrn/number.ts';

const clinic = testClinic(import.meta.dirname);
const MANAGED = { reference: 'Organization/clinic' };
const SYSTEM = systemOf('clinic');

beforeAll(async () => {
  await clinic.store({
    resourceType: 'Organization',
    id: 'clinic',
    name: 'Kiln Street Infirmary',
    extension: [{ url: 'https://athanor.health/fhir/StructureDefinition/mrn-assigner', valueBoolean: true }],
  });
  await clinic.store({ resourceType: 'Organization', id: 'elsewhere', name: 'Another one' });
});

function patient(more: object = {}): object {
  return { resourceType: 'Patient', name: [{ family: 'Byrne' }], managingOrganization: MANAGED, ...more };
}

function numbersOf(body: object): readonly string[] {
  return ownNumbers(body as Parameters<typeof ownNumbers>[0]).map(({ value }) => value);
}

test('I.1.2 100 parallel POST Patient give 100 distinct valid numbers', async () => {
  const answers = await Promise.all(Array.from({ length: 100 }, () => clinic.send('POST', 'Patient', patient())));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  const numbers = answers.flatMap(({ body }) => numbersOf(body));
  expect(new Set(numbers).size).toBe(100);
  expect(numbers.filter((number) => !hasValidCheckDigits(number))).toEqual([]);
});

test('I.1.2 a number that another patient has is refused with 409, whatever it is called', async () => {
  const { body } = await clinic.send('POST', 'Patient', patient());
  const [value = ''] = numbersOf(body);
  const forms = [
    numberIdentifier({ system: SYSTEM, value }),
    { system: SYSTEM, value },
    { use: 'secondary', system: SYSTEM, value },
  ];
  for (const identifier of forms) {
    for (const managingOrganization of [MANAGED, undefined]) {
      const { status, body: outcome } = await clinic.send(
        'POST',
        'Patient',
        patient({ identifier: [identifier], managingOrganization }),
      );
      expect([status, outcome.issue?.[0]]).toEqual([409, expect.objectContaining({ code: 'duplicate' })]);
    }
  }
});

test('one number that many claim at once goes to one of them', async () => {
  const identifier = [{ system: SYSTEM, value: `123456789${checkDigits('123456789')}` }];
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => clinic.send('POST', 'Patient', patient({ identifier }))),
  );
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
});

test('wrong check digits are refused with 422, whichever way they come', async () => {
  const there = await clinic.store({ resourceType: 'Patient', id: 'there' });
  const wrong = [{ system: SYSTEM, value: '12345678900' }];
  const body = patient({ identifier: wrong });
  const bundle = (request: object, resource: object): object => ({
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [{ request, resource }],
  });
  const patch = {
    resourceType: 'Parameters',
    parameter: [
      {
        name: 'operation',
        part: [
          { name: 'type', valueCode: 'add' },
          { name: 'path', valueString: 'Patient' },
          { name: 'name', valueString: 'identifier' },
          { name: 'value', valueIdentifier: wrong[0] },
        ],
      },
    ],
  };
  const answers = await Promise.all([
    clinic.send('POST', 'Patient', body),
    clinic.send('PUT', 'Patient/free', { ...body, id: 'free' }),
    clinic.send('PUT', `Patient/${there.id}`, { ...body, id: there.id }),
    clinic.send('PUT', 'Patient?identifier=urn:x|1', body),
    clinic.send('PATCH', `Patient/${there.id}`, patch),
    clinic.send('POST', '', bundle({ method: 'POST', url: 'Patient' }, body)),
    clinic.send('POST', '', bundle({ method: 'PUT', url: `Patient/${there.id}` }, { ...body, id: there.id })),
  ]);
  const told = answers.map(({ status, body: { issue = [] } }) => [
    status,
    issue[0]?.details.text.includes('check digits'),
  ]);
  expect(told).toEqual(answers.map(() => [422, true]));
  expect((await clinic.get('Patient/free')).status).toBe(404);
});

test('a patient keeps the number: left out it stays, changed it is refused, written otherwise it is put right', async () => {
  const { body: created } = await clinic.send('POST', 'Patient', patient());
  const path = `Patient/${created.id ?? ''}`;
  const [value = ''] = numbersOf(created);
  const number = numberIdentifier({ system: SYSTEM, value });
  const put = async (identifier: readonly object[] | undefined): Promise<unknown> => {
    const { status, body } = await clinic.send('PUT', path, {
      ...patient({ identifier }),
      id: created.id,
      gender: 'other',
    });
    return status < 300 ? body.identifier : status;
  };
  const other = { system: 'urn:oid:1.2.3', value: '7' };
  expect(await put(undefined)).toEqual([number]);
  expect(await put([other])).toEqual([other, number]);
  expect(await put([{ ...number, use: 'old' }, other])).toEqual([number, other]);
  expect(await put([{ ...number, value: `987654321${checkDigits('987654321')}` }])).toBe(422);
  expect(await put([number, { ...number, value: `987654321${checkDigits('987654321')}` }])).toBe(422);
  expect(await put([number, { ...number, use: 'old', value: `987654321${checkDigits('987654321')}` }])).toBe(422);
});

test('who comes with the number of another hospital keeps it, and gets one of the clinic besides', async () => {
  const theirs = { type: numberIdentifier({ system: '', value: '' }).type, system: 'urn:oid:1.2.3', value: '4711' };
  const { body } = await clinic.send('POST', 'Patient', patient({ identifier: [theirs] }));
  expect(body.identifier).toEqual([theirs, expect.objectContaining({ system: SYSTEM })]);
});

test('whom an organization without numbers manages is stored as they were sent', async () => {
  const managingOrganization = { reference: 'Organization/elsewhere' };
  const { body } = await clinic.send('POST', 'Patient', patient({ managingOrganization }));
  expect(body.identifier).toBeUndefined();
});

test('a new patient whom nobody manages gets a number, as long as one organization gives them', async () => {
  const unmanaged = patient({ managingOrganization: undefined });
  const first = await clinic.send('POST', 'Patient', unmanaged);
  expect([numbersOf(first.body).length, first.body.managingOrganization]).toEqual([1, undefined]);
  const assigner = { url: 'https://athanor.health/fhir/StructureDefinition/mrn-assigner', valueBoolean: true };
  await clinic.store({ resourceType: 'Organization', id: 'second', name: 'Second', extension: [assigner] });
  expect(numbersOf((await clinic.send('POST', 'Patient', unmanaged)).body)).toEqual([]);
  const managingOrganization = { reference: 'Organization/second' };
  const moved = await clinic.send('PUT', `Patient/${first.body.id ?? ''}`, { ...first.body, managingOrganization });
  expect(moved.body.identifier).toEqual([
    expect.objectContaining({ system: SYSTEM }),
    expect.objectContaining({ system: systemOf('second') }),
  ]);
  await clinic.store({ resourceType: 'Organization', id: 'second', name: 'Second' });
});

test('the numbers follow from the patients that are there', async () => {
  const { body } = await clinic.send('POST', '$verify-projection', {
    resourceType: 'Parameters',
    parameter: [{ name: 'name', valueString: 'administration.mrn' }],
  });
  expect(body.parameter).toContainEqual({ name: 'exact', valueBoolean: true });
});
