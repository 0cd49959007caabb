import { testClinic } from '#sdk/testing';

const clinic = testClinic(import.meta.dirname);
const nurse = clinic.as({ roles: ['nurse'], fhirUser: 'Practitioner/nurse' });

const LOINC = 'http://loinc.org';
const UCUM = 'http://unitsofmeasure.org';
const VITAL = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }],
};

interface Vital {
  readonly patient: string;
  readonly code: string;
  readonly value: number;
  readonly unit: string;
  readonly at?: string;
}

const vital = ({ patient, code, value, unit, at = '2026-11-20T08:00:00Z' }: Vital) => ({
  resourceType: 'Observation' as const,
  status: 'final' as const,
  category: [VITAL],
  code: { coding: [{ system: LOINC, code }] },
  subject: { reference: `Patient/${patient}` },
  effectiveDateTime: at,
  valueQuantity: { value, unit, system: UCUM, code: unit },
});

const pressure = (patient: string, systolic: number, diastolic: number, at = '2026-11-20T08:00:00Z') => ({
  resourceType: 'Observation' as const,
  status: 'final' as const,
  category: [VITAL],
  code: { coding: [{ system: LOINC, code: '85354-9' }] },
  subject: { reference: `Patient/${patient}` },
  effectiveDateTime: at,
  component: [['8480-6', systolic] as const, ['8462-4', diastolic] as const].map(([code, value]) => ({
    code: { coding: [{ system: LOINC, code }] },
    valueQuantity: { value, unit: 'mmHg', system: UCUM, code: 'mm[Hg]' },
  })),
});

async function patient(id: string): Promise<string> {
  await clinic.store({ resourceType: 'Patient', id, name: [{ family: 'Bell' }] });
  return id;
}

test('I.1.4 blood pressure 120/80 is stored', async () => {
  const { status } = await nurse.send('POST', 'Observation', pressure(await patient('bp'), 120, 80));
  expect(status).toBe(201);
});

test('I.1.4 an oxygen saturation of 140 % is refused, with what would be accepted', async () => {
  const spo2 = { patient: await patient('spo2'), code: '2708-6', unit: '%' };
  const { status, body } = await nurse.send('POST', 'Observation', vital({ ...spo2, value: 140 }));
  expect([status, body.issue?.[0]?.details.text]).toEqual([422, expect.stringContaining('0 to 100 % is accepted')]);
  expect((await nurse.send('POST', 'Observation', vital({ ...spo2, value: 98 }))).status).toBe(201);
});

test('I.1.4 no path stores what nobody can have', async () => {
  const accepted = vital({ patient: await patient('path'), code: '2708-6', value: 97, unit: '%' });
  const bypasses = await clinic.bypasses({
    accepted,
    refused: { ...accepted, valueQuantity: { value: 140, unit: '%', system: UCUM, code: '%' } },
    fhirPathPatch: {
      resourceType: 'Parameters',
      parameter: [
        {
          name: 'operation',
          part: [
            { name: 'type', valueCode: 'replace' },
            { name: 'path', valueString: 'Observation.value' },
            { name: 'value', valueQuantity: { value: 140, unit: '%', system: UCUM, code: '%' } },
          ],
        },
      ],
    },
    fault: 'clinical.vital-sign-plausible',
  });
  expect(bypasses).toEqual([]);
});

test.each([
  ['a weight in a unit of another kind, of a vital sign of the clinic', 'clinical-vital-sign', 422],
  ['the same of another one', undefined, 201],
])('%s', async (_, profile, expected) => {
  const meta =
    profile === undefined ? {} : { meta: { profile: [`https://athanor.health/fhir/StructureDefinition/${profile}`] } };
  const weight = vital({ patient: await patient('unit'), code: '29463-7', value: 70, unit: 'cm' });
  expect((await clinic.send('POST', 'Observation', { ...weight, ...meta })).status).toBe(expected);
});

test('what was entered in error may be impossible', async () => {
  const wrong = vital({ patient: await patient('error'), code: '8867-4', value: 800, unit: '/min' });
  expect((await clinic.send('POST', 'Observation', wrong)).status).toBe(422);
  expect((await clinic.send('POST', 'Observation', { ...wrong, status: 'entered-in-error' })).status).toBe(201);
});

