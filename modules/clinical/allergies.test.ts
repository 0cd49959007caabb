import { testClinic, until, type TestBody } from '#sdk/testing';

const clinic = testClinic(import.meta.dirname);

const CLINICAL = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical';
const VERIFICATION = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification';
const SNOMED = 'http://snomed.info/sct';

interface Given {
  readonly patient: string;
  readonly code?: string;
  readonly text?: string;
  readonly category?: 'medication' | 'food';
  readonly clinical?: string;
  readonly verification?: string;
}

const allergy = ({ patient, code, text, category, clinical = 'active', verification }: Given) => ({
  resourceType: 'AllergyIntolerance' as const,
  ...(verification === 'entered-in-error'
    ? {}
    : { clinicalStatus: { coding: [{ system: CLINICAL, code: clinical }] } }),
  ...(verification === undefined
    ? {}
    : { verificationStatus: { coding: [{ system: VERIFICATION, code: verification }] } }),
  ...(category === undefined ? {} : { category: [category] }),
  code: code === undefined ? { text } : { coding: [{ system: SNOMED, code }] },
  patient: { reference: `Patient/${patient}` },
});

const NONE = '716186003';
const NO_DRUG = '409137002';
const PENICILLIN = '91936005';

beforeAll(() => clinic.store({ resourceType: 'Patient', id: 'first', name: [{ family: 'Bell' }] }));

const faultOf = ({ issue }: TestBody) => issue?.[0]?.details.text;

test.each([
  ['no known allergies, and one', { code: NONE }, { code: PENICILLIN }, 409],
  ['one, and no known allergies', { code: PENICILLIN }, { code: NONE }, 409],
  [
    'no drug allergies, and one to a drug',
    { code: NO_DRUG },
    { code: PENICILLIN, category: 'medication' as const },
    409,
  ],
  ['no drug allergies, and one to food', { code: NO_DRUG }, { code: '91934008', category: 'food' as const }, 201],
  ['one that is over, and none', { code: PENICILLIN, clinical: 'resolved' }, { code: NONE }, 201],
  ['one that was refuted, and none', { code: PENICILLIN, verification: 'refuted' }, { code: NONE }, 201],
  [
    'one that was entered in error, and none',
    { code: PENICILLIN, verification: 'entered-in-error' },
    { code: NONE },
    201,
  ],
  ['no latex allergy, and one to a drug', { code: '716184000' }, { code: PENICILLIN }, 201],
])('%s', async (name, first, second, expected) => {
  const { id } = await clinic.store({ resourceType: 'Patient', name: [{ text: name }] });
  await clinic.store(allergy({ patient: id, ...first }));
  const { status, body } = await clinic.send('POST', 'AllergyIntolerance', allergy({ patient: id, ...second }));
  expect([status, faultOf(body)]).toEqual([
    expected,
    expected === 409 ? expect.stringContaining('inactive') : undefined,
  ]);
});

test('an allergy takes the place of "none" in one transaction', async () => {
  const { id } = await clinic.store({ resourceType: 'Patient', name: [{ family: 'Swap' }] });
  const none = await clinic.store(allergy({ patient: id, code: NONE }));
  const { status } = await clinic.send('POST', '', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      { resource: allergy({ patient: id, code: PENICILLIN }), request: { method: 'POST', url: 'AllergyIntolerance' } },
      {
        resource: { ...allergy({ patient: id, code: NONE, clinical: 'inactive' }), id: none.id },
        request: { method: 'PUT', url: `AllergyIntolerance/${none.id}` },
      },
    ],
  });
  expect(status).toBe(200);
});

test('of twenty that contradict each other at once, only one kind is stored', async () => {
  const { id } = await clinic.store({ resourceType: 'Patient', name: [{ family: 'Race' }] });
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      clinic.send('POST', 'AllergyIntolerance', allergy({ patient: id, code: index % 2 === 0 ? NONE : PENICILLIN })),
    ),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(10);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(10);
});

test('an allergy in words is stored, with a warning, and somebody is asked to code it once', async () => {
  const written = await clinic.store(allergy({ patient: 'first', text: 'the red tablets' }));
  const validated = await clinic.send('PUT', `AllergyIntolerance/${written.id}`, {
    ...allergy({ patient: 'first', text: 'the red tablets from Spain' }),
    id: written.id,
  });
  expect(validated.status).toBe(200);
  const tasks = async () => (await clinic.get(`Task?focus=AllergyIntolerance/${written.id}`)).body;
  await until(async () => (await tasks()).total === 1);
  await clinic.store({ ...allergy({ patient: 'first', code: '91935009' }), id: written.id });
  await until(async () => (await statuses(await tasks())).join() === 'completed');
});

async function statuses(body: TestBody): Promise<readonly string[]> {
  const entries = (body.entry ?? []) as readonly { readonly resource: { readonly status: string } }[];
  return entries.map(({ resource }) => resource.status);
}
