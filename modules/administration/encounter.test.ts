import { testClinic, type TestBody } from '#sdk/testing';

const clinic = testClinic(import.meta.dirname);
const nurse = clinic.as({ roles: ['nurse'], fhirUser: 'Practitioner/nurse' });
const PHYSICAL = 'http://terminology.hl7.org/CodeSystem/location-physical-type';
const AMB = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' };
const BEDS = 12;

interface Encounter {
  readonly id: string;
  readonly status: string;
  readonly period?: { readonly start?: string; readonly end?: string };
  readonly statusHistory?: readonly { readonly status: string; readonly period: { start?: string; end?: string } }[];
  readonly location?: readonly {
    readonly location: { readonly reference: string };
    readonly status?: string;
    readonly period?: { readonly start?: string; readonly end?: string };
  }[];
}

beforeAll(async () => {
  await clinic.store({ resourceType: 'Practitioner', id: 'nurse' });
  await clinic.store({ resourceType: 'Patient', id: 'pat' });
  await clinic.store({ resourceType: 'Location', id: 'hall', name: 'Waiting hall', status: 'active' });
  for (let number = 1; number <= BEDS; number += 1) {
    await clinic.store(bed(`bed-${number}`));
  }
});

function bed(id: string, more: object = {}): { resourceType: 'Location'; id: string } {
  return {
    resourceType: 'Location',
    id,
    status: 'active',
    mode: 'instance',
    physicalType: { coding: [{ system: PHYSICAL, code: 'bd' }] },
    ...more,
  } as { resourceType: 'Location'; id: string };
}

function encounter(more: object = {}): { resourceType: 'Encounter' } {
  return {
    resourceType: 'Encounter',
    status: 'arrived',
    class: AMB,
    subject: { reference: 'Patient/pat' },
    ...more,
  } as {
    resourceType: 'Encounter';
  };
}

async function stored(more: object = {}): Promise<Encounter> {
  return (await clinic.store(encounter(more))) as unknown as Encounter;
}

async function put(before: Encounter, more: object): Promise<{ status: number; body: TestBody }> {
  return clinic.send('PUT', `Encounter/${before.id}`, { ...before, ...more });
}

async function become(before: Encounter, more: object): Promise<Encounter> {
  const { status, body } = await put(before, more);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body as unknown as Encounter;
}

function call(code: string, id: string, parameters: object = {}): ReturnType<typeof nurse.send> {
  const parameter = Object.entries(parameters).map(([name, value]) => ({ name, ...(value as object) }));
  return nurse.send('POST', `Encounter/${id}/$${code}`, { resourceType: 'Parameters', parameter });
}

const inBed = (id: string): object => ({ bed: { valueReference: { reference: `Location/${id}` } } });
const placesOf = ({ location = [] }: Encounter): unknown[] =>
  location.map((place) => [place.location.reference, place.status, place.period?.end === undefined]);

describe('the way of an Encounter', () => {
  const allowed: Readonly<Record<string, readonly string[]>> = {
    planned: ['arrived', 'triaged', 'in-progress', 'finished', 'cancelled', 'entered-in-error'],
    arrived: ['triaged', 'in-progress', 'finished', 'cancelled', 'entered-in-error'],
    triaged: ['in-progress', 'finished', 'cancelled', 'entered-in-error'],
    'in-progress': ['onleave', 'finished', 'cancelled', 'entered-in-error'],
    onleave: ['in-progress', 'finished', 'entered-in-error'],
    finished: ['entered-in-error'],
    cancelled: ['entered-in-error'],
    'entered-in-error': [],
  };
  const statuses = Object.keys(allowed);

  test.each(statuses)('from %s it becomes what follows, and nothing else', async (from) => {
    const answers = await Promise.all(
      statuses
        .filter((to) => to !== from)
        .map(async (to) => [to, (await put(await stored({ status: from }), { status: to })).status] as const),
    );
    expect(
      answers
        .filter(([, status]) => status === 200)
        .map(([to]) => to)
        .sort(),
    ).toEqual([...(allowed[from] ?? [])].sort());
    expect(answers.filter(([, status]) => status !== 200).map(([, status]) => status)).toEqual(
      answers.filter(([, status]) => status !== 200).map(() => 422),
    );
  });
});