describe('I.1.4 $lastn', () => {
  beforeAll(async () => {
    const id = await patient('lastn');
    for (const [hour, value] of [
      ['08', 70],
      ['10', 72],
      ['09', 71],
    ] as const) {
      await clinic.store(vital({ patient: id, code: '8867-4', value, unit: '/min', at: `2026-11-20T${hour}:00:00Z` }));
    }
    await clinic.store({
      ...vital({ patient: id, code: '8867-4', value: 99, unit: '/min', at: '2026-11-20T11:00:00Z' }),
      status: 'entered-in-error',
    });
    await clinic.store(vital({ patient: id, code: '2708-6', value: 97, unit: '%' }));
    await clinic.store(pressure(id, 118, 76));
  });

  const values = async (query: string) => {
    const { body } = await nurse.get(`Observation/$lastn?${query}`);
    const entry = (body.entry ?? []) as readonly { readonly resource: Partial<ReturnType<typeof vital>> }[];
    return entry.map(({ resource }) => resource.valueQuantity?.value ?? resource.code?.coding[0]?.code).sort();
  };

  test('answers the newest of each code', async () => {
    expect(await values('patient=Patient/lastn&category=vital-signs')).toEqual([72, '85354-9', 97]);
  });

  test('or the newest of each, and only what is asked for', async () => {
    expect(await values(`max=2&subject=Patient/lastn&code=${LOINC}|8867-4`)).toEqual([71, 72]);
    expect(await values(`patient=lastn&code=${LOINC}|8867-4&date=le2026-11-20T08:30:00Z`)).toEqual([70]);
  });

  test.each([
    'category=vital-signs',
    'patient=Patient/lastn,Patient/bp&category=vital-signs',
    'patient=Patient/lastn',
    'patient=Patient/lastn&category=vital-signs&max=0',
    'patient=Patient/lastn&category=vital-signs&nonsense=1',
  ])('refuses %s', async (query) => expect((await nurse.get(`Observation/$lastn?${query}`)).status).toBe(400));
});

describe('I.1.4 $stats', () => {
  beforeAll(async () => {
    const id = await patient('stats');
    for (const [hour, value] of [
      ['08', 36.6],
      ['10', 36.8],
      ['09', 37.1],
    ] as const) {
      await clinic.store(vital({ patient: id, code: '8310-5', value, unit: 'Cel', at: `2026-11-20T${hour}:00:00Z` }));
    }
    await clinic.store(vital({ patient: id, code: '29463-7', value: 70, unit: 'kg' }));
    await clinic.store(vital({ patient: id, code: '29463-7', value: 154, unit: '[lb_av]' }));
    await clinic.store(pressure(id, 118, 76));
    await clinic.store(pressure(id, 122, 80));
  });

  const stats = async (query: string) => {
    const { status, body } = await nurse.get(`Observation/$stats?subject=Patient/stats&${query}`);
    const resource = body.parameter?.[0]?.resource as
      | {
          component: {
            code: { coding: { code: string }[] };
            valueQuantity?: { value: number };
            valueInteger?: number;
          }[];
        }
      | undefined;
    const values = resource?.component.map((each) => [
      each.code.coding[0]?.code,
      each.valueQuantity?.value ?? each.valueInteger,
    ]);
    return { status, values };
  };

  test('computes with exact decimals', async () => {
    const asked = ['average', 'minimum', 'maximum', 'count', 'std-dev'].map((each) => `statistic=${each}`).join('&');
    expect((await stats(`system=${LOINC}&code=8310-5&${asked}`)).values).toEqual([
      ['average', 36.8333333333333333],
      ['minimum', 36.6],
      ['maximum', 37.1],
      ['count', 3],
      ['std-dev', 0.2516611478423583],
    ]);
  });

  test('finds values of components, and limits the time', async () => {
    expect((await stats(`system=${LOINC}&code=8480-6&statistic=average`)).values).toEqual([['average', 120]]);
    expect((await stats(`system=${LOINC}&code=8480-6&statistic=count&duration=0.5`)).values).toEqual([['count', 0]]);
  });

  test.each([
    [`system=${LOINC}&code=29463-7&statistic=average`, 422],
    [`system=${LOINC}&code=29463-7`, 400],
    ['code=29463-7&statistic=average', 400],
    [`system=${LOINC}&code=8310-5&statistic=regression`, 400],
    [`system=${LOINC}&code=8310-5,8480-6&statistic=count`, 200],
    [`system=${LOINC}&code=8310-5&statistic=count&duration=99999999999999999999`, 400],
    [`system=${LOINC}&code=8310-5&statistic=count&duration=-1`, 400],
  ])('%s is answered with %i', async (query, expected) => expect((await stats(query)).status).toBe(expected));
});
