import { testClinic } from '#sdk/testing';

const clinic = testClinic(import.meta.dirname);
const CLASS = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' };
const STATUS = 'http://terminology.hl7.org/CodeSystem/v2-0116';
const BED = {
  resourceType: 'Location',
  id: 'bed',
  status: 'active',
  physicalType: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/location-physical-type', code: 'bd' }] },
} as const;

/** What a request tells, as soon as it is what is waited for, or after 15 s. */
async function settled<T>(look: () => Promise<T>, isThere: (found: T) => boolean): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    const found = await look();
    if (isThere(found) || attempt === 100) return found;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

async function statusOfBed(): Promise<unknown> {
  const { operationalStatus } = (await clinic.get('Location/bed')).body as { operationalStatus?: { code?: string } };
  return operationalStatus?.code;
}

function tasks(about: string): Promise<number> {
  return clinic.get(`Task?code=duplicate-review&${about}`).then(({ body }) => body.total ?? 0);
}

test('a bed says whether somebody has it; what staff say of a bed that nobody has stays', async () => {
  await clinic.store({ ...BED, operationalStatus: { system: STATUS, code: 'U' } });
  const location = [{ location: { reference: 'Location/bed' }, status: 'active' }] as const;
  const stay = await clinic.store({ resourceType: 'Encounter', status: 'in-progress', class: CLASS, location });
  expect(await settled(statusOfBed, (code) => code === 'O')).toBe('O');
  await clinic.send('PUT', `Encounter/${stay.id}`, { ...stay, status: 'finished' });
  expect(await settled(statusOfBed, (code) => code === 'U')).toBe('U');
});

test('who is registered twice is looked at once; twins and who was taken apart are not', async () => {
  await clinic.store({ resourceType: 'Organization', id: 'clinic', name: 'Kiln Street Infirmary' });
  const person = {
    resourceType: 'Patient',
    managingOrganization: { reference: 'Organization/clinic' },
    name: [{ family: 'Twice', given: ['Ada'] }],
    birthDate: '1984-05-17',
  } as const;
  await clinic.store({ ...person, id: 'one' });
  await clinic.store({ ...person, id: 'two' });
  await clinic.store({ ...person, id: 'twin', name: [{ family: 'Twice', given: ['Zoë'] }] });
  expect(
    await settled(
      () => tasks('focus=Patient/one&patient=Patient/two'),
      (total) => total > 0,
    ),
  ).toBe(1);
  await clinic.send('PUT', 'Patient/two', { ...person, id: 'two', gender: 'female' });
  await clinic.store({ ...person, id: 'zzz' });
  expect(
    await settled(
      () => tasks('patient=Patient/zzz'),
      (total) => total === 2,
    ),
  ).toBe(2);
  expect([
    await tasks('patient=Patient/two'),
    await tasks('patient=Patient/twin'),
    await tasks('focus=Patient/twin'),
  ]).toEqual([1, 0, 0]);
  const parameter = ['source', 'target'].map((side, place) => ({
    name: `${side}-patient`,
    valueReference: { reference: `Patient/${place === 0 ? 'one' : 'two'}` },
  }));
  await clinic.send('POST', 'Patient/$merge', { resourceType: 'Parameters', parameter });
  expect(await tasks('focus=Patient/one&patient=Patient/two&status=completed')).toBe(1);
});