test('a discharge that is taken back gives the status before it again, with a history that tells of both', async () => {
  const discharged = await become(await become(await stored({ status: 'arrived' }), { status: 'in-progress' }), {
    status: 'finished',
  });
  expect((await put(discharged, { status: 'arrived' })).status).toBe(422);
  const back = await become(discharged, { status: 'in-progress' });
  expect([back.status, back.period?.end, back.period?.start]).toEqual([
    'in-progress',
    undefined,
    discharged.period?.start,
  ]);
  expect(back.statusHistory?.map(({ status, period }) => [status, period.end !== undefined])).toEqual([
    ['arrived', true],
    ['in-progress', true],
    ['finished', true],
    ['in-progress', false],
  ]);
  expect((await become(back, { status: 'finished' })).period?.end).toEqual(expect.any(String));
});

test('the server keeps the history of statuses, classes and places; what clients say of the past does not count', async () => {
  const first = await stored({ location: [{ location: { reference: 'Location/hall' } }] });
  const forged = [{ status: 'arrived', period: { start: '2001-01-01T00:00:00Z', end: '2001-01-01T08:00:00Z' } }];
  const second = await become(first, { status: 'in-progress', statusHistory: forged, class: { ...AMB, code: 'EMER' } });
  const created = (first as unknown as { meta: { lastUpdated: string } }).meta.lastUpdated;
  expect(second.statusHistory).toEqual([
    { status: 'arrived', period: { start: created, end: expect.any(String) as string } },
    { status: 'in-progress', period: { start: expect.any(String) as string } },
  ]);
  expect(second.period?.start).toBe(created);
  const third = await become(second, { status: 'finished', statusHistory: undefined, location: undefined });
  expect(third.statusHistory?.map(({ status, period }) => [status, period.end !== undefined])).toEqual([
    ['arrived', true],
    ['in-progress', true],
  ]);
  expect(third).toMatchObject({
    classHistory: [{ class: AMB }, { class: { code: 'EMER' } }],
    location: [{ status: 'completed', period: { end: third.period?.end } }],
  });
  const fourth = await become(third, { statusHistory: forged, location: undefined });
  expect([fourth.statusHistory, fourth.location]).toEqual([third.statusHistory, third.location]);
});

test('an Encounter that comes from elsewhere keeps the past that it was sent with', async () => {
  const past = {
    status: 'finished',
    period: { start: '2013-01-20T12:30:02Z', end: '2013-02-01T12:30:02Z' },
    statusHistory: [
      { status: 'arrived', period: { start: '2013-01-20', end: '2013-01-20' } },
      { status: 'in-progress', period: { start: '2013-01-20T12:30:02Z', end: '2013-02-01T12:30:02Z' } },
    ],
    location: [{ location: { display: 'Elsewhere' }, status: 'completed', period: { end: '2013-02-01' } }],
  };
  expect(await stored(past)).toMatchObject(past);
});

test.each([
  ['overlaps', [{ start: '2013-01-01T00:00:00Z', end: '2013-01-03T00:00:00Z' }, { start: '2013-01-02T00:00:00Z' }]],
  ['goes back', [{ start: '2013-01-03T00:00:00Z' }, { start: '2013-01-01T00:00:00Z', end: '2013-01-02T00:00:00Z' }]],
  ['is to come', [{ start: '2099-01-01T00:00:00Z' }]],
])('a history that %s is refused', async (_what, periods) => {
  const statusHistory = periods.map((period) => ({ status: 'arrived', period }));
  const { status, body } = await clinic.send('POST', 'Encounter', encounter({ statusHistory }));
  expect([status, body.issue?.[0]?.details.text]).toEqual([422, expect.stringContaining('contradicts')]);
});

describe('beds', () => {
  test('a patient is admitted, transferred and discharged, and the beds become free again', async () => {
    const { id } = await stored({ location: [{ location: { reference: 'Location/hall' }, status: 'active' }] });
    const admitted = (await call('admit', id, inBed('bed-1'))).body as unknown as Encounter;
    expect([admitted.status, placesOf(admitted)]).toEqual([
      'in-progress',
      [
        ['Location/hall', 'completed', false],
        ['Location/bed-1', 'active', true],
      ],
    ]);
    const transferred = (await call('transfer', id, inBed('bed-2'))).body as unknown as Encounter;
    expect(placesOf(transferred).slice(1)).toEqual([
      ['Location/bed-1', 'completed', false],
      ['Location/bed-2', 'active', true],
    ]);
    const next = await stored();
    expect((await call('admit', next.id, inBed('bed-2'))).status).toBe(409);
    expect((await call('admit', next.id, inBed('bed-1'))).status).toBe(200);
    const left = (await call('discharge', id, { disposition: { valueCodeableConcept: { text: 'home' } } })).body;
    expect(left).toMatchObject({ status: 'finished', hospitalization: { dischargeDisposition: { text: 'home' } } });
    expect((await call('transfer', next.id, inBed('bed-2'))).status).toBe(200);
    expect((await call('discharge', next.id)).status).toBe(200);
  });

  test('20 at once for one bed: one gets it, however they ask', async () => {
    const waiting = await Promise.all(Array.from({ length: 20 }, () => stored()));
    const place = [{ location: { reference: 'Location/bed-3' }, status: 'active' }];
    const statuses = await Promise.all(
      waiting.map(async (each, turn) => {
        if (turn % 2 === 0) return (await call('admit', each.id, inBed('bed-3'))).status;
        return (await put(each, { status: 'in-progress', location: place })).status;
      }),
    );
    expect(statuses.sort()).toEqual([200, ...Array.from({ length: 19 }, () => 409)]);
  });

  test('an Encounter that is created in a bed that is taken is refused, and so is one with two beds', async () => {
    const at = (...ids: string[]): object[] => ids.map((id) => ({ location: { reference: `Location/${id}` } }));
    const taken = await stored({ status: 'in-progress', location: at('bed-4') });
    const create = async (location: object[]): Promise<unknown> => {
      const { status, body } = await clinic.send('POST', 'Encounter', encounter({ status: 'in-progress', location }));
      return [status, body.issue?.[0]?.details.text.slice(0, 27)];
    };
    expect(await create(at('bed-4'))).toEqual([409, 'Another Encounter has this ']);
    expect(await create(at('bed-5', 'bed-6'))).toEqual([409, 'A patient lies in one bed: ']);
    expect(await create(at('hall', 'bed-5'))).toEqual([201, undefined]);
    await become(taken, { status: 'entered-in-error' });
    expect(await create(at('bed-4'))).toEqual([201, undefined]);
  });

  test('a bed has one name, however it is referred to', async () => {
    const { body } = await clinic.get('metadata');
    const { url } = body.implementation as { url: string };
    await stored({ status: 'in-progress', location: [{ location: { reference: 'Location/bed-12' } }] });
    const names = [`${url}/Location/bed-12`, `${url}/Location/bed-12/_history/1`, 'Location/bed-12/_history/1'];
    for (const reference of names) {
      const more = { status: 'in-progress', location: [{ location: { reference } }] };
      expect((await clinic.send('POST', 'Encounter', encounter(more))).status).toBe(409);
      expect((await put(await stored(), more)).status).toBe(409);
    }
  });

  test('who goes on leave keeps the bed, and a bed that is kept for somebody is nobody else’s', async () => {
    const { id } = await stored();
    const admitted = (await call('admit', id, inBed('bed-7'))).body as unknown as Encounter;
    const away = await become(admitted, {
      status: 'onleave',
      location: [{ location: { reference: 'Location/bed-7' }, status: 'reserved' }],
    });
    const other = await stored();
    expect((await call('admit', other.id, inBed('bed-7'))).status).toBe(409);
    const back = await become(away, {
      status: 'in-progress',
      location: [{ location: { reference: 'Location/bed-7' }, status: 'active' }],
    });
    expect(placesOf(back)).toEqual([
      ['Location/bed-7', 'completed', false],
      ['Location/bed-7', 'reserved', false],
      ['Location/bed-7', 'active', true],
    ]);
  });

  test('two patients change beds in one Bundle', async () => {
    const [a, b] = [await stored(), await stored()];
    const ofA = (await call('admit', a.id, inBed('bed-8'))).body as unknown as Encounter;
    const ofB = (await call('admit', b.id, inBed('bed-9'))).body as unknown as Encounter;
    const entry = [
      [ofA, 'bed-9'],
      [ofB, 'bed-8'],
    ] as const;
    const { status } = await clinic.send('POST', '', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: entry.map(([each, to]) => ({
        resource: { ...each, location: [{ location: { reference: `Location/${to}` }, status: 'active' }] },
        request: { method: 'PUT', url: `Encounter/${each.id}` },
      })),
    });
    expect(status).toBe(200);
    const { body } = await clinic.get(`Encounter/${a.id}`);
    expect(placesOf(body as unknown as Encounter).at(-1)).toEqual(['Location/bed-9', 'active', true]);
  });

  test.each([
    ['is closed', { operationalStatus: { system: 'http://terminology.hl7.org/CodeSystem/v2-0116', code: 'C' } }],
    ['is being cleaned', { operationalStatus: { system: 'http://terminology.hl7.org/CodeSystem/v2-0116', code: 'H' } }],
    ['is out of use', { status: 'inactive' }],
  ])('a bed that %s takes nobody', async (_why, more) => {
    await clinic.store(bed('bed-10', more));
    const { id } = await stored();
    expect((await call('admit', id, inBed('bed-10'))).status).toBe(422);
  });

  test('a room in which two wait does not become a bed', async () => {
    await clinic.store({ resourceType: 'Location', id: 'room', status: 'active' });
    const location = [{ location: { reference: 'Location/room' } }];
    await stored({ location });
    await stored({ location });
    expect((await clinic.send('PUT', 'Location/room', bed('room'))).status).toBe(409);
  });

  test.each([
    ['a room', inBed('hall')],
    ['nothing that is there', inBed('nowhere')],
    ['somebody', { bed: { valueReference: { reference: 'Patient/pat' } } }],
  ])('nobody is admitted to %s', async (_what, parameters) => {
    const { id } = await stored();
    expect((await call('admit', id, parameters)).status).toBe(422);
  });

  test('who is not there is not transferred, and who is gone is not admitted', async () => {
    const planned = await stored({ status: 'planned' });
    const gone = await stored({ status: 'finished' });
    const answers = [
      await call('transfer', planned.id, inBed('bed-11')),
      await call('admit', gone.id, inBed('bed-11')),
      await call('discharge', planned.id),
    ];
    expect(answers.map(({ status }) => status)).toEqual([422, 422, 422]);
  });

  test('the table of stays follows from the Encounters and Locations that are there', async () => {
    const parameter = [{ name: 'name', valueString: 'administration.beds' }];
    const { body } = await clinic.send('POST', '$verify-projection', { resourceType: 'Parameters', parameter });
    expect(body.parameter).toContainEqual({ name: 'exact', valueBoolean: true });
    const rebuilt = await clinic.send('POST', '$rebuild-projection', { resourceType: 'Parameters', parameter });
    expect(rebuilt.status).toBe(200);
    const again = await clinic.send('POST', '$verify-projection', { resourceType: 'Parameters', parameter });
    expect(again.body.parameter).toContainEqual({ name: 'exact', valueBoolean: true });
  });
});
